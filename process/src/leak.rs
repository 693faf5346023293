//! A process that was left behind, as people are told of it. Does not know who left it.

use probe_scenario::without_secrets;

use crate::census;
use crate::process_id::ProcessId;

/// A process that a test, or a library's command, left behind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leak {
    /// Its number.
    pub pid: u32,
    /// Its command line in one line, without what of a URL must not be shown.
    pub command: String,
}

impl Leak {
    /// Names a process that is there.
    pub(crate) fn of(id: ProcessId) -> Self {
        let command = without_secrets(&census::command_line(id)).into_owned();
        Self { pid: id.number(), command }
    }
}
