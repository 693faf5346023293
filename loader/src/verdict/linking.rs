//! What an object file is linked to, in any format. It does not know what happens if that is missing.
//!
//! Every read goes through checked offsets and has a limit, because the file may be incomplete, or made by an attacker.

use std::io;
use std::path::Path;

use super::head::{self, HEAD};
use super::linkage::Linkage;
use super::{elf, macho, pe};
use crate::files::{ReadAt, open_regular};
use crate::machine::Machine;

/// Returns what else the object file at `path` needs. For a universal Mach-O file: what the part for this machine needs. Empty if
/// the file is not an object file, or is linked statically.
///
/// # Errors
///
/// Fails if the file cannot be read.
pub fn linkage(path: &Path) -> io::Result<Linkage> {
    let file = open_regular(path)?;
    if !file.metadata()?.is_file() {
        return Ok(Linkage::default());
    }
    read(&file, Machine::host())
}

/// Reads the linkage of an object in any format.
fn read(bytes: &dyn ReadAt, machine: Machine) -> io::Result<Linkage> {
    let mut buffer = [0; HEAD];
    let head = head::read(bytes, &mut buffer)?;
    if head.starts_with(elf::MAGIC) {
        elf::linkage(bytes, head)
    } else if macho::is_macho(head) {
        macho::linkage(bytes, head, machine)
    } else if head.starts_with(pe::MAGIC) {
        pe::linkage(bytes, head)
    } else {
        Ok(Linkage::default())
    }
}
