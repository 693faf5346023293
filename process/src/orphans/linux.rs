//! Adoption on Linux: a child subreaper becomes the parent of every descendant that loses its own. The kernel lists them as
//! children of its first thread.
#![expect(clippy::disallowed_types, reason = "a platform file")]

use std::fs::File;
use std::os::unix::fs::FileExt;

use rustix::process::{WaitId, WaitIdOptions, getpid, set_child_subreaper, waitid};

use crate::census;
use crate::process_id::ProcessId;
use crate::signal::Signal;
use crate::unix::{pid, signal_process};

/// Makes this process the parent of every descendant that loses its own, until this is dropped.
#[derive(Debug)]
pub(super) struct Adoption {
    /// The list of the first thread's children. Workers start the tests, so no test is in it. `None` if the kernel does not
    /// have such lists.
    list: Option<File>,
}

impl Adoption {
    fn begin() -> Self {
        let me = getpid();
        let adopts = set_child_subreaper(Some(me)).is_ok();
        let list = File::open(format!("/proc/self/task/{me}/children"));
        Self { list: list.ok().filter(|_| adopts) }
    }

    /// The orphans of any group that are not reaped; empty if they cannot be listed.
    pub(super) fn children(&self, _group: Option<ProcessId>) -> Vec<ProcessId> {
        let Some(list) = &self.list else { return Vec::new() };
        let mut bytes = Vec::new();
        let mut buffer = [0; 4096];
        while let Ok(read @ 1..) = list.read_at(&mut buffer, bytes.len() as u64) {
            bytes.extend_from_slice(&buffer[..read]);
        }
        census::parse_children(&bytes)
    }
}

impl Drop for Adoption {
    fn drop(&mut self) {
        // The same call succeeded before.
        let _ = set_child_subreaper(None);
    }
}

/// Makes orphans this process's children from now on, whatever they say of themselves.
pub(super) fn adopt(_mark: &str) -> Adoption {
    Adoption::begin()
}

/// Reaps a child if it has ended. Returns whether it had.
pub(super) fn is_reaped(child: ProcessId) -> bool {
    let ended = waitid(WaitId::Pid(pid(child)), WaitIdOptions::EXITED | WaitIdOptions::NOHANG);
    !matches!(ended, Ok(None))
}

/// Kills a child, which exists until it is reaped.
pub(super) fn kill(child: ProcessId) {
    signal_process(child, Signal::KILL);
}
