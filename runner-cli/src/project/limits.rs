//! What holds for a test where nobody says otherwise.

use std::time::Duration;

use probe_scenario::{Leaks, Limits, Streams};

/// What holds for one test, after defaults.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TestLimits {
    pub(crate) timeout: Duration,
    pub(crate) grace: Duration,
    pub(crate) slow: Duration,
    /// Further attempts after a failure.
    pub(crate) retries: u32,
    /// What becomes of processes that a test leaves behind.
    pub(crate) leaks: Leaks,
    /// How what it prints is kept.
    pub(crate) output: Streams,
}

impl TestLimits {
    /// What `limits` says, and what holds where it says nothing.
    pub(crate) fn new(limits: &Limits) -> Self {
        Self {
            timeout: limits.timeout.unwrap_or(Duration::from_secs(5 * 60)),
            grace: limits.grace.unwrap_or(Duration::from_secs(10)),
            slow: limits.slow.unwrap_or(Duration::from_secs(60)),
            retries: limits.retries.unwrap_or(0),
            leaks: limits.leaks.unwrap_or(Leaks::Kill),
            output: limits.output.unwrap_or(Streams::Split),
        }
    }
}
