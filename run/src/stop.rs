//! Why a run ends early.

use std::time::Duration;

use probe_process::Signal;

/// Why a run ends before everything has run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// probe received this signal.
    Signal(Signal),
    /// This many tests have failed, as many as `--max-failures` allows.
    MaxFailures(u32),
    /// The run has exceeded this time limit.
    RunTimeout(Duration),
}
