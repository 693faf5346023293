//! The limits of one test. Does not know who sets them.

use std::time::Duration;

use probe_process::Signal;
use probe_scenario::{Leaks, Limits, Streams, TimeoutSignal};

/// The limits of one test, with defaults filled in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TestLimits {
    /// The longest time that it may run.
    pub timeout: Duration,
    /// The time between asking it to end and killing it.
    pub grace: Duration,
    /// The signal that asks it to end at its timeout.
    pub timeout_signal: Signal,
    /// The time after which it counts as slow.
    pub slow: Duration,
    /// How many more attempts it gets after a failure.
    pub retries: u32,
    /// What probe does about processes that it leaves behind.
    pub leaks: Leaks,
    /// How its output is kept.
    pub output: Streams,
    /// The exit code that means that the test skipped itself.
    pub skip_code: Option<i32>,
}

impl TestLimits {
    /// Takes `limits`, and defaults where they are not set.
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
