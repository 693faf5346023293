//! What the judge knows of one test so far.

use std::time::Duration;

use probe_scenario::TestId;

use crate::ending::Ending;
use crate::verdict::Verdict;

/// Where a test stands, as events tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stand {
    /// It has not run, or waits for something before it runs again.
    Waits {
        /// When it may run, by the clock that stands still while everything is stopped.
        not_before: Duration,
        /// It has failed before, or was raced: then it is given up when the run is stopped.
        has_failed: bool,
    },
    /// It runs since then, and was told to be slow for so long.
    Runs {
        since: Duration,
        told_slow: Duration,
    },
    Examined,
    Ended(End),
    Blocked,
}

/// What a test has come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    Passed,
    Failed,
    /// It has passed at last, which counts as a failure for this run.
    Flaky,
    Empty,
    Skipped,
    /// It has failed as is expected.
    Expected,
    /// It has passed, and should not have.
    Unexpected,
}

/// What the conductor has just been told of a test, and has to answer by an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Told {
    Attempt { ending: Ending, has_evidence: bool },
    Examination { ending: Ending, verdict: Option<Verdict> },
}

/// One test.
#[derive(Clone, Debug)]
pub(super) struct Course {
    pub(super) id: TestId,
    pub(super) stand: Stand,
    /// Attempts that failed by themselves.
    pub(super) failures: u32,
    /// Attempts that failed by a race.
    pub(super) races: u32,
    /// Starts for which there was no room.
    pub(super) no_room: u32,
    pub(super) slot: Option<usize>,
    /// That of its last attempt.
    pub(super) last_slot: Option<usize>,
    /// An attempt has started.
    pub(super) has_begun: bool,
    pub(super) told: Option<Told>,
    /// What its attempt took that ended it.
    pub(super) took: Duration,
    /// Its attempt was started while everything was stopped, so that its timer is late.
    pub(super) began_asleep: bool,
}

impl Course {
    pub(super) fn new(id: TestId) -> Self {
        Self {
            id,
            stand: Stand::Waits { not_before: Duration::ZERO, has_failed: false },
            failures: 0,
            races: 0,
            no_room: 0,
            slot: None,
            last_slot: None,
            has_begun: false,
            told: None,
            took: Duration::ZERO,
            began_asleep: false,
        }
    }

    /// The number of the attempt that runs, or runs next.
    pub(super) fn number(&self) -> u32 {
        self.failures + self.races + 1
    }

    /// Whether it has not failed, nor run: it may still be blocked.
    pub(super) fn is_untouched(&self) -> bool {
        matches!(self.stand, Stand::Waits { has_failed: false, .. }) && self.no_room == 0
    }

    pub(super) fn runs(&self) -> bool {
        matches!(self.stand, Stand::Runs { .. })
    }

    /// Whether what it made, if it made anything, may be whole, by what was heard of its last attempt: it did not run, or it
    /// ended by itself.
    pub(super) fn may_have_made_whole(&self) -> bool {
        let Some(Told::Attempt { ending, .. } | Told::Examination { ending, .. }) = &self.told
        else {
            return true;
        };
        let ending = match ending {
            Ending::Bereft(bereft) => &bereft.ending,
            ending => ending,
        };
        !matches!(ending, Ending::TimedOut(_) | Ending::Interrupted | Ending::Killed(_))
    }

    /// Whether what comes after it may run.
    pub(super) fn has_passed(&self) -> bool {
        matches!(self.stand, Stand::Ended(End::Passed | End::Flaky | End::Unexpected))
    }
}
