//! Files that nobody imports but that affect all sources below their directory: lock files, and the configuration of a
//! runner, a compiler or an environment. A table of names.

use super::path::{directory, file_name};
use super::scan::Language;
use crate::{Ecosystem, SuiteKind, Test};

/// Names of files, each a whole one, or with a star at its end or inside; and whose sources they bear on.
const SCRIPT: &[&str] = &[
    ".babelrc*",
    ".env*",
    ".mocharc.*",
    ".node-version",
    ".npmrc",
    ".nvmrc",
    ".pnp.cjs",
    ".swcrc",
    ".tool-versions",
    ".yarnrc.yml",
    "ava.config.*",
    "babel.config.*",
    "bun.lock",
    "bun.lockb",
    "bunfig.toml",
    "deno.json",
    "deno.jsonc",
    "deno.lock",
    "jest-preset.*",
    "jest.config.*",
    "jsconfig.json",
    "npm-shrinkwrap.json",
    "package-lock.json",
    "package.json",
    "playwright.config.*",
    "pnpm-lock.yaml",
    "pnpm-workspace.yaml",
    "tsconfig*.json",
    "vite.config.*",
    "vitest.config.*",
    "vitest.workspace.*",
    "yarn.lock",
];

/// Like `SCRIPT`, for Python. A package's own file and `conftest.py` run with everything below them.
const PYTHON: &[&str] = &[
    ".env*",
    ".pytest.ini",
    ".python-version",
    ".tool-versions",
    "Pipfile",
    "Pipfile.lock",
    "__init__.py",
    "conftest.py",
    "pdm.lock",
    "pixi.lock",
    "poetry.lock",
    "pyproject.toml",
    "pytest.ini",
    "requirements*.txt",
    "setup.cfg",
    "setup.py",
    "tox.ini",
    "uv.lock",
];

/// Like `SCRIPT`, for packages of Cargo, as seen from any of them.
const CARGO: &[&str] = &["Cargo.lock", "Cargo.toml", "rust-toolchain", "rust-toolchain.toml"];

/// The sources that a file affects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Governed {
    /// Scripts: JavaScript and TypeScript.
    Script,
    /// Python sources.
    Python,
    /// Packages of Cargo.
    Cargo,
}

impl Governed {
    /// Yields the sources that a file of this name affects, each with `place`: the directory of the file, or the one that
    /// it is for. It affects the sources below `place`.
    pub fn by(file: &str) -> impl Iterator<Item = (Self, &str)> {
        let (name, own) = (file_name(file), directory(file));
        let has = move |names: &[&str]| names.iter().any(|pattern| fits(pattern, name));
        let cargo_configuration =
            matches!(name, "config" | "config.toml") && file_name(own) == ".cargo";
        let found = [
            (has(SCRIPT), Self::Script, own),
            (has(PYTHON), Self::Python, own),
            (has(CARGO), Self::Cargo, own),
            (cargo_configuration, Self::Cargo, directory(own)),
        ];
        found.into_iter().filter(|(is, ..)| *is).map(|(_, governed, place)| (governed, place))
    }

    /// The sources of a test: by its runner, or by its files.
    #[must_use]
    pub fn of(test: &Test) -> Option<Self> {
        if test.kind == Some(SuiteKind::Cargo) {
            return Some(Self::Cargo);
        }
        Ecosystem::of(test).map(|ecosystem| match ecosystem {
            Ecosystem::Deno | Ecosystem::Node => Self::Script,
            Ecosystem::Python => Self::Python,
        })
    }

    /// Whether the file called `source` is one of these sources.
    #[must_use]
    pub fn has(self, source: &str) -> bool {
        match self {
            Self::Script => Language::of(source) == Some(Language::Script),
            Self::Python => Language::of(source) == Some(Language::Python),
            Self::Cargo => false,
        }
    }
}

fn fits(pattern: &str, name: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == name,
        Some((before, after)) => {
            name.strip_prefix(before).is_some_and(|rest| rest.ends_with(after))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Governed;

    #[test]
    fn a_file_governs_what_lies_below_it() {
        let check = |file: &str, expected: &[(Governed, &str)]| {
            assert_eq!(Governed::by(file).collect::<Vec<_>>(), expected, "{file}");
        };
        check("a/package.json", &[(Governed::Script, "a")]);
        check("tsconfig.build.json", &[(Governed::Script, "")]);
        check("a/requirements-dev.txt", &[(Governed::Python, "a")]);
        check("a/.env.test", &[(Governed::Script, "a"), (Governed::Python, "a")]);
        check("x/.cargo/config.toml", &[(Governed::Cargo, "x")]);
        check("x/config.toml", &[]);
        check("src/package.json.ts", &[]);
    }
}
