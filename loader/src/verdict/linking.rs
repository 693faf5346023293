//! What an object file is linked to, whatever its format. It does not know what follows if that is missing.
//!
//! Everything is read through checked offsets, and everything is bounded: the file may be torn, or made by an enemy.

use std::io;
use std::path::Path;

use super::head::{self, HEAD};
use super::linkage::Linkage;
use super::{elf, macho, pe};
use crate::files::{ReadAt, open_regular};
use crate::machine::Machine;

/// What the object file at `path` needs besides itself; of a universal Mach-O file, the part for this machine. Nothing of a file
/// that is no object, or is linked statically.
///
/// # Errors
///
/// The file cannot be read.
pub fn linkage(path: &Path) -> io::Result<Linkage> {
    let file = open_regular(path)?;
    if !file.metadata()?.is_file() {
        return Ok(Linkage::default());
    }
    read(&file, Machine::host())
}

/// Reads the linkage of whatever `bytes` are.
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
