//! What macOS says about processes: `libproc` has the facts, `KERN_PROCARGS2` the arguments and variables.
//!
//! While system integrity protection is on, it hides the variables of the system's own programs.

use std::time::{SystemTime, UNIX_EPOCH};

use super::entry::{Entry, Life};
use super::procargs;
use crate::macos;
use crate::process_id::ProcessId;

/// All processes of the machine.
pub(crate) fn all() -> Vec<ProcessId> {
    macos::processes()
}

/// The facts about a process.
pub(crate) fn entry(id: ProcessId) -> Option<Entry> {
    let facts = macos::facts(id)?;
    let life = if facts.pbi_status == libc::SZOMB { Life::Ended } else { Life::Alive };
    let number = ProcessId::from_number;
    let started = facts.pbi_start_tvsec * 1_000_000 + facts.pbi_start_tvusec;
    Some(Entry { life, parent: number(facts.pbi_ppid), group: number(facts.pbi_pgid), started })
}

/// The environment that a process was started with; `None` if it may not be read.
pub(crate) fn environment(id: ProcessId) -> Option<Vec<u8>> {
    Some(procargs::read(&macos::arguments(id)?)?.environment)
}

/// The complete environment of a process; empty if it may not be read. macOS replaces a program in one step.
pub(crate) fn settled_environment(id: ProcessId) -> Vec<u8> {
    environment(id).unwrap_or_default()
}

/// The arguments of a process.
pub(super) fn words(id: ProcessId) -> Vec<String> {
    macos::arguments(id).and_then(|bytes| procargs::read(&bytes)).unwrap_or_default().words
}

/// The name of a process. It can be read even if the arguments cannot.
pub(super) fn name(id: ProcessId) -> String {
    let Some(facts) = macos::facts(id) else { return String::new() };
    // `pbi_name` is longer, and may be empty.
    let [name, short] = [procargs::text(&facts.pbi_name), procargs::text(&facts.pbi_comm)];
    if name.is_empty() { short } else { name }
}

/// The children of a process.
pub(crate) fn children(id: ProcessId) -> Vec<ProcessId> {
    macos::children(id)
}

/// Microseconds since 1970, as [`Entry::started`] counts them.
#[expect(clippy::unnecessary_wraps, reason = "elsewhere it may not be known")]
pub(crate) fn now() -> Option<u64> {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Some(since.as_micros().try_into().unwrap_or(u64::MAX))
}
