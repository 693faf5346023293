//! What a test runs, before anybody has looked for its program. Does not know on which machine.

use std::ffi::{OsStr, OsString};
use std::path::PathBuf;

use probe_process::Capture;
use probe_scenario::ResultsFormat;

/// What a test runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invocation {
    /// The program, as it was written: a path, or a name that is looked for.
    pub program: OsString,
    /// Its arguments.
    pub args: Vec<OsString>,
    /// What runs before it, with its arguments; nothing where there is no word.
    pub before: Vec<OsString>,
    /// The same for what runs after it, whatever became of it.
    pub cleanup: Vec<OsString>,
    /// Variables besides those that everything has there; a later one wins.
    pub env: Vec<(OsString, OsString)>,
    /// The working directory, absolute.
    pub cwd: PathBuf,
    /// What becomes of what it prints.
    pub capture: Capture,
    /// Where it writes down what became of the tests in it.
    pub results: Option<ResultsPlace>,
}

/// Where a process writes down what became of the tests in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResultsPlace {
    /// In which form.
    pub format: ResultsFormat,
    /// A pattern of absolute paths.
    pub pattern: String,
    /// Whether nobody else writes there.
    pub is_own: bool,
}

impl Invocation {
    /// The value of PATH, if it has one of its own.
    pub(crate) fn path(&self) -> Option<&OsStr> {
        let path = self.env.iter().rev().find(|(name, _)| name == "PATH");
        path.map(|(_, value)| value.as_os_str())
    }
}
