//! One process of one test, and how it ended. Does not know what follows from it.

use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;
use std::time::Duration;

use probe_process::{Captured, Cause, Ended, Force, Leak, StartError, TimeLimits};
use probe_scenario::Leaks;

/// The variable by which a program is told of a file that it makes when it starts and removes when it ends as it should: a
/// protocol of Bazel's, which GoogleTest and others keep.
pub(crate) const UNFINISHED: &str = "TEST_PREMATURE_EXIT_FILE";

/// What became of a runner that has exited with 0 in the middle of its tests.
pub(super) const EARLY: &str = "ended before its result";

/// A test's process after its end.
#[derive(Debug)]
pub(crate) struct Attempt {
    pub(crate) ending: Ending,
    pub(crate) took: Duration,
    pub(crate) output: Captured,
    /// What it left behind when it ended by itself.
    pub(crate) left: Vec<Leak>,
    /// What is thought of that.
    pub(crate) leaks: Leaks,
}

/// How a test's process ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    /// It exited with 0.
    Passed,
    /// It exited with 0, but left processes behind, which is a failure for this test.
    Leaked,
    /// It exited with 0 after attempts that failed by themselves, which is a failure for this run.
    Flaky,
    /// It ended well, but the runner that its suite goes through says that it ran nothing.
    Empty,
    /// It exited with 0, and has not passed for all that, in these words: "it ended before its result".
    Belied(String),
    /// It exited with another code.
    Exited(i32),
    /// A signal killed it that probe did not send.
    Killed(i32),
    /// It ran longer than its timeout, and was ended.
    TimedOut(Overrun),
    /// It was ended because probe itself was told to stop.
    Interrupted,
    /// It never ran, for this reason.
    NotStarted(String),
    /// It did not run, since the machine had no room for it just now: in these words.
    NoRoom(String),
}

/// How a test ran longer than it may.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Overrun {
    /// Its timeout.
    pub(crate) timeout: Duration,
    /// Its grace, after which SIGKILL ended it; `None` if SIGTERM did.
    pub(crate) grace: Option<Duration>,
}

impl Attempt {
    /// What the end of its process means, where `leaks` says what is thought of processes that it leaves behind.
    pub(crate) fn new(result: Result<Ended, StartError>, leaks: Leaks) -> Self {
        match result {
            Ok(Ended { status, cause, limits, took, output, left }) => {
                let ending = match Ending::new(status, cause, limits) {
                    Ending::Passed if leaks == Leaks::Fail && !left.is_empty() => Ending::Leaked,
                    ending => ending,
                };
                Self { ending, took, output, left, leaks }
            }
            Err(error) if error.is_passing() => {
                Self::without_process(Ending::NoRoom(error.to_string()))
            }
            Err(error) => Self::not_started(error.to_string()),
        }
    }

    /// The same attempt, if its process has left the file by which it says that it has begun and not ended.
    pub(crate) fn unfinished(mut self, is_left: bool) -> Self {
        if is_left && matches!(self.ending, Ending::Passed | Ending::Empty) {
            self.ending =
                Ending::Belied(format!("it {EARLY}: the file of {UNFINISHED} is still there"));
        }
        self
    }

    /// An attempt that could not be made.
    pub(crate) fn not_started(reason: String) -> Self {
        Self::without_process(Ending::NotStarted(reason))
    }

    /// An attempt of which nothing is known but how it ended.
    pub(crate) fn without_process(ending: Ending) -> Self {
        let (output, left) = (Captured::default(), Vec::new());
        Self { ending, took: Duration::ZERO, output, left, leaks: Leaks::Kill }
    }
}

impl Ending {
    fn new(status: ExitStatus, cause: Option<Cause>, limits: TimeLimits) -> Self {
        match (cause, status.code(), status.signal()) {
            (Some(Cause::Timeout(force)), ..) => Self::TimedOut(Overrun {
                timeout: limits.timeout.expect("only what has a limit runs into it"),
                grace: match force {
                    Force::Terminated => None,
                    Force::Killed => Some(limits.grace),
                },
            }),
            (Some(Cause::Interrupted), ..) => Self::Interrupted,
            (Some(Cause::Terminal(signal)), ..) => Self::Killed(signal),
            (None, Some(0), _) => Self::Passed,
            (None, Some(code), _) => Self::Exited(code),
            (None, None, signal) => {
                Self::Killed(signal.expect("a process without an exit code was killed by a signal"))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The wait status of an exit with `code`, and of a death by `signal`.
    fn status(code: i32, signal: i32) -> ExitStatus {
        ExitStatus::from_raw(code << 8 | signal)
    }

    #[test]
    fn the_cause_decides_before_the_status() {
        let limits =
            TimeLimits { timeout: Some(Duration::from_secs(5)), grace: Duration::from_secs(1) };
        let terminated = Overrun { timeout: Duration::from_secs(5), grace: None };
        let killed = Overrun { grace: Some(Duration::from_secs(1)), ..terminated };
        let timeout = |force| Some(Cause::Timeout(force));
        for (cause, status, expected) in [
            (None, status(0, 0), Ending::Passed),
            (None, status(3, 0), Ending::Exited(3)),
            (None, status(0, 7), Ending::Killed(7)),
            (timeout(Force::Terminated), status(0, 0), Ending::TimedOut(terminated)),
            (timeout(Force::Terminated), status(0, 15), Ending::TimedOut(terminated)),
            (timeout(Force::Killed), status(0, 9), Ending::TimedOut(killed)),
            (Some(Cause::Interrupted), status(0, 0), Ending::Interrupted),
            (Some(Cause::Interrupted), status(0, 2), Ending::Interrupted),
            (Some(Cause::Terminal(21)), status(0, 15), Ending::Killed(21)),
        ] {
            assert_eq!(Ending::new(status, cause, limits), expected);
        }
    }
}
