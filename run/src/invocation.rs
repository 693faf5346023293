//! The command of a test, before its program is looked up. Does not know which machine runs it.

use std::ffi::{OsStr, OsString};
use std::path::PathBuf;

use probe_process::Capture;
use probe_scenario::ResultsFormat;

/// The command of a test or a service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invocation {
    /// The program as the manifest has it: a path, or a name to look up in PATH.
    pub program: OsString,
    /// Its arguments.
    pub args: Vec<OsString>,
    /// The command that runs before it, with its arguments; empty if there is none.
    pub before: Vec<OsString>,
    /// The command that runs after it in any case, with its arguments; empty if there is none.
    pub cleanup: Vec<OsString>,
    /// Variables besides those that all processes get. A later one wins.
    pub env: Vec<(OsString, OsString)>,
    /// The working directory, absolute.
    pub cwd: PathBuf,
    /// How its output is kept.
    pub capture: Capture,
    /// Where it writes the results of the tests in it.
    pub results: Option<ResultsPlace>,
}

/// Where a process writes the results of the tests in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResultsPlace {
    /// The format of the files.
    pub format: ResultsFormat,
    /// A pattern of absolute paths.
    pub pattern: String,
    /// Whether no other process writes there.
    pub is_own: bool,
}

impl Invocation {
    /// The value of PATH, if the invocation sets it.
    pub(crate) fn path(&self) -> Option<&OsStr> {
        let path = self.env.iter().rev().find(|(name, _)| name == "PATH");
        path.map(|(_, value)| value.as_os_str())
    }
}
