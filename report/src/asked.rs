//! Which report is asked for, and where it goes. Does not know how that is typed.

use std::fmt;
use std::path::PathBuf;

use probe_scenario::ReportKind;

/// A report, and where it goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AskedReport {
    /// What it is.
    pub kind: ReportKind,
    /// Where it goes.
    pub to: Destination,
}

/// Where a report goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Destination {
    /// `-`.
    Stdout,
    /// A file that was typed, relative to the working directory.
    File(PathBuf),
    /// A file that the manifest names; absolute.
    Made(PathBuf),
}

impl fmt::Display for AskedReport {
    /// As it is typed: `KIND=PATH`.
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
