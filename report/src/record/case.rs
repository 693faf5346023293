//! A test of the run: its attempts and its result.

use std::time::Duration;

use probe_scenario::{LibraryId, TestId};

use super::output::Kept;
use crate::facts::{Finish, Status, Subtest, TestsWithin, Used};

/// A test of the run.
#[derive(Debug)]
pub(crate) struct Case {
    pub(crate) id: TestId,
    /// The last one may not have ended, where the run was stopped.
    pub(crate) attempts: Vec<Ran>,
    pub(crate) came: Came,
}

/// The result of a test.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Came {
    /// It did not run, or not to its end: the run was stopped.
    ToNothing,
    /// Its last attempt has failed, and it would have had another one.
    GivenUp,
    /// It did not run: the library could not be prepared.
    BlockedByLibrary(LibraryId),
    /// It did not run: the service in this place is lost.
    BlockedByService(usize),
    /// It did not run: the test failed.
    BlockedByTest(TestId),
    To(Status),
}

/// A process of a test, from its start. Values that are known only after its end are missing before.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) number: u32,
    pub(crate) slot: usize,
    /// Since the run began.
    pub(crate) started: Duration,
    pub(crate) end: Option<End>,
}

/// The end of an attempt.
#[derive(Debug)]
pub(crate) struct End {
    pub(crate) took: Duration,
    /// The resources that it used.
    pub(crate) usage: Option<Used>,
    pub(crate) ending: Finish<'static>,
    pub(crate) output: Vec<Kept>,
    /// How many tests its runner counts in it.
    pub(crate) tests: Option<TestsWithin>,
    /// These tests, as far as the runner wrote their results, and the number of further results.
    pub(crate) subtests: Vec<Subtest<'static>>,
    pub(crate) left_out: u64,
    /// Files with the whole of an output that is not kept as a whole.
    pub(crate) whole: Vec<String>,
    /// The lines about its libraries that users see.
    pub(crate) verdict: Vec<String>,
    /// Processes that it left behind.
    pub(crate) left: Vec<String>,
}

impl Case {
    pub(super) fn new(id: TestId) -> Self {
        Self { id, attempts: Vec::new(), came: Came::ToNothing }
    }

    /// Adds an attempt. Hardly any test has a second one, so the list reserves no further room: that would be most of
    /// the memory of a record.
    pub(super) fn add(&mut self, attempt: Ran) {
        self.attempts.reserve_exact(1);
        self.attempts.push(attempt);
    }

    /// Its last attempt that has ended.
    pub(crate) fn last_end(&self) -> Option<(&Ran, &End)> {
        let mut latest_first = self.attempts.iter().rev();
        latest_first.find_map(|attempt| Some((attempt, attempt.end.as_ref()?)))
    }

    /// How many tests its runner counts in its last process, where that is not one each.
    pub(crate) fn tests_within(&self) -> Option<TestsWithin> {
        let tests = self.last_end()?.1.tests?;
        (tests.all() != 1).then_some(tests)
    }

    /// Whether it ended well, and there was nothing to run.
    pub(crate) fn has_run_nothing(&self) -> bool {
        matches!(self.came, Came::To(Status::Empty | Status::Skip))
    }

    /// Whether it counts as failed.
    pub(crate) fn has_failed(&self) -> bool {
        match self.came {
            Came::To(status) => status.is_failure(),
            Came::GivenUp => true,
            Came::ToNothing
            | Came::BlockedByLibrary(_)
            | Came::BlockedByService(_)
            | Came::BlockedByTest(_) => false,
        }
    }
}
