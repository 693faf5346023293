//! The names of the kinds. Knows nothing of what each does.

use crate::text::word::words;

words! {
    /// A test runner that a suite uses.
    SuiteKind "kind of suite" {
        /// `cargo test`.
        Cargo = "cargo",
        /// `ctest`, of a project that CMake builds.
        Ctest = "ctest",
        /// `pytest`.
        Pytest = "pytest",
        /// `deno test`.
        Deno = "deno",
        /// One of the next four, depending on the package.
        Node = "node",
        /// `node --test`.
        NodeTest = "node-test",
        /// `vitest run`.
        Vitest = "vitest",
        /// `jest`.
        Jest = "jest",
        /// `playwright test`.
        Playwright = "playwright",
        /// `bun test`.
        Bun = "bun",
        /// `go test`, once for each package.
        Go = "go",
        /// `probitas run`.
        Probitas = "probitas",
        /// A program that prints TAP.
        Tap = "tap",
    }
}

/// The difference between the tests of a suite, for whoever starts one of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Subject {
    /// There is one test.
    Nothing,
    /// A file each.
    File,
    /// A batch of files each.
    Files,
    /// A listed name each.
    Name,
}

impl SuiteKind {
    /// Whether a suite without files is one test: the runner has its own workers.
    pub(crate) fn is_one(self) -> bool {
        self == Self::Playwright
    }

    /// Whether its tests are known only after a build, whose tool also lists them.
    pub(crate) fn builds(self) -> bool {
        matches!(self, Self::Cargo | Self::Ctest)
    }

    /// Whether it has its tests listed by name.
    pub(crate) fn lists(self) -> bool {
        self == Self::Go
    }

    /// Whether it can run this subject of a test.
    pub(crate) fn runs(self, subject: Subject) -> bool {
        match subject {
            // A program gets no other programs.
            Subject::Nothing | Subject::Files if self == Self::Tap => false,
            Subject::Nothing => !self.builds(),
            Subject::File | Subject::Files => !self.builds() && !self.lists(),
            Subject::Name => matches!(self, Self::Pytest | Self::Go),
        }
    }
}
