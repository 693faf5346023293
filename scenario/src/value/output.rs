//! What becomes of what tests print, which lines are shown of them, and which reports are written. Prints nothing.

use crate::text::word::words;

words! {
    /// How the two streams of a test are kept.
    Streams "kind of output" {
        /// Standard output and standard error apart.
        Split = "split",
        /// Both as one, in the order in which they were written.
        Combined = "combined",
    }
}

words! {
    /// Which lines are shown while tests run. Each level has those of the levels before it, too.
    StatusLevel "status level" {
        /// None.
        None = "none",
        /// Tests that failed, and libraries that could not be imported.
        Fail = "fail",
        /// Attempts after which there is another one.
        Retry = "retry",
        /// Tests that passed at a later attempt.
        Flaky = "flaky",
        /// Tests that run for long, and what waits.
        Slow = "slow",
        /// Tests that passed and left processes behind, and those in which nothing ran.
        Leak = "leak",
        /// Tests that passed, and the import of libraries.
        Pass = "pass",
        /// The start of every test.
        All = "all",
    }
}

words! {
    /// When the output of a test is shown.
    ShowOutput "time for output" {
        /// As soon as the test has ended.
        Immediate = "immediate",
        /// At the end of the run.
        Final = "final",
        /// Both.
        ImmediateFinal = "immediate-final",
        /// Not at all.
        Never = "never",
    }
}

words! {
    /// What a report of a run is.
    ReportKind "kind of report" {
        /// A page for a browser.
        Html = "html",
        /// JUnit's XML, as nextest writes it.
        Junit = "junit",
        /// Every event as a line of JSON, at once.
        Jsonl = "jsonl",
        /// TAP 14, as tests end.
        Tap = "tap",
        /// Chrome's trace events.
        Trace = "trace",
    }
}

impl ShowOutput {
    /// Whether it is shown as soon as the test has ended.
    #[must_use]
    pub fn is_immediate(self) -> bool {
        matches!(self, Self::Immediate | Self::ImmediateFinal)
    }

    /// Whether it is shown at the end of the run.
    #[must_use]
    pub fn is_final(self) -> bool {
        matches!(self, Self::Final | Self::ImmediateFinal)
    }
}
