//! A run that took longer than it may: what went on then, and what had not begun. Does not know what follows from it.

use std::time::Duration;

use probe_scenario::{LibraryId, TestId};

/// What a run had not done when its time was over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Overtime {
    /// How long the run may take.
    pub limit: Duration,
    /// The tests that ran, in the order of the manifest, and for how long their attempts had.
    pub tests: Vec<(TestId, Duration)>,
    /// The same of libraries that were being imported.
    pub libraries: Vec<(LibraryId, Duration)>,
    /// The tests of which no process had started, in the order of the manifest.
    pub not_started: Vec<TestId>,
}
