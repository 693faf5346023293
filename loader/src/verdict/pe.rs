//! PE: where a file must end at the earliest, and which machine it is for. It does not know symbols or resources. Offsets are
//! those of the "PE Format" page of Microsoft's documentation.

use std::io;

use super::blank::is_blank;
use super::found::FoundInstead;
use super::linkage::{Linkage, MOST_NEEDED, text_at};
use super::object::{FileVerdict, Format, Object, Tear};
use crate::files::ReadAt;
use crate::machine::{Architecture, Machine, System};

pub(super) const MAGIC: &[u8] = b"MZ";

/// The offset in the DOS header that contains the position of the PE header; the DOS header ends after it.
const POINTER: usize = 0x3c;
/// Signature and COFF header.
const HEADER: usize = 24;
const SECTION: usize = 40;
/// No optional header is larger than the fixed part of PE32+ and sixteen directories.
const OPTIONAL: usize = 240;

/// Judges a file that begins with [`MAGIC`].
pub(super) fn judge(
    bytes: &dyn ReadAt,
    head: &[u8],
    size: u64,
    machine: Machine,
) -> io::Result<FileVerdict> {
    let Some(pointer) = head.get(POINTER..POINTER + 4) else {
        return Ok(cut(size, POINTER as u64 + 4));
    };
    let start = u64::from(u32_at(pointer, 0));
    let mut header = [0; HEADER];
    if bytes.fill_at(&mut header, start)? < HEADER {
        return Ok(cut(size, start + HEADER as u64));
    }
    if header[..4] == [0; 4] {
        return Ok(FileVerdict::Torn(Tear::Hollow));
    }
    if header[..4] != *b"PE\0\0" {
        return Ok(FileVerdict::NotALibrary(FoundInstead::Malformed("PE")));
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
    if let Some((offset, length)) = last_table(&fixed, &table)
        && is_blank(bytes, offset, length)?
    {
        return Ok(FileVerdict::Torn(Tear::Blank("last table")));
    }
    let found = Object { format: Format::Pe, architecture: architecture(u16_at(&header, 4)) };
    Ok(found.on(machine, System::Windows))
}

/// Returns what else a file that begins with [`MAGIC`] needs. A library that is loaded only at its first call does not count.
pub(super) fn linkage(bytes: &dyn ReadAt, head: &[u8]) -> io::Result<Linkage> {
    /// The index of the import table, the size of its entries in bytes, and the offset of the name's address in an entry.
    const IMPORTS: usize = 1;
    const IMPORT: u64 = 20;
    const NAME: usize = 12;

    let mut linkage = Linkage::default();
    let Some(pointer) = head.get(POINTER..POINTER + 4) else {
        return Ok(linkage);
    };
    let start = u64::from(u32_at(pointer, 0));
    let mut header = [0; HEADER];
    if bytes.fill_at(&mut header, start)? < HEADER || header[..4] != *b"PE\0\0" {
        return Ok(linkage);
    }
    let tables = start + HEADER as u64;
    let optional = usize::from(u16_at(&header, 20));
    let mut fixed = vec![0; optional.min(OPTIONAL)];
    bytes.fill_at(&mut fixed, tables)?;
    let mut sections = vec![0; usize::from(u16_at(&header, 6)) * SECTION];
    let length = bytes.fill_at(&mut sections, tables + optional as u64)?;
    let sections = &sections[..length];
    let imports = directory(&fixed, IMPORTS)
        .filter(|(address, _)| *address != 0)
        .and_then(|(address, _)| file_offset(sections, address));
    let Some(imports) = imports else {
        return Ok(linkage);
    };
    for index in 0..MOST_NEEDED as u64 {
        let mut import = [0; IMPORT as usize];
        let full = bytes.fill_at(&mut import, imports + index * IMPORT)? == import.len();
        if !full || import == [0; IMPORT as usize] {
            break;
        }
        if let Some(name) = file_offset(sections, u32_at(&import, NAME)) {
            linkage.needed.extend(text_at(bytes, name, u64::MAX)?);
        }
    }
    Ok(linkage)
}

/// Returns the file offset of the byte that is loaded to `address`.
fn file_offset(sections: &[u8], address: u32) -> Option<u64> {
    sections.chunks_exact(SECTION).find_map(|section| {
        // VirtualAddress, SizeOfRawData, PointerToRawData.
        let within = address.checked_sub(u32_at(section, 12))?;
        let (length, offset) = (u32_at(section, 16), u32_at(section, 20));
        (within < length).then(|| u64::from(offset) + u64::from(within))
    })
}

/// Returns the end of the certificate table, the only directory with a file offset; 0 without one.
fn certificates_end(optional: &[u8]) -> u64 {
    /// The index of the certificate table.
    const CERTIFICATES: usize = 4;

    directory(optional, CERTIFICATES)
        .map_or(0, |(offset, length)| u64::from(offset) + u64::from(length))
}

/// Returns the last table in the file that is never only zeros (exports, imports, resources, unwinding, certificates,
/// relocations), with its length. Leaves out tables that are too short to judge.
fn last_table(optional: &[u8], sections: &[u8]) -> Option<(u64, u64)> {
    const CERTIFICATES: usize = 4;
    /// An empty import table has one entry of zeros.
    const SHORTEST: u32 = 24;

    let tables = (0..6).filter_map(|index| {
        let (address, length) =
            directory(optional, index).filter(|(_, length)| *length >= SHORTEST)?;
        let offset = match index {
            CERTIFICATES => u64::from(address),
            _ => file_offset(sections, address)?,
        };
        Some((offset, u64::from(length)))
    });
    tables.filter(|(offset, _)| *offset > 0).max()
}

/// Returns a data directory of the optional header: where it is, and its length in bytes.
fn directory(optional: &[u8], index: usize) -> Option<(u32, u32)> {
    /// `Magic` of PE32+.
    const WIDE: u16 = 0x20b;

    let magic = optional.get(..2).map(|magic| u16_at(magic, 0))?;
    let first = if magic == WIDE { 112 } else { 96 };
    let entry = optional.get(first + index * 8..first + index * 8 + 8)?;
    Some((u32_at(entry, 0), u32_at(entry, 4)))
}

fn cut(size: u64, needs: u64) -> FileVerdict {
    FileVerdict::Torn(Tear::Cut { size, needs })
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
