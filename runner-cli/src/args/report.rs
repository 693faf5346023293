//! `--report`, as it is typed.

use std::path::PathBuf;
use std::str::FromStr;

/// `KIND=PATH`: a report, and where it goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ReportArgument {
    pub(crate) kind: ReportKind,
    pub(crate) to: Destination,
}

/// What a report is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ReportKind {
    /// A page for a browser.
    Html,
    /// Every event as a line of JSON, at once.
    Jsonl,
    /// JUnit's XML, as nextest writes it.
    Junit,
    /// TAP 14, as tests end.
    Tap,
    /// Chrome's trace events.
    Trace,
}

/// Where a report goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Destination {
    /// `-`.
    Stdout,
    /// A file, relative to the working directory.
    File(PathBuf),
}

impl ReportKind {
    /// All of them, in the order in which they are explained.
    pub(crate) const ALL: [Self; 5] =
        [Self::Html, Self::Junit, Self::Jsonl, Self::Tap, Self::Trace];

    /// As it is typed.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Html => "html",
            Self::Jsonl => "jsonl",
            Self::Junit => "junit",
            Self::Tap => "tap",
            Self::Trace => "trace",
        }
    }
}

impl std::fmt::Display for ReportArgument {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let kind = self.kind.name();
        match &self.to {
            Destination::Stdout => write!(f, "{kind}=-"),
            Destination::File(path) => write!(f, "{kind}={}", path.display()),
        }
    }
}

impl FromStr for ReportArgument {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let names = || ReportKind::ALL.map(ReportKind::name).join(", ");
        let Some((kind, path)) = text.split_once('=') else {
            return Err(format!("no `KIND=PATH`; the kinds are {}", names()));
        };
        let Some(kind) = ReportKind::ALL.into_iter().find(|known| known.name() == kind) else {
            return Err(format!("there is no report `{kind}`; the kinds are {}", names()));
        };
        match path {
            "" => Err(format!("`{text}` names no file; `-` is standard output")),
            "-" => Ok(Self { kind, to: Destination::Stdout }),
            _ => Ok(Self { kind, to: Destination::File(path.into()) }),
        }
    }
}
