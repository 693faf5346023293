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

/// This process as the parent of whatever has lost its own, until this is dropped.
#[derive(Debug)]
pub(super) struct Adoption {
    /// The children of the first thread. Workers start the tests, so none of these is here. `None` where the kernel does not
    /// list them.
    list: Option<File>,
}

impl Adoption {
    fn begin() -> Self {
        let me = getpid();
        let adopts = set_child_subreaper(Some(me)).is_ok();
        let list = File::open(format!("/proc/self/task/{me}/children"));
        Self { list: list.ok().filter(|_| adopts) }
    }

    /// The orphans that are not reaped, of whichever group; none where they cannot be listed.
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
        // It succeeded before.
        let _ = set_child_subreaper(None);
    }
}

/// From now on orphans are this process's children, whatever they say.
pub(super) fn adopt(_mark: &str) -> Adoption {
    Adoption::begin()
}

/// Reaps a child if it has ended, and says whether it had.
pub(super) fn is_reaped(child: ProcessId) -> bool {
    let ended = waitid(WaitId::Pid(pid(child)), WaitIdOptions::EXITED | WaitIdOptions::NOHANG);
    !matches!(ended, Ok(None))
}

/// Kills a child, which is there until it is reaped.
pub(super) fn kill(child: ProcessId) {
    signal_process(child, Signal::KILL);
}
