//! What the judge knows of one test so far.

use std::time::Duration;

use probe_scenario::TestId;

use crate::ending::Ending;
use crate::verdict::Verdict;

/// The state of a test, by its events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stand {
    /// It has not run, or waits for something before it runs again.
    Waits {
        /// When it may run, on the clock that does not run during pauses.
        not_before: Duration,
        /// Whether it failed before or was raced. Then it is given up when the run stops.
        has_failed: bool,
    },
    /// It has run since then, and was reported as slow for so long.
    Runs {
        since: Duration,
        told_slow: Duration,
    },
    Examined,
    Ended(End),
    Blocked,
}

/// The final result of a test.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    Passed,
    Failed,
    /// It passed, but not at its first attempt, which counts as a failure in this run.
    Flaky,
    Empty,
    Skipped,
    /// It failed, as expected.
    Expected,
    /// It passed but was expected to fail.
    Unexpected,
}

/// News of a test that the conductor has just received and must answer by an event.
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
    /// The attempts that failed by themselves.
    pub(super) failures: u32,
    /// The attempts that failed by a race.
    pub(super) races: u32,
    /// The starts for which there was no room.
    pub(super) no_room: u32,
    pub(super) slot: Option<usize>,
    /// The slot of its last attempt.
    pub(super) last_slot: Option<usize>,
    /// Whether an attempt has started.
    pub(super) has_begun: bool,
    pub(super) told: Option<Told>,
    /// The duration of its last attempt.
    pub(super) took: Duration,
    /// Whether its attempt started during a pause, so that its timer is late.
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

    /// The number of the current or next attempt.
    pub(super) fn number(&self) -> u32 {
        self.failures + self.races + 1
    }

    /// Whether it has neither failed nor run, so that it may still be blocked.
    pub(super) fn is_untouched(&self) -> bool {
        matches!(self.stand, Stand::Waits { has_failed: false, .. }) && self.no_room == 0
    }

    pub(super) fn runs(&self) -> bool {
        matches!(self.stand, Stand::Runs { .. })
    }

    /// Whether what it made, if anything, may be complete, judging by its last attempt: it did not run, or it ended by itself.
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

    /// Whether tests that come after it may run.
    pub(super) fn has_passed(&self) -> bool {
        matches!(self.stand, Stand::Ended(End::Passed | End::Flaky | End::Unexpected))
    }
}
