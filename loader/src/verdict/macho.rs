//! Mach-O: where a file must end at the earliest, and which machine it is for. It does not know the contents of signatures, or
//! symbols. The constants are from `<mach-o/loader.h>` and `<mach-o/fat.h>`.

use std::io;

use super::blank::is_blank;
use super::found::FoundInstead;
use super::linkage::{Linkage, MOST_NEEDED, text_in};
use super::object::{FileVerdict, Format, Object, Tear};
use crate::files::ReadAt;
use crate::machine::{Architecture, Machine, System};

const MAGIC_64: [u8; 4] = [0xcf, 0xfa, 0xed, 0xfe];
const MAGIC_32: [u8; 4] = [0xce, 0xfa, 0xed, 0xfe];
const FAT: [u8; 4] = [0xca, 0xfe, 0xba, 0xbe];
/// No universal file has more slices. A Java class file has the same magic, and its version at this place.
const SLICES: u32 = 30;
/// The file header, with 64 bits; with 32 bits it is four bytes shorter.
const HEADER: u64 = 32;

/// No library has more bytes of load commands: that would be about ten thousand commands.
const COMMANDS: u64 = 1 << 20;

const MH_OBJECT: u32 = 1;
const MH_EXECUTE: u32 = 2;
const LC_SEGMENT: u32 = 0x1;
const LC_SEGMENT_64: u32 = 0x19;
const LC_CODE_SIGNATURE: u32 = 0x1d;
const LC_LOAD_DYLIB: u32 = 0xc;
const LC_ID_DYLIB: u32 = 0xd;
const LC_RPATH: u32 = 0x8000_001c;
const LC_REEXPORT_DYLIB: u32 = 0x8000_001f;
const LC_LOAD_UPWARD_DYLIB: u32 = 0x8000_0023;

/// Whether [`judge`] handles a file with this beginning.
pub(super) fn is_macho(head: &[u8]) -> bool {
    head.starts_with(&MAGIC_64)
        || head.starts_with(&MAGIC_32)
        || head.starts_with(&FAT) && head.get(4..8).is_none_or(|count| be(count) <= SLICES)
}

/// Whether a file that [`is_macho`] is a program; for a universal file, whether its first part is.
pub(super) fn is_program(bytes: &dyn ReadAt, head: &[u8]) -> io::Result<bool> {
    let at = match head.get(8 + 8..8 + 12).filter(|_| head.starts_with(&FAT)) {
        Some(offset) => u64::from(be(offset)),
        None => 0,
    };
    let mut start = [0; 16];
    if bytes.fill_at(&mut start, at)? < start.len() {
        return Ok(false);
    }
    let kind = [start[12], start[13], start[14], start[15]];
    Ok((start.starts_with(&MAGIC_64) || start.starts_with(&MAGIC_32))
        && u32::from_le_bytes(kind) == MH_EXECUTE)
}

/// Judges a file that [`is_macho`].
pub(super) fn judge(
    bytes: &dyn ReadAt,
    head: &[u8],
    size: u64,
    machine: Machine,
) -> io::Result<FileVerdict> {
    if !head.starts_with(&FAT) {
        return judge_slice(bytes, 0, size, size, machine);
    }
    let Some(count) = head.get(4..8).map(be) else {
        return Ok(cut(size, 8));
    };
    let table = 8 + u64::from(count) * 20;
    if size < table {
        return Ok(cut(size, table));
    }
    let slices = slices(head, count);
    let needs = slices.iter().map(|slice| slice.offset + slice.length).fold(table, u64::max);
    if size < needs {
        return Ok(cut(size, needs));
    }
    match ours(&slices, machine) {
        Some(slice) => judge_slice(bytes, slice.offset, slice.length, size, machine),
        None => Ok(FileVerdict::NotALibrary(FoundInstead::Malformed("Mach-O"))),
    }
}

/// Returns what else the object that [`is_macho`] needs. Weak libraries do not count, because it can be loaded without them.
pub(super) fn linkage(bytes: &dyn ReadAt, head: &[u8], machine: Machine) -> io::Result<Linkage> {
    let start = match head.get(4..8) {
        Some(count) if head.starts_with(&FAT) => match ours(&slices(head, be(count)), machine) {
            Some(slice) => slice.offset,
            None => return Ok(Linkage::default()),
        },
        _ => 0,
    };
    let mut linkage = Linkage::default();
    let mut header = [0; HEADER as usize];
    if bytes.fill_at(&mut header, start)? < header.len() {
        return Ok(linkage);
    }
    let first = start + if header[0] == 0xcf { HEADER } else { HEADER - 4 };
    let mut table = vec![0; le(&header[20..]).min(COMMANDS as u32) as usize];
    let length = bytes.fill_at(&mut table, first)?;
    for (kind, command) in commands(&table[..length]) {
        // The text's offset in the command comes first in all of these.
        let text = || {
            let at = command.get(8..12).map(le)? as usize;
            // A path may fill the command to its end, and has no zero then.
            let text = command.get(at..)?;
            text_in(text)
                .or_else(|| (!text.is_empty()).then(|| String::from_utf8_lossy(text).into()))
        };
        match kind {
            LC_ID_DYLIB => linkage.name = text(),
            LC_LOAD_DYLIB | LC_REEXPORT_DYLIB | LC_LOAD_UPWARD_DYLIB
                if linkage.needed.len() < MOST_NEEDED =>
            {
                linkage.needed.extend(text());
            }
            LC_RPATH if linkage.search.len() < MOST_NEEDED => linkage.search.extend(text()),
            _ => {}
        }
    }
    Ok(linkage)
}

/// One object of a universal file.
struct Slice {
    architecture: Architecture,
    offset: u64,
    length: u64,
}

/// Returns the first `count` slices of a universal file, as far as its beginning lists them.
fn slices(head: &[u8], count: u32) -> Vec<Slice> {
    head[8..]
        .chunks_exact(20)
        .take(count as usize)
        .map(|entry| Slice {
            architecture: architecture(be(entry)),
            offset: u64::from(be(&entry[8..])),
            length: u64::from(be(&entry[12..])),
        })
        .collect()
}

/// Returns the slice for a machine, else the first one.
fn ours(slices: &[Slice], machine: Machine) -> Option<&Slice> {
    let fitting = slices.iter().find(|slice| slice.architecture == machine.architecture);
    fitting.or(slices.first())
}

/// Returns the load commands of an object with their kinds, as far as they are consistent.
fn commands(table: &[u8]) -> impl Iterator<Item = (u32, &[u8])> {
    let mut rest = table;
    std::iter::from_fn(move || {
        let (kind, length) = (rest.get(..4).map(le)?, rest.get(4..8).map(le)? as usize);
        if length < 8 {
            return None;
        }
        let (command, behind) = rest.split_at_checked(length)?;
        rest = behind;
        Some((kind, command))
    })
}

/// Judges the object of `length` bytes at `start` in a file of `size` bytes.
fn judge_slice(
    bytes: &dyn ReadAt,
    start: u64,
    length: u64,
    size: u64,
    machine: Machine,
) -> io::Result<FileVerdict> {
    let mut header = [0; HEADER as usize];
    if bytes.fill_at(&mut header, start)? < header.len() {
        return Ok(cut(size, start + HEADER));
    }
    let wide = match header[..4] {
        [0xcf, ..] => true,
        [0xce, ..] => false,
        _ => return Ok(FileVerdict::Torn(Tear::Hollow)),
    };
    if le(&header[12..]) == MH_OBJECT {
        return Ok(FileVerdict::NotALibrary(FoundInstead::Relocatable));
    }
    let extent = u64::from(le(&header[20..]));
    let first = start + if wide { HEADER } else { HEADER - 4 };
    let mut needs = first + extent;
    if start + length < needs {
        return Ok(cut(size, needs));
    }
    if extent > COMMANDS {
        return Ok(FileVerdict::NotALibrary(FoundInstead::Malformed("Mach-O")));
    }
    let mut table = vec![0; usize::try_from(extent).unwrap_or_default()];
    if bytes.fill_at(&mut table, first)? < table.len() {
        return Ok(cut(size, needs));
    }
    let mut segments = 0;
    // The last table that the commands point at.
    let mut last = (0, 0);
    for (kind, command) in commands(&table) {
        let skip = command.len();
        last = tables(kind, command, wide).into_iter().flatten().fold(last, Ord::max);
        let reach = match kind {
            LC_SEGMENT_64 if skip >= 56 => {
                le64(&command[40..]).saturating_add(le64(&command[48..]))
            }
            LC_SEGMENT if skip >= 40 => {
                u64::from(le(&command[32..])) + u64::from(le(&command[36..]))
            }
            LC_CODE_SIGNATURE if skip >= 16 => {
                u64::from(le(&command[8..])) + u64::from(le(&command[12..]))
            }
            _ => continue,
        };
        segments += usize::from(kind != LC_CODE_SIGNATURE);
        needs = needs.max(start.saturating_add(reach));
    }
    if segments == 0 {
        return Ok(FileVerdict::Torn(Tear::Hollow));
    }
    if start + length < needs {
        return Ok(cut(size, needs));
    }
    if last.1 > 0 && is_blank(bytes, start.saturating_add(last.0), last.1)? {
        return Ok(FileVerdict::Torn(Tear::Blank("last table")));
    }
    let found = Object { format: Format::MachO, architecture: architecture(le(&header[4..])) };
    Ok(found.on(machine, System::MacOs))
}

/// Returns the tables that a command points at and that are never only zeros: symbols and their names, the signature, and what
/// the loader binds. Each has its offset in the object and its length. Leaves out tables that are too short to judge.
fn tables(kind: u32, command: &[u8], wide: bool) -> [Option<(u64, u64)>; 2] {
    const LC_SYMTAB: u32 = 0x2;
    const LC_DYLD_CHAINED_FIXUPS: u32 = 0x8000_0034;
    const SHORTEST: u64 = 16;

    let at = |at: usize| command.get(at..at + 4).map_or(0, |bytes| u64::from(le(bytes)));
    let [symbols, names] = match kind {
        LC_SYMTAB => {
            let symbol = if wide { 16 } else { 12 };
            // Without symbols there may be no name either.
            let names = if at(12) > 0 { at(20) } else { 0 };
            [(at(8), at(12) * symbol), (at(16), names)]
        }
        LC_CODE_SIGNATURE | LC_DYLD_CHAINED_FIXUPS => [(at(8), at(12)), (0, 0)],
        _ => return [None; 2],
    };
    [symbols, names].map(|table| Some(table).filter(|(_, length)| *length >= SHORTEST))
}

fn cut(size: u64, needs: u64) -> FileVerdict {
    FileVerdict::Torn(Tear::Cut { size, needs })
}

fn architecture(number: u32) -> Architecture {
    /// `CPU_ARCH_ABI64`.
    const WIDE: u32 = 0x0100_0000;
    const X86: u32 = 7;
    const ARM: u32 = 12;
    const WIDE_X86: u32 = WIDE | X86;
    const WIDE_ARM: u32 = WIDE | ARM;

    match number {
        X86 => Architecture::X86,
        WIDE_X86 => Architecture::X86_64,
        ARM => Architecture::Arm,
        WIDE_ARM => Architecture::Aarch64,
        other => Architecture::Other(other),
    }
}

fn be(bytes: &[u8]) -> u32 {
    u32::from_be_bytes([bytes[0], bytes[1], bytes[2], bytes[3]])
}

fn le(bytes: &[u8]) -> u32 {
    u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]])
}

fn le64(bytes: &[u8]) -> u64 {
    u64::from(le(bytes)) | u64::from(le(&bytes[4..])) << 32
}
