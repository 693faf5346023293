//! One process of one test, and how it ended. Does not know what follows from it.

use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;
use std::time::Duration;

use crate::process::{Captured, Cause, Ended, StartError};

/// A test's process after its end.
#[derive(Debug)]
pub(crate) struct Attempt {
    pub(crate) ending: Ending,
    pub(crate) took: Duration,
    pub(crate) output: Captured,
}

/// How a test's process ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    /// It exited with 0.
    Passed,
    /// It exited with another code.
    Exited(i32),
    /// A signal killed it that probe did not send.
    Killed(i32),
    /// It ran longer than its timeout, and was ended.
    TimedOut,
    /// It was ended because probe itself was told to stop.
    Interrupted,
    /// It never ran, for this reason.
    NotStarted(String),
}

impl Attempt {
    /// An attempt of which there is no process.
    pub(crate) fn not_started(reason: String) -> Self {
        Self {
            ending: Ending::NotStarted(reason),
            took: Duration::ZERO,
            output: Captured::default(),
        }
    }
}

impl From<Result<Ended, StartError>> for Attempt {
    fn from(result: Result<Ended, StartError>) -> Self {
        match result {
            Ok(Ended { status, cause, took, output }) => {
                Self { ending: Ending::new(status, cause), took, output }
            }
            Err(error) => Self::not_started(error.to_string()),
        }
    }
}

impl Ending {
    fn new(status: ExitStatus, cause: Option<Cause>) -> Self {
        match (cause, status.code(), status.signal()) {
            (Some(Cause::Timeout), ..) => Self::TimedOut,
            (Some(Cause::Interrupted), ..) => Self::Interrupted,
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
        for (cause, status, expected) in [
            (None, status(0, 0), Ending::Passed),
            (None, status(3, 0), Ending::Exited(3)),
            (None, status(0, 7), Ending::Killed(7)),
            (Some(Cause::Timeout), status(0, 0), Ending::TimedOut),
            (Some(Cause::Timeout), status(0, 15), Ending::TimedOut),
            (Some(Cause::Interrupted), status(0, 0), Ending::Interrupted),
            (Some(Cause::Interrupted), status(0, 2), Ending::Interrupted),
        ] {
            assert_eq!(Ending::new(status, cause), expected);
        }
    }
}
