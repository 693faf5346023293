//! The words for the result of a test in reports for programs.

use probe_run::{Attempt, Ending};
use probe_scenario::Leaks;
use serde::{Deserialize, Serialize};

/// The result of a test.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// It passed at its first attempt.
    Pass,
    /// It passed at a later attempt, after a race.
    Race,
    /// It passed at a later attempt, after a failure of its own.
    Flaky,
    /// It passed and left processes behind.
    Leak,
    /// It passed, but nothing ran in it.
    Empty,
    /// It skipped itself, or all tests in it.
    Skip,
    /// It failed as expected.
    Xfail,
    /// It passed although it was expected to fail, which is a failure.
    Xpass,
    /// It failed.
    Fail,
    /// It exceeded its time limit.
    Timeout,
    /// A signal killed it.
    Killed,
    /// probe ended it because the run stopped.
    Interrupted,
    /// It could not be started.
    NotStarted,
    /// It failed while a service that it needs had died.
    ServiceLost,
}

impl Status {
    /// The result of a test from its last attempt, which has this `number`, after `races` attempts that failed by a race.
    pub fn new(attempt: &Attempt, number: u32, races: u32) -> Self {
        match attempt.ending {
            Ending::Passed if number > races + 1 => Self::Flaky,
            Ending::Passed if races > 0 => Self::Race,
            Ending::Passed if attempt.leaks == Leaks::Report && !attempt.left.is_empty() => {
                Self::Leak
            }
            Ending::Passed => Self::Pass,
            Ending::Empty => Self::Empty,
            Ending::Skipped(_) => Self::Skip,
            Ending::Expected { .. } => Self::Xfail,
            Ending::Unexpected(_) => Self::Xpass,
            Ending::Unprepared(_) | Ending::Uncleared(_) => Self::Fail,
            Ending::Exited(_) | Ending::Belied(_) | Ending::Leaked | Ending::Flaky => Self::Fail,
            Ending::Killed(_) => Self::Killed,
            Ending::TimedOut(_) => Self::Timeout,
            Ending::Interrupted => Self::Interrupted,
            Ending::NotStarted(_) | Ending::NoRoom(_) => Self::NotStarted,
            Ending::Bereft(_) => Self::ServiceLost,
        }
    }

    /// Whether the test counts as failed.
    pub fn is_failure(self) -> bool {
        match self {
            Self::Pass
            | Self::Race
            | Self::Flaky
            | Self::Leak
            | Self::Empty
            | Self::Skip
            | Self::Xfail => false,
            Self::Xpass
            | Self::Fail
            | Self::Timeout
            | Self::Killed
            | Self::Interrupted
            | Self::NotStarted
            | Self::ServiceLost => true,
        }
    }

    /// The word in reports for programs.
    pub fn word(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Race => "race",
            Self::Flaky => "flaky",
            Self::Leak => "leak",
            Self::Empty => "empty",
            Self::Skip => "skip",
            Self::Xfail => "xfail",
            Self::Xpass => "xpass",
            Self::Fail => "fail",
            Self::Timeout => "timeout",
            Self::Killed => "killed",
            Self::Interrupted => "interrupted",
            Self::NotStarted => "not-started",
            Self::ServiceLost => "service-lost",
        }
    }
}
