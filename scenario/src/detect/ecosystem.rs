//! Of which tests a lock file speaks: those of its language, below its directory. Reads nothing.

use std::path::Path;

use super::path::{file_name, join};
use super::scan::Language;
use crate::{Ecosystem, SuiteKind, Test};

/// A lock file and what it holds for.
#[derive(Clone, Debug)]
pub struct LockScope {
    /// Its name.
    pub(super) file: String,
    /// The directory that it holds for, with all below.
    pub(super) place: String,
    pub(super) ecosystem: Ecosystem,
}

impl LockScope {
    /// Whether it holds for `test`, whose files are seen from `base`.
    pub(super) fn holds_for(&self, test: &Test, base: &str) -> bool {
        let is_below = |file: &str| {
            join(base, file).is_some_and(|file| match file.strip_prefix(self.place.as_str()) {
                Some(rest) => self.place.is_empty() || rest.is_empty() || rest.starts_with('/'),
                None => false,
            })
        };
        let is_here = match test.files.as_slice() {
            [] => is_below(test.cwd.as_deref().unwrap_or_default()),
            files => files.iter().all(|file| is_below(file)),
        };
        Ecosystem::of(test) == Some(self.ecosystem) && is_here
    }
}

impl Ecosystem {
    /// Who may run `file`, a source or a lock file, the likeliest first; `has_deno` says whether scripts are rather Deno's.
    #[must_use]
    pub fn of_file(file: &str, has_deno: bool) -> &'static [Self] {
        match (file_name(file), Language::of(file)) {
            ("deno.lock", _) => &[Self::Deno],
            (_, Some(Language::Script)) if has_deno => &[Self::Deno, Self::Node],
            (_, Some(Language::Script)) => &[Self::Node, Self::Deno],
            (_, Some(Language::Python)) => &[Self::Python],
            (name, None) if name.ends_with(".toml") || name.ends_with(".txt") => &[Self::Python],
            ("uv.lock" | "poetry.lock", None) => &[Self::Python],
            (_, None) => &[Self::Node, Self::Deno],
        }
    }

    /// That of a test: of the runner that it goes through, else of its files and of the program that runs them.
    pub(super) fn of(test: &Test) -> Option<Self> {
        match test.kind {
            Some(SuiteKind::Cargo | SuiteKind::Ctest) => None,
            Some(SuiteKind::Pytest) => Some(Self::Python),
            Some(SuiteKind::Deno | SuiteKind::Probitas) => Some(Self::Deno),
            Some(
                SuiteKind::Node
                | SuiteKind::NodeTest
                | SuiteKind::Vitest
                | SuiteKind::Jest
                | SuiteKind::Playwright,
            ) => Some(Self::Node),
            None | Some(SuiteKind::Tap) => match test.files.first() {
                None => Self::of_program(test),
                Some(file) => match Language::of(file)? {
                    Language::Python => Some(Self::Python),
                    Language::Script if Self::of_program(test) == Some(Self::Deno) => {
                        Some(Self::Deno)
                    }
                    Language::Script => Some(Self::Node),
                },
            },
        }
    }

    /// That of the program that runs a test.
    pub(super) fn of_program(test: &Test) -> Option<Self> {
        let words = test.run.render(&[], |_| Path::new(""));
        let program = Path::new(words.first()?).file_name()?.to_str()?;
        let known = PROGRAMS.iter().find(|(_, programs)| programs.contains(&program));
        let is_python = program.starts_with("python") || program.starts_with("pypy");
        known.map(|(ecosystem, _)| *ecosystem).or(is_python.then_some(Self::Python))
    }
}

/// Programs that run tests, or start what does, by whose packages those use.
const PROGRAMS: [(Ecosystem, &[&str]); 3] = [
    (Ecosystem::Deno, &["deno", "probitas"]),
    (
        Ecosystem::Node,
        &[
            "ava",
            "bun",
            "bunx",
            "jest",
            "mocha",
            "node",
            "npm",
            "npx",
            "playwright",
            "pnpm",
            "pnpx",
            "tap",
            "ts-node",
            "tsx",
            "uvu",
            "vitest",
            "yarn",
        ],
    ),
    (
        Ecosystem::Python,
        &["hatch", "nox", "pdm", "pipenv", "poetry", "py.test", "pytest", "rye", "tox", "uv"],
    ),
];
