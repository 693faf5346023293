//! The facts about one process. Does not know where they come from.

use crate::process_id::ProcessId;

/// A process as the system lists it, as far as it is needed here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) life: Life,
    /// Who has started it, or has got it since; `None` for what the system has started itself.
    pub(crate) parent: Option<ProcessId>,
    /// Its group; those of the kernel are in none.
    pub(crate) group: Option<ProcessId>,
    /// When it was started, on the clock of [`now`](super::now): tells two processes apart that had the same number.
    pub(crate) started: u64,
}

/// Whether a process still does anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Life {
    /// It runs, sleeps or is stopped.
    Alive,
    /// It has ended, and is not reaped yet.
    Ended,
}
