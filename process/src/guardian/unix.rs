//! A guardian on Unix: the table that it shares with probe as its standard output, and how it detaches at its start.
#![expect(clippy::disallowed_types, reason = "a platform file")]

use std::fs::File;
use std::io::{self, Read, Seek};
use std::os::fd::AsFd;
use std::os::unix::fs::FileExt;
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};

use super::charge::Ward;
use crate::process_id::ProcessId;
use crate::signal::Signal;

/// The size of an entry in the table: the number of a group, or 0, and the signal that asks it to end, or 0.
const ENTRY_SIZE: usize = size_of::<u64>();

/// The table of registered groups.
#[derive(Debug)]
pub(super) struct Table(File);

impl Table {
    /// Makes an empty table, in a file that no other process has.
    pub(super) fn new(file: File) -> Self {
        Self(file)
    }

    /// The standard output of a guardian.
    pub(super) fn share(&self) -> io::Result<Stdio> {
        Ok(self.0.try_clone()?.into())
    }

    /// Puts `ward` into place `slot`; `None` empties the place.
    pub(super) fn note(&self, slot: usize, ward: Option<Ward>) {
        let group = ward.map_or(0, |ward| ward.group.number());
        let asked = ward.and_then(|ward| ward.asked_by);
        let signal = asked.and_then(|signal| u32::try_from(signal.number()).ok()).unwrap_or(0);
        let entry = (u64::from(signal) << 32) | u64::from(group);
        // This fails only if there is no space. Then the group is not guarded.
        let _ = self.0.write_all_at(&entry.to_ne_bytes(), (slot * ENTRY_SIZE) as u64);
    }

    /// The groups in the table that this process got as its standard output.
    pub(super) fn given() -> io::Result<Vec<Ward>> {
        Self::read(File::from(io::stdout().as_fd().try_clone_to_owned()?))
    }

    fn read(mut table: File) -> io::Result<Vec<Ward>> {
        table.rewind()?;
        let mut bytes = Vec::new();
        table.read_to_end(&mut bytes)?;
        let entries = bytes.chunks_exact(ENTRY_SIZE);
        let entries =
            entries.map(|entry| u64::from_ne_bytes(entry.try_into().expect("the size of one")));
        Ok(entries.filter_map(ward).collect())
    }
}

/// Decodes an entry; `None` if its place is empty.
fn ward(entry: u64) -> Option<Ward> {
    let [group, signal] = [entry & u64::from(u32::MAX), entry >> 32];
    let group = u32::try_from(group).ok().filter(|&group| group > 1)?;
    let signal = i32::try_from(signal).ok().filter(|&signal| signal > 0);
    let asked_by = signal.map(Signal::from_number);
    Some(Ward { group: ProcessId::from_number(group)?, asked_by })
}

/// Detaches from the terminal, whose signals are not for the guardian. Ignores other signals that end all processes of a user,
/// because their sender does not want tests to live on.
pub(super) fn withdraw() {
    // The guardian does not lead a group, so this succeeds.
    let _ = rustix::process::setsid();
    for signal in [SIGHUP, SIGINT, SIGTERM] {
        // On failure, these signals end it.
        let _ = signal_hook::flag::register(signal, Arc::new(AtomicBool::new(false)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// In memory or in a file that has lost its name: both share where it is.
    #[test]
    fn a_table_says_which_groups_are_noted() {
        let ward = |number, asked_by| {
            let group = ProcessId::from_number(number).expect("not 0");
            Ward { group, asked_by }
        };
        for file in [super::super::system::shared_file(), tempfile::tempfile()] {
            let file = file.expect("a file");
            let table = Table::new(file.try_clone().expect("clone"));
            table.note(3, Some(ward(77, Some(Signal::INT))));
            table.note(0, Some(ward(5, None)));
            table.note(1, Some(ward(6, Some(Signal::TERM))));
            table.note(1, None);
            let all = [ward(5, None), ward(77, Some(Signal::INT))];
            assert_eq!(Table::read(file).expect("read"), all);
        }
    }
}
