//! A process that was left behind, as reports show it. Does not know who left it.

use crate::census;
use crate::outside::Outside;
use crate::process_id::ProcessId;

/// A process that a test, or a library's command, left behind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leak {
    /// Its number.
    pub pid: u32,
    /// Its command line on one line, without secrets.
    pub command: String,
}

impl Leak {
    /// Describes a process that exists.
    pub(crate) fn of(id: ProcessId, outside: Outside) -> Self {
        let command = (outside.shown)(&census::command_line(id)).into_owned();
        Self { pid: id.number(), command }
    }
}
