//! The facts about one process. Does not know where they come from.

use crate::process_id::ProcessId;

/// The needed facts about a process in the system's list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) life: Life,
    /// The process that started or adopted it; `None` if the system started it.
    pub(crate) parent: Option<ProcessId>,
    /// Its group. Kernel processes have none.
    pub(crate) group: Option<ProcessId>,
    /// When it was started, on the clock of [`now`](super::now). Distinguishes two processes that had the same number.
    pub(crate) started: u64,
}

/// Whether a process is still alive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Life {
    /// It runs, sleeps or is stopped.
    Alive,
    /// It has ended, and is not reaped yet.
    Ended,
}
