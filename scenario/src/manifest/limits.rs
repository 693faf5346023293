//! What `[run]`, profiles, suites and tests say alike: how a test runs and what becomes of it. Knows no test.

use std::num::NonZeroUsize;
use std::time::Duration;

use crate::Streams;
use crate::text::word::words;

/// How long a test may take and what happens when it does not end well. `None` is not said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Limits {
    /// How long a test may run. Never zero.
    pub timeout: Option<Duration>,
    /// How long it has between the request to end and being killed.
    pub grace: Option<Duration>,
    /// When it is reported as slow. Never zero.
    pub slow: Option<Duration>,
    /// Further attempts after any failure.
    pub retries: Option<u32>,
    /// Further attempts after a failure that the evidence calls a race.
    pub race_retries: Option<u32>,
    /// What becomes of processes that it leaves behind.
    pub leaks: Option<Leaks>,
    /// How what it prints is kept.
    pub output: Option<Streams>,
    /// Whether needs are found in its sources.
    pub detect: Option<Detection>,
}

/// How many of the jobs a test takes up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Slots {
    /// All of them, so that it runs alone.
    All,
    /// This many; a number above the jobs counts as all.
    Count(NonZeroUsize),
}

impl Slots {
    /// What a test takes up that says nothing.
    pub const ONE: Self = Self::Count(NonZeroUsize::MIN);
}

words! {
    /// What becomes of processes that a test leaves behind.
    Leaks "way with leaks" {
        /// They are killed; whether the test has passed is not touched.
        Kill = "kill",
        /// They are killed, and a test that has passed is reported as one that leaks.
        Report = "report",
        /// They are killed, and the test has failed.
        Fail = "fail",
    }
}

/// Whether needs are found in sources.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detection {
    /// Only declared needs count.
    Off,
    /// Sources are read.
    On,
}

impl Limits {
    /// These values, with `general` for what they leave open.
    #[must_use]
    pub fn or(&self, general: &Self) -> Self {
        Self {
            timeout: self.timeout.or(general.timeout),
            grace: self.grace.or(general.grace),
            slow: self.slow.or(general.slow),
            retries: self.retries.or(general.retries),
            race_retries: self.race_retries.or(general.race_retries),
            leaks: self.leaks.or(general.leaks),
            output: self.output.or(general.output),
            detect: self.detect.or(general.detect),
        }
    }
}
