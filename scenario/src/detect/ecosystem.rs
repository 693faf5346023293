//! Decides which tests a lock file concerns: those of its language, below its directory. Reads nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::path::{file_name, join};
use super::scan::Language;
use crate::needs::meaning::Meaning;
use crate::{Ecosystem, SuiteKind, Test};

/// A lock file and the tests that it concerns.
#[derive(Clone, Debug)]
pub struct LockScope {
    /// The name of the lock file.
    pub(super) file: String,
    /// The directory that it holds for, with everything below.
    pub(super) place: String,
    pub(super) ecosystem: Ecosystem,
    /// The directories below with a `package.json`, if they hold tests.
    pub(super) packages: BTreeSet<String>,
    /// For each package of the lock file, the directories whose `package.json` asks for it by name.
    pub(super) asking: BTreeMap<Meaning, BTreeSet<String>>,
}

impl LockScope {
    /// Whether it holds for `test`, whose files are seen from `base`.
    pub(super) fn holds_for(&self, test: &Test, base: &str) -> bool {
        let is_below =
            |file: &str| join(base, file).is_some_and(|file| is_below(&file, &self.place));
        let is_here = match test.files.as_slice() {
            [] => is_below(test.cwd.as_deref().unwrap_or_default()),
            files => files.iter().all(|file| is_below(file)),
        };
        Ecosystem::of(test) == Some(self.ecosystem) && is_here
    }

    /// Whether a package of the lock file may be there for `test`: the `package.json` of the test asks for it, or none does,
    /// because something else brings it.
    pub(super) fn is_for(&self, meaning: &Meaning, test: &Test, base: &str) -> bool {
        let Some(asking) = self.asking.get(meaning) else { return true };
        let asks = |name: &str| {
            let own = self.packages.iter().filter(|package| is_below(name, package));
            own.max_by_key(|package| package.len()).is_some_and(|own| asking.contains(own))
        };
        match test.files.as_slice() {
            // It may run all that lies below.
            [] => join(base, test.cwd.as_deref().unwrap_or_default())
                .is_some_and(|cwd| asks(&cwd) || asking.iter().any(|own| is_below(own, &cwd))),
            files => files.iter().filter_map(|file| join(base, file)).any(|file| asks(&file)),
        }
    }
}

/// Whether `name` is `place` or lies below it.
fn is_below(name: &str, place: &str) -> bool {
    let rest = name.strip_prefix(place);
    rest.is_some_and(|rest| place.is_empty() || rest.is_empty() || rest.starts_with('/'))
}

impl Ecosystem {
    /// The ecosystems that may run `file`, a source or a lock file, the likeliest first. `has_deno` says whether scripts are
    /// more likely Deno's.
    #[must_use]
    pub fn of_file(file: &str, has_deno: bool) -> &'static [Self] {
        match (file_name(file), Language::of(file)) {
            ("deno.lock", _) => &[Self::Deno],
            (_, Some(Language::Script)) if has_deno => &[Self::Deno, Self::Node],
            (_, Some(Language::Script)) => &[Self::Node, Self::Deno],
            (_, Some(Language::Python)) => &[Self::Python],
            (name, None) if name.ends_with(".toml") || name.ends_with(".txt") => &[Self::Python],
            ("uv.lock" | "poetry.lock" | "pdm.lock" | "Pipfile.lock", None) => &[Self::Python],
            (_, None) => &[Self::Node, Self::Deno],
        }
    }

    /// That of a test: of the runner that it goes through, else of its files and of the program that runs them.
    pub(super) fn of(test: &Test) -> Option<Self> {
        match test.kind {
            Some(SuiteKind::Cargo | SuiteKind::Ctest | SuiteKind::Go) => None,
            Some(SuiteKind::Pytest) => Some(Self::Python),
            Some(SuiteKind::Deno | SuiteKind::Probitas) => Some(Self::Deno),
            Some(
                SuiteKind::Node
                | SuiteKind::NodeTest
                | SuiteKind::Vitest
                | SuiteKind::Jest
                | SuiteKind::Playwright
                | SuiteKind::Bun,
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

/// Programs that run tests, or start such programs, by the ecosystem of their packages.
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
