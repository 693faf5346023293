//! How the process of a test ended, on any machine. Does not know what that means for the test.

use probe_process::Signal;

use crate::ending::{Ending, Overrun};

/// How a process ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Termination {
    /// It exited with this code.
    Exited(i32),
    /// This signal killed it, or would have paused it for ever. The engine did not send it.
    Killed(Signal),
    /// It ran longer than its timeout, and the engine ended it.
    TimedOut(Overrun),
    /// The engine ended it because the run was told to end.
    Interrupted,
    /// It was killed because there was no memory left, in these words.
    OutOfMemory(String),
    /// How it ended is not known, for this reason.
    Lost(String),
}

impl Termination {
    /// Returns what this means for an attempt, as far as only the end of the process is known.
    pub(crate) fn ending(&self) -> Ending {
        match self {
            Self::Exited(0) => Ending::Passed,
            Self::Exited(code) => Ending::Exited(*code),
            Self::Killed(signal) => Ending::Killed(*signal),
            Self::OutOfMemory(_) => Ending::Killed(Signal::KILL),
            Self::TimedOut(overrun) => Ending::TimedOut(*overrun),
            Self::Interrupted => Ending::Interrupted,
            Self::Lost(reason) => Ending::NotStarted(reason.clone()),
        }
    }
}
