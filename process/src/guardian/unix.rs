//! A guardian on a Unix: a table that it shares with probe, as its standard output; and what becomes of it at the beginning.
#![expect(clippy::disallowed_types, reason = "a platform file")]

use std::fs::File;
use std::io::{self, Read, Seek};
use std::os::fd::AsFd;
use std::os::unix::fs::FileExt;
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};

use crate::process_id::ProcessId;

/// Bytes of an entry of the table: the number of a group, or 0.
const ENTRY_SIZE: usize = size_of::<u32>();

/// The groups that are registered.
#[derive(Debug)]
pub(super) struct Table(File);

impl Table {
    /// An empty one, in a file that nobody else has.
    pub(super) fn new(file: File) -> Self {
        Self(file)
    }

    /// What a guardian is given as its standard output.
    pub(super) fn share(&self) -> io::Result<Stdio> {
        Ok(self.0.try_clone()?.into())
    }

    /// Puts `group` into place `slot`; `None` empties the place.
    pub(super) fn note(&self, slot: usize, group: Option<ProcessId>) {
        let group = group.map_or(0, ProcessId::number);
        // This fails only where there is no room, and then the group is not guarded.
        let _ = self.0.write_all_at(&group.to_ne_bytes(), (slot * ENTRY_SIZE) as u64);
    }

    /// The groups that are in the table that this process was given.
    pub(super) fn given() -> io::Result<Vec<ProcessId>> {
        Self::read(File::from(io::stdout().as_fd().try_clone_to_owned()?))
    }

    fn read(mut table: File) -> io::Result<Vec<ProcessId>> {
        table.rewind()?;
        let mut bytes = Vec::new();
        table.read_to_end(&mut bytes)?;
        let entries = bytes.chunks_exact(ENTRY_SIZE);
        let numbers =
            entries.map(|entry| u32::from_ne_bytes(entry.try_into().expect("the size of one")));
        Ok(numbers.filter(|&group| group > 1).filter_map(ProcessId::from_number).collect())
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    /// In memory or in a file that has lost its name: both share where it is.
    #[test]
    fn a_table_says_which_groups_are_noted() {
        let group = |number| ProcessId::from_number(number).expect("not 0");
        for file in [super::super::system::shared_file(), tempfile::tempfile()] {
            let file = file.expect("a file");
            let table = Table::new(file.try_clone().expect("clone"));
            table.note(3, Some(group(77)));
            table.note(0, Some(group(5)));
            table.note(1, Some(group(6)));
            table.note(1, None);
            assert_eq!(Table::read(file).expect("read"), [group(5), group(77)]);
        }
    }
}
