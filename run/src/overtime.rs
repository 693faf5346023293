//! A run that exceeded its time limit: what was running then, and what had not started. Does not know what follows from it.

use std::time::Duration;

use probe_scenario::{LibraryId, TestId};

/// The unfinished work of a run that exceeded its time limit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Overtime {
    /// The time limit of the run.
    pub limit: Duration,
    /// The running tests, in the order of the manifest, and how long their attempts had run.
    pub tests: Vec<(TestId, Duration)>,
    /// The libraries that were being imported, and for how long.
    pub libraries: Vec<(LibraryId, Duration)>,
    /// The tests of which no process had started, in the order of the manifest.
    pub not_started: Vec<TestId>,
}
