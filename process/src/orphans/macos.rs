//! macOS has no adoption. A process that loses its parent becomes a child of the first process, and is searched for there.

use crate::census::{self, Life};
use crate::process_id::ProcessId;
use crate::signal::Signal;
use crate::unix::signal_process;

pub(super) use super::search::Search as Adoption;

/// launchd.
const FIRST: u32 = 1;

/// Finds orphans with this mark from now on.
pub(super) fn adopt(mark: &str) -> Adoption {
    Adoption::begin(ProcessId::from_number(FIRST).expect("it is not 0"), mark)
}

/// Whether a process has ended. Its parent reaps it.
pub(super) fn is_reaped(orphan: ProcessId) -> bool {
    census::entry(orphan).is_none_or(|entry| entry.life == Life::Ended)
}

/// Kills an orphan that existed a moment ago.
pub(super) fn kill(orphan: ProcessId) {
    signal_process(orphan, Signal::KILL);
}
