//! How a test came to its end, whatever machine ran it. Does not know what that means for the test.

use probe_process::Signal;

use crate::ending::{Ending, Overrun};

/// How what was run came to its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Termination {
    /// It exited with this code.
    Exited(i32),
    /// This signal killed it, or would have stopped it for good, and the engine did not send it.
    Killed(Signal),
    /// It ran longer than it may, and was ended.
    TimedOut(Overrun),
    /// It was ended because the run was told to end.
    Interrupted,
    /// It was killed since there was no memory left: in these words.
    OutOfMemory(String),
    /// Nothing is known of its end, for this reason.
    Lost(String),
}

impl Termination {
    /// What that means for an attempt, as far as only its end is known.
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
