//! What happens to the output of tests, which lines appear, and which reports are written. Prints nothing.

use std::fmt;
use std::str::FromStr;

use crate::text::word::{UnknownWord, words};

words! {
    /// How probe keeps the two streams of a test.
    Streams "kind of output" {
        /// Standard output and standard error separately.
        Split = "split",
        /// Both as one, in the order in which they were written.
        Combined = "combined",
    }
}

words! {
    /// Which lines appear while tests run. Each level includes the levels before it.
    StatusLevel "status level" {
        /// None.
        None = "none",
        /// Tests that failed, and libraries that could not be prepared.
        Fail = "fail",
        /// Attempts that another attempt follows.
        Retry = "retry",
        /// Tests that passed at a later attempt.
        Flaky = "flaky",
        /// Tests that run for long, and waits.
        Slow = "slow",
        /// Tests that passed and left processes behind, and tests in which nothing ran.
        Leak = "leak",
        /// Tests that passed, and the preparation of libraries.
        Pass = "pass",
        /// The start of every test.
        All = "all",
    }
}

words! {
    /// When the output of a test appears.
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
    /// A report that is written while a run goes on.
    StreamKind "kind of report" {
        /// One line of JSON for each event, at once.
        Jsonl = "jsonl",
        /// TAP 14, as tests end.
        Tap = "tap",
    }
}

words! {
    /// A report that is written when a run has ended.
    DocumentKind "kind of report" {
        /// A page for a browser.
        Html = "html",
        /// JUnit's XML, as nextest writes it.
        Junit = "junit",
        /// The timeline of the run as a picture.
        Svg = "svg",
        /// Chrome's trace events.
        Trace = "trace",
    }
}

/// A kind of report of a run.
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
    /// Whether the output appears as soon as the test has ended.
    #[must_use]
    pub fn is_immediate(self) -> bool {
        matches!(self, Self::Immediate | Self::ImmediateFinal)
    }

    /// Whether the output appears at the end of the run.
    #[must_use]
    pub fn is_final(self) -> bool {
        matches!(self, Self::Final | Self::ImmediateFinal)
    }
}
