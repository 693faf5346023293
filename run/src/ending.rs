//! How a test's process ended, as far as that matters to the test. Does not know what follows from it.

use std::time::Duration;

use probe_process::Signal;

/// The variable by which a program is told of a file that it makes when it starts and removes when it ends as it should: a
/// protocol of Bazel's, which GoogleTest and others keep.
pub(crate) const UNFINISHED: &str = "TEST_PREMATURE_EXIT_FILE";

/// What became of a runner that has exited with 0 in the middle of its tests.
pub(crate) const EARLY: &str = "ended before its result";

/// How a test's process ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ending {
    /// It exited with 0.
    Passed,
    /// It exited with 0, but left processes behind, which is a failure for this test.
    Leaked,
    /// It exited with 0 after attempts that failed by themselves, which is a failure for this run.
    Flaky,
    /// It ended well, but the runner that its suite goes through says that it ran nothing.
    Empty,
    /// It says that it has skipped itself, or all that is in it, for this reason, as far as it gives one.
    Skipped(String),
    /// It exited with 0, and has not passed for all that, in these words: "it ended before its result".
    Belied(String),
    /// What runs before it failed, in these words: it never ran itself.
    Unprepared(String),
    /// It passed, and what runs after it failed, in these words.
    Uncleared(String),
    /// It failed like this, as is expected of it, for this reason.
    Expected {
        /// How it failed.
        of: Box<Ending>,
        /// Why that is expected.
        reason: String,
    },
    /// It passed, and was expected to fail, for this reason; which is a failure.
    Unexpected(String),
    /// It exited with another code.
    Exited(i32),
    /// A signal killed it that probe did not send.
    Killed(Signal),
    /// It ran longer than its timeout, and was ended.
    TimedOut(Overrun),
    /// It was ended because probe itself was told to stop.
    Interrupted,
    /// It never ran, for this reason.
    NotStarted(String),
    /// It did not run, since the machine had no room for it just now: in these words.
    NoRoom(String),
    /// It failed while a service that it needs had died.
    Bereft(Box<Bereft>),
}

/// A failure that the death of a service accounts for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bereft {
    /// The service.
    pub service: String,
    /// How that ended, in words: "exit code 3".
    pub died: String,
    /// How the test's own process ended.
    pub ending: Ending,
}

impl Ending {
    /// Whether it ended well, and there was nothing to run.
    pub fn ran_nothing(&self) -> bool {
        matches!(self, Self::Empty | Self::Skipped(_))
    }

    /// The same, or it passed, or failed as is expected of it.
    pub fn is_good(&self) -> bool {
        matches!(self, Self::Passed | Self::Expected { .. }) || self.ran_nothing()
    }

    /// Whether a known failure of the test may have been like this: its process ran, and failed by itself.
    pub(crate) fn is_own_failure(&self) -> bool {
        matches!(
            self,
            Self::Exited(_) | Self::Killed(_) | Self::TimedOut(_) | Self::Leaked | Self::Belied(_)
        )
    }
}

/// How a test ran longer than it may.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Overrun {
    /// Its timeout.
    pub timeout: Duration,
    /// Its grace, after which SIGKILL ended it; `None` if SIGTERM did.
    pub grace: Option<Duration>,
}
