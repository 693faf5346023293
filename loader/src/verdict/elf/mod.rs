//! ELF: where a file must end at the least. It does not know sections' contents or symbols.
//!
//! The end is the maximum of the section header table's end and of every program header's offset + file size. Either alone
//! is not enough: linkers put the section headers last, but a library treated by `patchelf` ends in a LOAD segment.

use std::io;

use super::blank::is_blank;
use super::{Format, Found, Object, ReadAt, Tear, Verdict};
use crate::machine::{Architecture, Machine, System};

mod dynamic;
mod program;
mod versions;
mod zeros;

pub(super) use dynamic::linkage;
pub(super) use program::is_program;
pub use zeros::{Zeros, longest_zeros};

pub(super) const MAGIC: &[u8] = b"\x7fELF";

const PT_LOAD: u32 = 1;
const PT_DYNAMIC: u32 = 2;
const ET_EXEC: u16 = 2;
const ET_DYN: u16 = 3;

/// Judges a file that begins with [`MAGIC`]; `head` is its beginning, `size` its length.
pub(super) fn judge(
    bytes: &dyn ReadAt,
    head: &[u8],
    size: u64,
    machine: Machine,
) -> io::Result<Verdict> {
    let Some(layout) = Layout::of(head) else {
        // Shorter than the identification, or its class and order are zeros still.
        return Ok(Verdict::Torn(match head.get(4..16) {
            None => Tear::Cut { size, needs: 64 },
            Some(rest) if rest.iter().all(|byte| *byte == 0) => Tear::Hollow,
            Some(_) => return Ok(Verdict::NotALibrary(Found::Malformed("ELF"))),
        }));
    };
    if head.len() < layout.header {
        let needs = layout.header as u64;
        return Ok(Verdict::Torn(Tear::Cut { size, needs }));
    }
    let header = Header::read(layout, head);
    if header.kind == 0 {
        return Ok(Verdict::Torn(Tear::Hollow));
    }
    if header.kind != ET_DYN && header.kind != ET_EXEC {
        return Ok(Verdict::NotALibrary(Found::Relocatable));
    }
    if header.segment_count > 0 && header.segment_size != layout.segment {
        return Ok(Verdict::NotALibrary(Found::Malformed("ELF")));
    }

    let segments = header.segments_end();
    if size < segments {
        return Ok(Verdict::Torn(Tear::Cut { size, needs: segments }));
    }
    let (loaded, dynamic) = segments_of(bytes, head, layout, &header)?;
    let Some(loaded) = loaded else {
        return Ok(Verdict::Torn(Tear::Hollow));
    };
    let sections = sections(bytes, layout, &header, size)?;
    let needs = loaded.max(segments).max(sections.map_or(0, |(_, end)| end));
    if size < needs {
        return Ok(Verdict::Torn(Tear::Cut { size, needs }));
    }
    // The first entry is all zeros by rule: the last one tells.
    let entry = u64::from(header.section_size);
    if let Some((begin, end)) = sections
        && end - begin > entry
        && is_blank(bytes, end - entry, entry)?
        && is_blank(bytes, begin, end - begin)?
    {
        return Ok(Verdict::Torn(Tear::Blank("table of sections")));
    }
    if let Some((begin, length)) = dynamic
        && is_blank(bytes, begin, length)?
    {
        return Ok(Verdict::Torn(Tear::Blank("dynamic section")));
    }

    let found = Object { format: Format::Elf, architecture: header.architecture };
    if layout == Layout::of_architecture(machine.architecture) {
        return Ok(found.on(machine, System::Linux));
    }
    Ok(Verdict::WrongMachine { found, expected: machine })
}

/// Where a part of the file begins, and its length.
type Part = (u64, u64);

/// The furthest byte that a program header asks for, nothing if there is no segment to load; and where the dynamic section is
/// in the file, with its length.
fn segments_of(
    bytes: &dyn ReadAt,
    head: &[u8],
    layout: Layout,
    header: &Header,
) -> io::Result<(Option<u64>, Option<Part>)> {
    let mut buffer = [0; 56];
    let (mut end, mut dynamic) = (None, None);
    for index in 0..u64::from(header.segment_count) {
        let offset = header.segment_offset.saturating_add(index * u64::from(layout.segment));
        let length = usize::from(layout.segment);
        let at = usize::try_from(offset).unwrap_or(usize::MAX);
        let entry = match at.checked_add(length).and_then(|end| head.get(at..end)) {
            Some(entry) => entry,
            None if bytes.fill_at(&mut buffer[..length], offset)? < length => break,
            None => &buffer[..length],
        };
        let begin = layout.word(entry, layout.segment_file_offset);
        let length = layout.word(entry, layout.segment_file_size);
        let reach = begin.saturating_add(length);
        let kind = layout.u32(entry, 0);
        if kind == PT_LOAD {
            end = Some(end.unwrap_or(0).max(reach));
        } else if let Some(end) = &mut end {
            *end = reach.max(*end);
        }
        // An entry is two words; one alone may be the end of a section without any.
        if kind == PT_DYNAMIC && length > 2 * layout.word_size() as u64 {
            dynamic = Some((begin, length));
        }
    }
    Ok((end, dynamic))
}

/// Where the table of sections begins, and where it ends; nothing without one.
fn sections(
    bytes: &dyn ReadAt,
    layout: Layout,
    header: &Header,
    size: u64,
) -> io::Result<Option<(u64, u64)>> {
    if header.section_offset == 0 {
        return Ok(None);
    }
    let mut count = u64::from(header.section_count);
    if count == 0 && header.section_offset < size {
        // More sections than 16 bits hold: the count is in the size field of the first section header.
        let mut entry = [0; 64];
        let entry = &mut entry[..usize::from(layout.section)];
        bytes.fill_at(entry, header.section_offset)?;
        count = layout.word(entry, layout.section_size_field);
    }
    let length = count.max(1).saturating_mul(u64::from(header.section_size));
    Ok(Some((header.section_offset, header.section_offset.saturating_add(length))))
}

/// The byte order and field offsets of one of the four ELF shapes.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Layout {
    wide: bool,
    big_endian: bool,
    /// Sizes in bytes of the file header, a program header and a section header.
    header: usize,
    segment: u16,
    section: u16,
    segment_file_offset: usize,
    segment_file_size: usize,
    section_size_field: usize,
}

impl Layout {
    fn of(head: &[u8]) -> Option<Self> {
        let wide = match head.get(4)? {
            1 => false,
            2 => true,
            _ => return None,
        };
        let big_endian = match head.get(5)? {
            1 => false,
            2 => true,
            _ => return None,
        };
        Some(Self::new(wide, big_endian))
    }

    /// The shape that a processor's libraries have.
    fn of_architecture(architecture: Architecture) -> Self {
        let wide = !matches!(architecture, Architecture::X86 | Architecture::Arm);
        // 64-bit PowerPC is little-endian on every distribution of today.
        Self::new(wide, architecture == Architecture::S390x)
    }

    fn new(wide: bool, big_endian: bool) -> Self {
        Self {
            wide,
            big_endian,
            header: if wide { 64 } else { 52 },
            segment: if wide { 56 } else { 32 },
            section: if wide { 64 } else { 40 },
            segment_file_offset: if wide { 8 } else { 4 },
            segment_file_size: if wide { 32 } else { 16 },
            section_size_field: if wide { 32 } else { 20 },
        }
    }

    /// In bytes.
    fn word_size(self) -> usize {
        if self.wide { 8 } else { 4 }
    }

    fn u16(self, bytes: &[u8], at: usize) -> u16 {
        let bytes = [bytes[at], bytes[at + 1]];
        if self.big_endian { u16::from_be_bytes(bytes) } else { u16::from_le_bytes(bytes) }
    }

    fn u32(self, bytes: &[u8], at: usize) -> u32 {
        let bytes = [bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]];
        if self.big_endian { u32::from_be_bytes(bytes) } else { u32::from_le_bytes(bytes) }
    }

    /// A field of the machine's word size.
    fn word(self, bytes: &[u8], at: usize) -> u64 {
        if !self.wide {
            return u64::from(self.u32(bytes, at));
        }
        let (first, second) = (u64::from(self.u32(bytes, at)), u64::from(self.u32(bytes, at + 4)));
        if self.big_endian { first << 32 | second } else { second << 32 | first }
    }
}

/// The fields of the file header that bound the file.
struct Header {
    kind: u16,
    architecture: Architecture,
    segment_offset: u64,
    section_offset: u64,
    segment_size: u16,
    segment_count: u16,
    section_size: u16,
    section_count: u16,
}

impl Header {
    fn read(layout: Layout, head: &[u8]) -> Self {
        // After the three words entry, phoff and shoff come flags (4 bytes) and six half words.
        let words = layout.word_size();
        let halves = 24 + 3 * words + 4;
        Self {
            kind: layout.u16(head, 16),
            architecture: architecture(layout.u16(head, 18)),
            segment_offset: layout.word(head, 24 + words),
            section_offset: layout.word(head, 24 + 2 * words),
            segment_size: layout.u16(head, halves + 2),
            segment_count: layout.u16(head, halves + 4),
            section_size: layout.u16(head, halves + 6),
            section_count: layout.u16(head, halves + 8),
        }
    }

    fn segments_end(&self) -> u64 {
        self.segment_offset
            .saturating_add(u64::from(self.segment_count) * u64::from(self.segment_size))
    }
}

/// The `EM_` numbers of the ELF specification's machine registry.
fn architecture(number: u16) -> Architecture {
    match number {
        3 => Architecture::X86,
        21 => Architecture::PowerPc64,
        22 => Architecture::S390x,
        40 => Architecture::Arm,
        62 => Architecture::X86_64,
        183 => Architecture::Aarch64,
        243 => Architecture::Riscv64,
        258 => Architecture::LoongArch64,
        other => Architecture::Other(u32::from(other)),
    }
}
