//! A process that was left behind, as people are told of it. Does not know who left it.

use crate::census;
use crate::outside::Outside;
use crate::process_id::ProcessId;

/// A process that a test, or a library's command, left behind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leak {
    /// Its number.
    pub pid: u32,
    /// Its command line in one line, as people may see it.
    pub command: String,
}

impl Leak {
    /// Names a process that is there.
    pub(crate) fn of(id: ProcessId, outside: Outside) -> Self {
        let command = (outside.shown)(&census::command_line(id)).into_owned();
        Self { pid: id.number(), command }
    }
}
