//! Why a report could not be written, and the way out.

use std::fmt;
use std::io;

use miette::Diagnostic;

use super::asked::{AskedReport, Destination};

/// The error for a report that could not be written.
#[derive(Debug)]
pub struct ReportError {
    pub(super) what: ReportName,
    pub(super) cause: WriteFailure,
}

/// Which report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum ReportName {
    Asked(AskedReport),
    /// The annotations and the summary of GitHub Actions.
    Github,
}

#[derive(Debug)]
pub(super) enum WriteFailure {
    Io(io::Error),
    /// Another report goes there as well.
    Taken,
}

impl ReportError {
    pub(super) fn io(what: ReportName, source: io::Error) -> Self {
        Self { what, cause: WriteFailure::Io(source) }
    }
}

impl fmt::Display for ReportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.what {
            ReportName::Asked(asked) => write!(f, "cannot write the report `{asked}`: ")?,
            ReportName::Github => f.write_str("cannot write the summary for GitHub Actions: ")?,
        }
        match &self.cause {
            WriteFailure::Io(source) if source.kind() == io::ErrorKind::NotFound => {
                f.write_str("its directory does not exist")
            }
            WriteFailure::Io(source)
                if matches!(
                    source.kind(),
                    io::ErrorKind::NotADirectory | io::ErrorKind::AlreadyExists
                ) =>
            {
                f.write_str("a part of its path is a file and no directory")
            }
            WriteFailure::Io(source) => source.fmt(f),
            WriteFailure::Taken => f.write_str("another report goes to the same place"),
        }
    }
}

impl std::error::Error for ReportError {}

impl Diagnostic for ReportError {
    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        let ReportName::Asked(asked) = &self.what else { return None };
        match (&self.cause, &asked.to) {
            (WriteFailure::Io(source), Destination::File(path))
                if source.kind() == io::ErrorKind::NotFound =>
            {
                let directory = path.parent()?.display().to_string();
                Some(Box::new(format!("it cannot be made: see what `mkdir -p {directory}` says")))
            }
            (WriteFailure::Io(source), Destination::File(_))
                if source.kind() == io::ErrorKind::IsADirectory =>
            {
                Some(Box::new("name a file in it"))
            }
            (WriteFailure::Taken, _) => Some(Box::new("give each report a file of its own")),
            (WriteFailure::Io(_), Destination::Made(_)) => {
                Some(Box::new("`reports` in the manifest asks for it there"))
            }
            _ => None,
        }
    }
}
