//! What yields the tests of a suite. Knows none of them.

use std::num::NonZeroUsize;

use regex::Regex;

use crate::{Patterns, Span, SuiteKind};

/// What yields the tests of a suite, for the caller to look up.
#[derive(Clone, Debug)]
pub enum Rule {
    /// Files: a test for each, or for each batch of them.
    Files(Files),
    /// The output of a command: a test for each name in it.
    List(Listing),
    /// Nothing further: the suite is one test.
    Single,
    /// The test binaries that Cargo builds with these arguments: a test for each one in them.
    Cargo(Vec<String>),
    /// What CTest lists, once the project is built: a test for each of its tests, or for those that share something.
    Ctest {
        /// Where it is built, as seen from the suite's directory.
        directory: String,
        /// The preset by which it is configured where it is not yet; else by CMake's own defaults.
        preset: Option<String>,
        /// What `ctest` gets besides.
        args: Vec<String>,
    },
    /// The kind of the suite knows, once [`Manifest::settle`](crate::Manifest::settle) has been told what lies in the
    /// project.
    Kind(SuiteKind),
}

/// `files` and `exclude` of a suite.
#[derive(Clone, Debug, Default)]
pub struct Files {
    /// The names that belong to it …
    pub include: Patterns,
    /// … unless one of these matches.
    pub exclude: Patterns,
    /// The most files that one test gets as `{files}`; without it, a test gets one as `{file}`.
    pub batch: Option<NonZeroUsize>,
    /// The kind whose own patterns `include` are; `None` if the suite has written them.
    pub kind: Option<SuiteKind>,
}

impl Files {
    /// Whether the file called `name` belongs to the suite.
    #[must_use]
    pub fn contain(&self, name: &str) -> bool {
        self.include.matches(name) && !self.exclude.matches(name)
    }
}

/// `list` of a suite.
#[derive(Clone, Debug)]
pub struct Listing {
    /// The command whose standard output names the tests, in the suite's `cwd`.
    pub run: Vec<String>,
    /// Matches each line that names a test, in the group `name`.
    pub pattern: Regex,
    /// Where `list` stands.
    pub span: Span,
}
