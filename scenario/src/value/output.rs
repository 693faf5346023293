//! What becomes of what tests print, which lines are shown of them, and which reports are written. Prints nothing.

use std::fmt;
use std::str::FromStr;

use crate::text::word::{UnknownWord, words};

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
        /// Tests that failed, and libraries that could not be prepared.
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
    /// What a report is that is written while a run goes on.
    StreamKind "kind of report" {
        /// Every event as a line of JSON, at once.
        Jsonl = "jsonl",
        /// TAP 14, as tests end.
        Tap = "tap",
    }
}

words! {
    /// What a report is that is written when a run has ended.
    DocumentKind "kind of report" {
        /// A page for a browser.
        Html = "html",
        /// JUnit's XML, as nextest writes it.
        Junit = "junit",
        /// The timeline of the run, as a picture.
        Svg = "svg",
        /// Chrome's trace events.
        Trace = "trace",
    }
}

/// What a report of a run is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ReportKind {
    /// It is written while the run goes on.
    Stream(StreamKind),
    /// It is written when the run has ended.
    Document(DocumentKind),
}

impl ReportKind {
    /// Every kind, in the order in which messages list them.
    pub const ALL: &'static [Self] = &[
        Self::Document(DocumentKind::Html),
        Self::Document(DocumentKind::Junit),
        Self::Stream(StreamKind::Jsonl),
        Self::Document(DocumentKind::Svg),
        Self::Stream(StreamKind::Tap),
        Self::Document(DocumentKind::Trace),
    ];

    /// The word as the manifest spells it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Stream(kind) => kind.word(),
            Self::Document(kind) => kind.word(),
        }
    }
}

impl fmt::Display for ReportKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}

impl FromStr for ReportKind {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.iter().copied().find(|kind| kind.word() == text).ok_or_else(|| UnknownWord {
            what: "kind of report",
            found: text.to_owned(),
            known: Self::ALL.iter().map(ToString::to_string).collect(),
        })
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
