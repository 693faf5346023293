//! Settings that `[run]`, profiles, suites and tests share: how a test runs and when it has failed. Knows no test.

use std::num::{NonZeroU8, NonZeroUsize};
use std::sync::Arc;
use std::time::Duration;

use crate::text::word::words;
use crate::{ProcessCommand, Streams};

/// How long a test may take, and what happens if it does not end well. `None` means not set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Limits {
    /// How long a test may run. Never zero.
    pub timeout: Option<Duration>,
    /// How long it has between the request to end and SIGKILL.
    pub grace: Option<Duration>,
    /// The signal that asks it to end when its time is over.
    pub timeout_signal: Option<TimeoutSignal>,
    /// Commands that run before that signal, to show where the test hangs.
    pub on_timeout: Option<Arc<[ProcessCommand]>>,
    /// The time after which it is reported as slow. Never zero.
    pub slow: Option<Duration>,
    /// Further attempts after any failure.
    pub retries: Option<u32>,
    /// Further attempts after a failure that is a race by the evidence.
    pub race_retries: Option<u32>,
    /// What happens to processes that it leaves behind.
    pub leaks: Option<Leaks>,
    /// How its output is kept.
    pub output: Option<Streams>,
    /// Whether probe reads its sources to find what it needs.
    pub detect: Option<Detection>,
    /// The exit code with which it says that it skipped itself.
    pub skip_code: Option<NonZeroU8>,
}

/// How many of the job slots a test takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Slots {
    /// All of them: the test runs alone.
    All,
    /// This many. A number above the number of jobs counts as all.
    Count(NonZeroUsize),
}

impl Slots {
    /// The default: one slot.
    pub const ONE: Self = Self::Count(NonZeroUsize::MIN);
}

words! {
    /// What happens to processes that a test leaves behind.
    Leaks "way with leaks" {
        /// probe kills them. The result of the test does not change.
        Kill = "kill",
        /// probe kills them, and reports a test that passed as leaky.
        Report = "report",
        /// probe kills them, and the test fails.
        Fail = "fail",
    }
}

words! {
    /// The signal that tells a test that its time is over.
    TimeoutSignal "signal" {
        /// Ends the process, which may clean up first.
        Term = "TERM",
        /// Ends the process with a core dump. Some runtimes print their stacks first.
        Abrt = "ABRT",
        /// Like `Abrt`, from a terminal. Java and Go print the stacks of all threads.
        Quit = "QUIT",
        /// ^C.
        Int = "INT",
        /// The terminal is gone.
        Hup = "HUP",
        /// Has the meaning that the test gives it.
        Usr1 = "USR1",
        /// Has the meaning that the test gives it.
        Usr2 = "USR2",
        /// Cannot be caught or ignored.
        Kill = "KILL",
    }
}

/// Whether probe reads sources to find needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detection {
    /// No: only declared needs count.
    Off,
    /// Yes.
    On,
}

impl Limits {
    /// These values; where one is `None`, that of `general`.
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
