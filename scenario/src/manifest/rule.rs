//! Where the tests of a suite come from. Knows none of them.

use std::num::NonZeroUsize;

use regex::Regex;

use crate::{Patterns, Span, SuiteKind};

/// Where the tests of a suite come from. The caller looks them up.
#[derive(Clone, Debug)]
pub enum Rule {
    /// Files: one test for each file, or for each batch of them.
    Files(Files),
    /// The output of a command: one test for each name in it.
    List(Listing),
    /// Nothing: the suite is one test.
    Single,
    /// The test binaries that Cargo builds with these arguments: one test for each test in them.
    Cargo(Vec<String>),
    /// The listing of CTest, once the project is built: one test for each of its tests, or for several that share something.
    Ctest {
        /// The build directory, as seen from the suite's directory.
        directory: String,
        /// The preset that configures the build directory if it is not configured yet. `None` means CMake's own defaults.
        preset: Option<String>,
        /// Further arguments of `ctest`.
        args: Vec<String>,
    },
    /// The kind of the suite decides, once [`Manifest::settle`](crate::Manifest::settle) knows the project.
    Kind(SuiteKind),
}

/// `files` and `exclude` of a suite.
#[derive(Clone, Debug, Default)]
pub struct Files {
    /// The names that belong to the suite …
    pub include: Patterns,
    /// … unless one of these matches.
    pub exclude: Patterns,
    /// The most files that one test gets as `{files}`. Without it, a test gets one file as `{file}`.
    pub batch: Option<NonZeroUsize>,
    /// The kind whose default patterns are in `include`. `None` if the suite sets its own.
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
    /// Matches each line that names a test. Its group `name` captures the name.
    pub pattern: Regex,
    /// The place of `list`.
    pub span: Span,
}
