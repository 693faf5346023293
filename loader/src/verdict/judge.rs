//! What a file is, judged by its first bytes and its length, in constant time. It does not know why the caller asks, and never
//! computes a digest: only the digest finds a hole in the middle of a file with the right length.

use std::io;
use std::path::Path;

use super::found::{self, FoundInstead};
use super::head::{self, HEAD};
use super::object::{FileVerdict, Tear};
use super::{elf, macho, pe};
use crate::files::{ReadAt, open_regular};
use crate::machine::Machine;

/// Judges the file at `path` for this machine. Follows symbolic links. Reads a few kilobytes at any file size.
#[must_use]
pub fn inspect(path: &Path) -> FileVerdict {
    inspect_for(path, Machine::host())
}

/// Like [`inspect`], for another machine.
#[must_use]
pub fn inspect_for(path: &Path, machine: Machine) -> FileVerdict {
    let judged = open_regular(path).and_then(|file| {
        let metadata = file.metadata()?;
        if metadata.is_dir() {
            return Ok(FileVerdict::NotALibrary(FoundInstead::Directory));
        }
        judge(&file, metadata.len(), machine)
    });
    judged.unwrap_or_else(|error| FileVerdict::of_failure(&error))
}

/// Judges bytes of the claimed length `size`.
///
/// # Errors
///
/// Returns any error of reading.
pub(crate) fn judge(bytes: &dyn ReadAt, size: u64, machine: Machine) -> io::Result<FileVerdict> {
    let mut buffer = [0; HEAD];
    let head = head::read(bytes, &mut buffer)?;
    if head.is_empty() {
        return Ok(FileVerdict::Torn(Tear::Empty));
    }
    if head.starts_with(elf::MAGIC) {
        return elf::judge(bytes, head, size, machine);
    }
    if macho::is_macho(head) {
        return macho::judge(bytes, head, size, machine);
    }
    if head.starts_with(pe::MAGIC) {
        return pe::judge(bytes, head, size, machine);
    }
    if head.iter().all(|byte| *byte == 0) {
        return Ok(FileVerdict::Torn(Tear::Hollow));
    }
    Ok(FileVerdict::NotALibrary(found::recognise(head)))
}
