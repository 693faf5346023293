//! What holds for one test. Does not know who says so.

use std::time::Duration;

use probe_process::Signal;
use probe_scenario::{Leaks, Limits, Streams, TimeoutSignal};

/// What holds for one test, after defaults.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TestLimits {
    /// How long it may run.
    pub timeout: Duration,
    /// From being told to end to being killed.
    pub grace: Duration,
    /// What tells it that its time is over.
    pub timeout_signal: Signal,
    /// When it is told to be slow.
    pub slow: Duration,
    /// Further attempts after a failure.
    pub retries: u32,
    /// What becomes of processes that a test leaves behind.
    pub leaks: Leaks,
    /// How what it prints is kept.
    pub output: Streams,
    /// The exit code by which it says that it has skipped itself.
    pub skip_code: Option<i32>,
}

impl TestLimits {
    /// What `limits` say, and what holds where they say nothing.
    pub fn new(limits: &Limits) -> Self {
        Self {
            timeout: limits.timeout.unwrap_or(Duration::from_secs(5 * 60)),
            grace: limits.grace.unwrap_or(Duration::from_secs(10)),
            timeout_signal: limits.timeout_signal.map_or(Signal::TERM, signal),
            slow: limits.slow.unwrap_or(Duration::from_secs(60)),
            retries: limits.retries.unwrap_or(0),
            leaks: limits.leaks.unwrap_or(Leaks::Kill),
            output: limits.output.unwrap_or(Streams::Split),
            skip_code: limits.skip_code.map(|code| code.get().into()),
        }
    }
}

fn signal(signal: TimeoutSignal) -> Signal {
    match signal {
        TimeoutSignal::Term => Signal::TERM,
        TimeoutSignal::Abrt => Signal::ABRT,
        TimeoutSignal::Quit => Signal::QUIT,
        TimeoutSignal::Int => Signal::INT,
        TimeoutSignal::Hup => Signal::HUP,
        TimeoutSignal::Usr1 => Signal::USR1,
        TimeoutSignal::Usr2 => Signal::USR2,
        TimeoutSignal::Kill => Signal::KILL,
    }
}
