//! What `[run]`, profiles, suites and tests say alike: how a test runs and what becomes of it. Knows no test.

use std::num::{NonZeroU8, NonZeroUsize};
use std::sync::Arc;
use std::time::Duration;

use crate::text::word::words;
use crate::{ProcessCommand, Streams};

/// How long a test may take and what happens when it does not end well. `None` is not said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Limits {
    /// How long a test may run. Never zero.
    pub timeout: Option<Duration>,
    /// How long it has between the request to end and being killed.
    pub grace: Option<Duration>,
    /// What tells it that its time is over.
    pub timeout_signal: Option<TimeoutSignal>,
    /// What is run before that, and shows where it hangs.
    pub on_timeout: Option<Arc<[ProcessCommand]>>,
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
    /// The exit code by which it says that it has skipped itself.
    pub skip_code: Option<NonZeroU8>,
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

words! {
    /// A signal that tells a test that its time is over.
    TimeoutSignal "signal" {
        /// Please end.
        Term = "TERM",
        /// End yourself, with a core dump: some runtimes print their stacks before.
        Abrt = "ABRT",
        /// The same from a terminal: Java and Go print the stacks of all threads.
        Quit = "QUIT",
        /// ^C.
        Int = "INT",
        /// The terminal is gone.
        Hup = "HUP",
        /// What the test makes of it.
        Usr1 = "USR1",
        /// What the test makes of it.
        Usr2 = "USR2",
        /// What nobody can ignore.
        Kill = "KILL",
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
            timeout_signal: self.timeout_signal.or(general.timeout_signal),
            on_timeout: self.on_timeout.as_ref().or(general.on_timeout.as_ref()).cloned(),
            slow: self.slow.or(general.slow),
            retries: self.retries.or(general.retries),
            race_retries: self.race_retries.or(general.race_retries),
            leaks: self.leaks.or(general.leaks),
            output: self.output.or(general.output),
            detect: self.detect.or(general.detect),
            skip_code: self.skip_code.or(general.skip_code),
        }
    }
}
