//! Why a run ends early.

use std::time::Duration;

use probe_process::Signal;

/// Why a run ends before everything has run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// Probe received this signal.
    Signal(Signal),
    /// As many tests have failed as `--max-failures` allows.
    MaxFailures(u32),
    /// It has taken as long as it may.
    RunTimeout(Duration),
}
