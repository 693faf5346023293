//! PE: where a file must end at the least, and what it is made for. It does not know imports or resources. Offsets are those of
//! the "PE Format" page of Microsoft's documentation.

use std::io;

use super::{Format, Found, Object, ReadAt, Tear, Verdict};
use crate::machine::{Architecture, Machine, System};

pub(super) const MAGIC: &[u8] = b"MZ";

/// Where a DOS header says where the PE header is, and where it ends.
const POINTER: usize = 0x3c;
/// Signature and COFF header.
const HEADER: usize = 24;
const SECTION: usize = 40;
/// No optional header is larger: the fixed part of PE32+, and sixteen directories.
const OPTIONAL: usize = 240;

/// Judges a file that begins with [`MAGIC`].
pub(super) fn judge(
    bytes: &dyn ReadAt,
    head: &[u8],
    size: u64,
    machine: Machine,
) -> io::Result<Verdict> {
    let Some(pointer) = head.get(POINTER..POINTER + 4) else {
        return Ok(cut(size, POINTER as u64 + 4));
    };
    let start = u64::from(u32_at(pointer, 0));
    let mut header = [0; HEADER];
    if bytes.fill_at(&mut header, start)? < HEADER {
        return Ok(cut(size, start + HEADER as u64));
    }
    if header[..4] == [0; 4] {
        return Ok(Verdict::Torn(Tear::Hollow));
    }
    if header[..4] != *b"PE\0\0" {
        return Ok(Verdict::NotALibrary(Found::Malformed("PE")));
    }
    let sections = usize::from(u16_at(&header, 6));
    let optional = usize::from(u16_at(&header, 20));
    let tables = start + HEADER as u64;
    let mut needs = tables + (optional + sections * SECTION) as u64;
    if size < needs {
        return Ok(cut(size, needs));
    }
    let mut table = vec![0; sections * SECTION];
    if bytes.fill_at(&mut table, tables + optional as u64)? < table.len() {
        return Ok(cut(size, needs));
    }
    for section in table.chunks_exact(SECTION) {
        // SizeOfRawData and PointerToRawData.
        needs = needs.max(u64::from(u32_at(section, 16)) + u64::from(u32_at(section, 20)));
    }
    let mut fixed = vec![0; optional.min(OPTIONAL)];
    bytes.fill_at(&mut fixed, tables)?;
    needs = needs.max(certificates_end(&fixed));
    if size < needs {
        return Ok(cut(size, needs));
    }
    let found = Object { format: Format::Pe, architecture: architecture(u16_at(&header, 4)) };
    Ok(found.on(machine, System::Windows))
}

/// The end of the certificate table, the only directory that is given by its offset in the file; 0 without one.
fn certificates_end(optional: &[u8]) -> u64 {
    /// `Magic` of PE32+.
    const WIDE: u16 = 0x20b;
    /// The index of the certificate table, of eight bytes an entry.
    const CERTIFICATES: usize = 4;

    if optional.len() < 2 {
        return 0;
    }
    let directories = if u16_at(optional, 0) == WIDE { 112 } else { 96 };
    match optional.get(directories + CERTIFICATES * 8..) {
        Some(entry) if entry.len() >= 8 => {
            u64::from(u32_at(entry, 0)) + u64::from(u32_at(entry, 4))
        }
        _ => 0,
    }
}

fn cut(size: u64, needs: u64) -> Verdict {
    Verdict::Torn(Tear::Cut { size, needs })
}

fn architecture(number: u16) -> Architecture {
    match number {
        0x014c => Architecture::X86,
        0x8664 => Architecture::X86_64,
        0x01c4 => Architecture::Arm,
        0xaa64 => Architecture::Aarch64,
        0x5064 => Architecture::Riscv64,
        other => Architecture::Other(u32::from(other)),
    }
}

fn u16_at(bytes: &[u8], at: usize) -> u16 {
    u16::from_le_bytes([bytes[at], bytes[at + 1]])
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
}
