//! Where an ELF file must end at the earliest. It does not know the contents of sections, or symbols.
//!
//! The end is the maximum of two values: the end of the section header table, and every program header's offset + file size.
//! Neither is enough alone: linkers put the section headers last, but a library changed by `patchelf` ends in a LOAD segment.

use std::io;

use super::layout::{ET_DYN, ET_EXEC, Header, Layout, PT_DYNAMIC, PT_LOAD};
use crate::files::ReadAt;
use crate::machine::{Machine, System};
use crate::verdict::blank::is_blank;
use crate::verdict::found::FoundInstead;
use crate::verdict::object::{FileVerdict, Format, Object, Tear};

/// Judges a file that begins with [`MAGIC`](super::MAGIC); `head` is its beginning, `size` its length in bytes.
pub(in crate::verdict) fn judge(
    bytes: &dyn ReadAt,
    head: &[u8],
    size: u64,
    machine: Machine,
) -> io::Result<FileVerdict> {
    let Some(layout) = Layout::of(head) else {
        // Shorter than the identification, or its class and order are zeros still.
        return Ok(FileVerdict::Torn(match head.get(4..16) {
            None => Tear::Cut { size, needs: 64 },
            Some(rest) if rest.iter().all(|byte| *byte == 0) => Tear::Hollow,
            Some(_) => return Ok(FileVerdict::NotALibrary(FoundInstead::Malformed("ELF"))),
        }));
    };
    if head.len() < layout.header {
        let needs = layout.header as u64;
        return Ok(FileVerdict::Torn(Tear::Cut { size, needs }));
    }
    let header = Header::read(layout, head);
    if header.kind == 0 {
        return Ok(FileVerdict::Torn(Tear::Hollow));
    }
    if header.kind != ET_DYN && header.kind != ET_EXEC {
        return Ok(FileVerdict::NotALibrary(FoundInstead::Relocatable));
    }
    if header.segment_count > 0 && header.segment_size != layout.segment {
        return Ok(FileVerdict::NotALibrary(FoundInstead::Malformed("ELF")));
    }

    let segments = header.segments_end();
    if size < segments {
        return Ok(FileVerdict::Torn(Tear::Cut { size, needs: segments }));
    }
    let (loaded, dynamic) = segments_of(bytes, head, layout, &header)?;
    let Some(loaded) = loaded else {
        return Ok(FileVerdict::Torn(Tear::Hollow));
    };
    let sections = sections(bytes, layout, &header, size)?;
    let needs = loaded.max(segments).max(sections.map_or(0, |(_, end)| end));
    if size < needs {
        return Ok(FileVerdict::Torn(Tear::Cut { size, needs }));
    }
    // The first entry is all zeros by rule: the last one tells.
    let entry = u64::from(header.section_size);
    if let Some((begin, end)) = sections
        && end - begin > entry
        && is_blank(bytes, end - entry, entry)?
        && is_blank(bytes, begin, end - begin)?
    {
        return Ok(FileVerdict::Torn(Tear::Blank("table of sections")));
    }
    if let Some((begin, length)) = dynamic
        && is_blank(bytes, begin, length)?
    {
        return Ok(FileVerdict::Torn(Tear::Blank("dynamic section")));
    }

    let found = Object { format: Format::Elf, architecture: header.architecture };
    if layout == Layout::of_architecture(machine.architecture) {
        return Ok(found.on(machine, System::Linux));
    }
    Ok(FileVerdict::WrongMachine { found, expected: machine })
}

/// Where a part of the file begins, and its length.
type Part = (u64, u64);

/// Returns the furthest byte that a program header requires (`None` without a segment to load), and the position and length of
/// the dynamic section in the file.
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

/// Returns where the section table begins and ends; `None` without one.
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
