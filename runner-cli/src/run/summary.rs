//! What a run came to. Does not know how it is printed.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use probe_loader::{ImportError, Pin};
use probe_process::Leak;
use probe_scenario::{LibraryId, TestId};

use super::attempt::Ending;
use super::event::Stop;
use super::verdict::{Finding, Watched};
use crate::exit::Exit;

/// The outcome of a run, by test.
#[derive(Debug, Default)]
pub(crate) struct Summary {
    pub(crate) passed: usize,
    /// Tests that did not pass, in the order in which they ended.
    pub(crate) failed: Vec<Failure>,
    /// Tests among those that passed which did so only at a later attempt.
    pub(crate) flaky: Vec<Flaky>,
    /// Tests among those that passed which did so after a race.
    pub(crate) recovered: Vec<Flaky>,
    /// Attempts that failed by a race, or by what looks like one, in the order in which that turned out.
    pub(crate) raced: Vec<Raced>,
    /// Tests among those that passed which took longer than their `slow` says, in the order in which they ended.
    pub(crate) slow: Vec<Slow>,
    /// Tests that left processes behind, in the order in which they ended.
    pub(crate) leaky: Vec<Leaky>,
    /// Processes that tests left behind, and that do not say which.
    pub(crate) strays: Vec<Leak>,
    /// Libraries that could not be imported, in the order in which that turned out.
    pub(crate) not_imported: Vec<NotImported>,
    /// Libraries whose commands were ended because the run was stopped.
    pub(crate) cut_short: Vec<CutShort>,
    /// Tests that did not run because a test that they come after failed, with that test.
    pub(crate) after_failed: Vec<(TestId, TestId)>,
    /// Tests that did not run because the run was stopped.
    pub(crate) not_run: usize,
    /// Tests that were not selected.
    pub(crate) skipped: usize,
    /// Tests of which a process ran, and nothing in it, in the order in which they ended.
    pub(crate) empty: Vec<TestId>,
    /// Where the imported libraries are, by [`LibraryId`].
    pub(crate) places: Vec<Option<PathBuf>>,
    /// What the imported downloads were, in the order in which they came.
    pub(crate) downloads: Vec<(LibraryId, Pin)>,
    /// What their files are watched by, by [`LibraryId`].
    pub(crate) watched: Vec<Option<Arc<Watched>>>,
    pub(crate) stop: Option<Stop>,
    pub(crate) took: Duration,
}

/// A test that did not pass.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) test: TestId,
    /// How its last attempt ended.
    pub(crate) ending: Ending,
    pub(crate) took: Duration,
    /// How many attempts it had.
    pub(crate) attempts: u32,
}

/// What tests come to that passed only at a later attempt. Those that come after them run in any case.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum FlakyOutcome {
    #[default]
    Passed,
    Failed,
}

/// A test that passed at a later attempt.
#[derive(Debug)]
pub(crate) struct Flaky {
    pub(crate) test: TestId,
    /// How many attempts it took, the good one included.
    pub(crate) attempts: u32,
}

/// A test that passed and took longer than its `slow` says.
#[derive(Debug)]
pub(crate) struct Slow {
    pub(crate) test: TestId,
    /// What its last attempt took.
    pub(crate) took: Duration,
}

/// An attempt that failed by a race, or by what looks like one.
#[derive(Debug)]
pub(crate) struct Raced {
    pub(crate) test: TestId,
    pub(crate) finding: Finding,
}

/// A test that left processes behind.
#[derive(Debug)]
pub(crate) struct Leaky {
    pub(crate) test: TestId,
    pub(crate) left: Vec<Leak>,
}

/// A library that could not be imported, and the tests that did not run for it.
#[derive(Debug)]
pub(crate) struct NotImported {
    pub(crate) library: LibraryId,
    pub(crate) failure: ImportFailure,
    /// In the order of the manifest.
    pub(crate) blocked: Vec<TestId>,
}

/// A library whose command was ended because the run was stopped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CutShort {
    pub(crate) library: LibraryId,
    pub(crate) command: String,
    /// How long it had been running when the run was stopped.
    pub(crate) running: Duration,
    /// The last line that it printed.
    pub(crate) said: Option<String>,
}

/// Why a library could not be imported, in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ImportFailure {
    /// What went wrong in the end.
    pub(crate) cause: String,
    /// The same with the library and the place: fits after "failed to".
    pub(crate) message: String,
    /// The attempts that went wrong in another way than the last: from where, and how.
    pub(crate) attempts: Vec<(String, String)>,
    /// The way out, or what a command printed; several lines.
    pub(crate) help: Option<String>,
}

impl ImportFailure {
    /// The loader itself panicked, which its thread has printed.
    pub(crate) fn panicked() -> Self {
        let cause = "probe itself panicked; see above".to_owned();
        Self { message: format!("import it: {cause}"), cause, attempts: Vec::new(), help: None }
    }
}

impl From<&ImportError> for ImportFailure {
    fn from(error: &ImportError) -> Self {
        let cause = error.cause().to_string();
        let others = error.attempts().iter().filter(|attempt| attempt.cause != cause);
        Self {
            message: error.to_string(),
            attempts: others
                .map(|attempt| (attempt.origin.clone(), attempt.cause.clone()))
                .collect(),
            help: error.help(),
            cause,
        }
    }
}

impl Summary {
    /// Tests of which a process has ended.
    pub(crate) fn done(&self) -> usize {
        self.run() + self.empty.len()
    }

    /// Tests that have shown something.
    pub(crate) fn run(&self) -> usize {
        self.passed + self.failed.len()
    }

    /// Tests that did not run because something that they need failed.
    pub(crate) fn blocked(&self) -> usize {
        self.after_failed.len()
            + self.not_imported.iter().map(|library| library.blocked.len()).sum::<usize>()
    }

    /// How probe ends after this run: a signal decides before failed tests, and these before libraries.
    pub(crate) fn exit(&self) -> Exit {
        match self.stop {
            Some(Stop::Signal(signal)) => {
                Exit::Signal(u8::try_from(signal).expect("signal numbers are small"))
            }
            _ if !self.failed.is_empty() => Exit::TestsFailed,
            _ if !self.not_imported.is_empty() => Exit::ImportFailed,
            _ if self.passed == 0 => Exit::NoTests,
            _ => Exit::Passed,
        }
    }
}
