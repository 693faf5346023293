//! A requested report and its destination. Does not know the command line.

use std::fmt;
use std::path::PathBuf;

use probe_scenario::ReportKind;

/// A report and its destination.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AskedReport {
    /// The kind of report.
    pub kind: ReportKind,
    /// The destination.
    pub to: Destination,
}

/// The destination of a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Destination {
    /// Standard output, written as `-`.
    Stdout,
    /// A file from the command line, relative to the working directory.
    File(PathBuf),
    /// A file from the manifest, absolute.
    Made(PathBuf),
}

impl fmt::Display for AskedReport {
    /// Writes `KIND=PATH`, as on the command line.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = self.kind;
        match &self.to {
            Destination::Stdout => write!(f, "{kind}=-"),
            Destination::File(path) | Destination::Made(path) => {
                write!(f, "{kind}={}", path.display())
            }
        }
    }
}
