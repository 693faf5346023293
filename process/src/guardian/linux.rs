//! A guardian on Linux: this program once more, with a table in memory that both share as its standard output.
#![expect(clippy::disallowed_types, reason = "a platform file")]

use std::fs::File;
use std::io::{self, Read, Seek};
use std::os::fd::AsFd;
use std::os::unix::fs::FileExt;
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use rustix::fs::{MemfdFlags, memfd_create};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};

use crate::process_id::ProcessId;

/// Bytes of an entry of the table: the number of a group, or 0.
const ENTRY_SIZE: usize = size_of::<u32>();

/// The groups that are registered, in memory.
#[derive(Debug)]
pub(super) struct Table(File);

impl Table {
    pub(super) fn new() -> io::Result<Self> {
        Ok(Self(File::from(memfd_create("probe-groups", MemfdFlags::CLOEXEC)?)))
    }

    /// What a guardian is given as its standard output.
    pub(super) fn share(&self) -> io::Result<Stdio> {
        Ok(self.0.try_clone()?.into())
    }

    /// Puts `group` into place `slot`; `None` empties the place.
    pub(super) fn note(&self, slot: usize, group: Option<ProcessId>) {
        let group = group.map_or(0, ProcessId::number);
        // The table is memory: this fails only where there is none, and then the group is not guarded.
        let _ = self.0.write_all_at(&group.to_ne_bytes(), (slot * ENTRY_SIZE) as u64);
    }

    /// The groups that are in the table that this process was given.
    pub(super) fn given() -> io::Result<Vec<ProcessId>> {
        let mut table = File::from(io::stdout().as_fd().try_clone_to_owned()?);
        table.rewind()?;
        let mut bytes = Vec::new();
        table.read_to_end(&mut bytes)?;
        let entries = bytes.chunks_exact(ENTRY_SIZE);
        let numbers =
            entries.map(|entry| u32::from_ne_bytes(entry.try_into().expect("the size of one")));
        Ok(numbers.filter(|&group| group > 1).filter_map(ProcessId::from_number).collect())
    }
}

/// This program once more, wherever its file is now.
pub(super) fn myself() -> Command {
    let mut command = Command::new("/proc/self/exe");
    command.arg0("probe");
    command
}

/// Leaves the terminal, whose signals are not for the guardian, and lets no other signal end it that is meant for all of a
/// user's processes: whoever sends it does not mean that tests should live on.
pub(super) fn withdraw() {
    // It is no leader of a group, so that this succeeds.
    let _ = rustix::process::setsid();
    for signal in [SIGHUP, SIGINT, SIGTERM] {
        // On failure they do.
        let _ = signal_hook::flag::register(signal, Arc::new(AtomicBool::new(false)));
    }
}
