//! One process of one test, and how it ended. Does not know what follows from it.

use std::time::Duration;

use probe_process::{Captured, Ended, EndedBy, Force, Leak, ProcessEnd, StartError, TimeLimits};
use probe_scenario::Leaks;

/// The variable by which a program is told of a file that it makes when it starts and removes when it ends as it should: a
/// protocol of Bazel's, which GoogleTest and others keep.
pub(crate) const UNFINISHED: &str = "TEST_PREMATURE_EXIT_FILE";

/// What became of a runner that has exited with 0 in the middle of its tests.
pub(super) const EARLY: &str = "ended before its result";

/// A test's process after its end.
#[derive(Debug)]
pub struct Attempt {
    /// How it ended.
    pub ending: Ending,
    /// How long it ran.
    pub took: Duration,
    /// What it printed.
    pub output: Captured,
    /// What it left behind when it ended by itself.
    pub left: Vec<Leak>,
    /// What is thought of that.
    pub leaks: Leaks,
}

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
pub struct Overrun {
    /// Its timeout.
    pub timeout: Duration,
    /// Its grace, after which SIGKILL ended it; `None` if SIGTERM did.
    pub grace: Option<Duration>,
}

impl Attempt {
    /// What the end of its process means, where `leaks` says what is thought of processes that it leaves behind.
    pub fn new(result: Result<Ended, StartError>, leaks: Leaks) -> Self {
        match result {
            Ok(Ended { end, ended_by, limits, took, output, left }) => {
                let ending = match Ending::new(end, ended_by, limits) {
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
    pub fn unfinished(mut self, is_left: bool) -> Self {
        if is_left && matches!(self.ending, Ending::Passed | Ending::Empty) {
            self.ending =
                Ending::Belied(format!("it {EARLY}: the file of {UNFINISHED} is still there"));
        }
        self
    }

    /// An attempt that could not be made.
    pub fn not_started(reason: String) -> Self {
        Self::without_process(Ending::NotStarted(reason))
    }

    /// An attempt of which nothing is known but how it ended.
    pub fn without_process(ending: Ending) -> Self {
        let (output, left) = (Captured::default(), Vec::new());
        Self { ending, took: Duration::ZERO, output, left, leaks: Leaks::Kill }
    }
}

impl Ending {
    fn new(end: ProcessEnd, ended_by: Option<EndedBy>, limits: TimeLimits) -> Self {
        match (ended_by, end) {
            (Some(EndedBy::Timeout(force)), _) => Self::TimedOut(Overrun {
                timeout: limits.timeout.expect("only what has a limit runs into it"),
                grace: match force {
                    Force::Terminated => None,
                    Force::Killed => Some(limits.grace),
                },
            }),
            (Some(EndedBy::Interrupted), _) => Self::Interrupted,
            (Some(EndedBy::Terminal(signal)), _) => Self::Killed(signal.number()),
            (None, ProcessEnd::Exited(0)) => Self::Passed,
            (None, ProcessEnd::Exited(code)) => Self::Exited(code),
            (None, ProcessEnd::Killed(signal)) => Self::Killed(signal.number()),
        }
    }
}

#[cfg(test)]
mod tests {
    use probe_process::Signal;

    use super::*;

    #[test]
    fn who_ended_it_decides_before_its_end() {
        let limits =
            TimeLimits { timeout: Some(Duration::from_secs(5)), grace: Duration::from_secs(1) };
        let terminated = Overrun { timeout: Duration::from_secs(5), grace: None };
        let killed = Overrun { grace: Some(Duration::from_secs(1)), ..terminated };
        let exited = ProcessEnd::Exited;
        let by = ProcessEnd::Killed;
        let timeout = |force| Some(EndedBy::Timeout(force));
        let terminal = Some(EndedBy::Terminal(Signal::TTIN));
        for (ended_by, end, expected) in [
            (None, exited(0), Ending::Passed),
            (None, exited(3), Ending::Exited(3)),
            (None, by(Signal::BUS), Ending::Killed(Signal::BUS.number())),
            (timeout(Force::Terminated), exited(0), Ending::TimedOut(terminated)),
            (timeout(Force::Terminated), by(Signal::TERM), Ending::TimedOut(terminated)),
            (timeout(Force::Killed), by(Signal::KILL), Ending::TimedOut(killed)),
            (Some(EndedBy::Interrupted), exited(0), Ending::Interrupted),
            (Some(EndedBy::Interrupted), by(Signal::INT), Ending::Interrupted),
            (terminal, by(Signal::TERM), Ending::Killed(Signal::TTIN.number())),
        ] {
            assert_eq!(Ending::new(end, ended_by, limits), expected);
        }
    }
}
