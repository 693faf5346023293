//! How the process of a test ended, as far as that matters for the test. Does not know what follows from it.

use std::time::Duration;

use probe_process::Signal;

/// The variable with the path of a file that a program creates when it starts and removes when it ends normally. The protocol
/// comes from Bazel; GoogleTest and others follow it.
pub(crate) const UNFINISHED: &str = "TEST_PREMATURE_EXIT_FILE";

/// The message for a runner that exited with 0 in the middle of its tests.
pub(crate) const EARLY: &str = "ended before its result";

/// How the process of a test ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ending {
    /// It exited with 0.
    Passed,
    /// It exited with 0 but left processes behind, and the test's settings count that as a failure.
    Leaked,
    /// It exited with 0 after attempts that failed by themselves, and the run's settings count that as a failure.
    Flaky,
    /// It ended well, but its suite's runner reports that it ran no test.
    Empty,
    /// It reports that it skipped itself or all its tests, with this reason, which may be empty.
    Skipped(String),
    /// It exited with 0 but did not pass, in these words: "it ended before its result".
    Belied(String),
    /// The command before it failed, in these words. The test itself did not run.
    Unprepared(String),
    /// It passed, but the command after it failed, in these words.
    Uncleared(String),
    /// It failed, as expected.
    Expected {
        /// How it failed.
        of: Box<Ending>,
        /// Why a failure is expected.
        reason: String,
    },
    /// It passed but was expected to fail, for this reason. This counts as a failure.
    Unexpected(String),
    /// It exited with this code, which is not 0.
    Exited(i32),
    /// This signal killed it, and probe did not send it.
    Killed(Signal),
    /// It ran longer than its timeout, and probe ended it.
    TimedOut(Overrun),
    /// probe ended it because probe itself was told to stop.
    Interrupted,
    /// It did not run, for this reason.
    NotStarted(String),
    /// It did not run because the machine had no room for it at that time, in these words.
    NoRoom(String),
    /// It failed, and a service that it needs had died.
    Bereft(Box<Bereft>),
}

/// A failure that the death of a service explains.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bereft {
    /// The service.
    pub service: String,
    /// How the service ended, in words: "exit code 3".
    pub died: String,
    /// How the test's own process ended.
    pub ending: Ending,
}

impl Ending {
    /// Whether it ended well without running a test.
    pub fn ran_nothing(&self) -> bool {
        matches!(self, Self::Empty | Self::Skipped(_))
    }

    /// Whether it passed, ran nothing, skipped itself, or failed as expected.
    pub fn is_good(&self) -> bool {
        matches!(self, Self::Passed | Self::Expected { .. }) || self.ran_nothing()
    }

    /// Whether its process ran and failed by itself, so that it may be a known failure of the test.
    pub(crate) fn is_own_failure(&self) -> bool {
        matches!(
            self,
            Self::Exited(_) | Self::Killed(_) | Self::TimedOut(_) | Self::Leaked | Self::Belied(_)
        )
    }
}

/// How a test exceeded its timeout.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Overrun {
    /// Its timeout.
    pub timeout: Duration,
    /// The grace after which SIGKILL ended it; `None` if it ended at the first signal.
    pub grace: Option<Duration>,
}
