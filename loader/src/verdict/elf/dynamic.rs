//! The dynamic section of an ELF file: what else the file needs. It does not know symbols. The constants are from the "Dynamic
//! Section" and "Program Interpreter" chapters of the System V ABI.

use std::io;

use super::layout::{Header, Layout, PT_DYNAMIC, PT_LOAD};
use super::versions::{self, Table};
use crate::files::ReadAt;
use crate::verdict::linkage::{Linkage, MOST_NEEDED, text_at};

const PT_INTERP: u32 = 3;

const DT_NULL: u64 = 0;
const DT_NEEDED: u64 = 1;
const DT_STRTAB: u64 = 5;
const DT_STRSZ: u64 = 10;
const DT_SONAME: u64 = 14;
const DT_RPATH: u64 = 15;
const DT_RUNPATH: u64 = 29;
const DT_VERDEF: u64 = 0x6fff_fffc;
const DT_VERDEFNUM: u64 = 0x6fff_fffd;
const DT_VERNEED: u64 = 0x6fff_fffe;
const DT_VERNEEDNUM: u64 = 0x6fff_ffff;

/// More segments than any linker makes; a header could claim 65,535.
const MOST_SEGMENTS: u16 = 512;
/// The longest dynamic section that is read, in bytes. A real one has some dozens of entries and the needed libraries.
const LONGEST: u64 = 256 << 10;

/// A loaded segment: its position in memory and in the file, in bytes.
struct Segment {
    address: u64,
    offset: u64,
    length: u64,
}

/// Returns what the object needs.
pub(in crate::verdict) fn linkage(bytes: &dyn ReadAt, head: &[u8]) -> io::Result<Linkage> {
    let Some(layout) = Layout::of(head).filter(|layout| head.len() >= layout.header) else {
        return Ok(Linkage::default());
    };
    let header = Header::read(layout, head);
    if header.segment_size != layout.segment {
        return Ok(Linkage::default());
    }
    let mut loaded = Vec::new();
    let (mut dynamic, mut interpreter) = (None, None);
    let mut entry = [0; 56];
    let entry = &mut entry[..usize::from(layout.segment)];
    for index in 0..header.segment_count.min(MOST_SEGMENTS) {
        let at = u64::from(index) * u64::from(layout.segment);
        let offset = header.segment_offset.saturating_add(at);
        if bytes.fill_at(entry, offset)? < entry.len() {
            break;
        }
        let segment = Segment {
            // p_vaddr follows p_offset in both shapes.
            address: layout.word(entry, layout.segment_file_offset + layout.word_size()),
            offset: layout.word(entry, layout.segment_file_offset),
            length: layout.word(entry, layout.segment_file_size),
        };
        match layout.u32(entry, 0) {
            PT_LOAD => loaded.push(segment),
            PT_DYNAMIC => dynamic = Some(segment),
            PT_INTERP => interpreter = text_at(bytes, segment.offset, segment.length)?,
            _ => {}
        }
    }
    let linkage = match dynamic {
        Some(dynamic) => read(bytes, layout, &dynamic, &loaded)?,
        None => Linkage::default(),
    };
    Ok(Linkage { interpreter, ..linkage })
}

fn read(
    bytes: &dyn ReadAt,
    layout: Layout,
    dynamic: &Segment,
    loaded: &[Segment],
) -> io::Result<Linkage> {
    let mut table = vec![0; usize::try_from(dynamic.length.min(LONGEST)).unwrap_or_default()];
    let length = bytes.fill_at(&mut table, dynamic.offset)?;
    let word = layout.word_size();
    let entries = table[..length]
        .chunks_exact(2 * word)
        .map(|entry| (layout.word(entry, 0), layout.word(entry, word)))
        .take_while(|(tag, _)| *tag != DT_NULL);
    let (mut strings, mut strings_length) = (None, u64::MAX);
    let (mut name, mut needed) = (None, Vec::new());
    let (mut runpath, mut rpath) = (None, None);
    let (mut wanted, mut defined) = (Table::default(), Table::default());
    for (tag, value) in entries {
        match tag {
            DT_STRTAB => strings = file_offset(loaded, value),
            DT_STRSZ => strings_length = value,
            DT_SONAME => name = Some(value),
            DT_NEEDED if needed.len() < MOST_NEEDED => needed.push(value),
            DT_RPATH => rpath = Some(value),
            DT_RUNPATH => runpath = Some(value),
            DT_VERNEED => wanted.at = file_offset(loaded, value),
            DT_VERNEEDNUM => wanted.count = value,
            DT_VERDEF => defined.at = file_offset(loaded, value),
            DT_VERDEFNUM => defined.count = value,
            _ => {}
        }
    }
    let Some(strings) = strings else {
        return Ok(Linkage::default());
    };
    let text = |at: u64| match strings_length.checked_sub(at) {
        Some(rest) => text_at(bytes, strings.saturating_add(at), rest),
        None => Ok(None),
    };
    let optional = |at: Option<u64>| at.map_or(Ok(None), text);
    let mut linkage = Linkage { name: optional(name)?, ..Linkage::default() };
    for at in needed {
        linkage.needed.extend(text(at)?);
    }
    // If there is a DT_RUNPATH, loaders ignore DT_RPATH.
    if let Some(search) = optional(runpath.or(rpath))? {
        linkage.search = search.split(':').map(str::to_owned).collect();
    }
    for (library, version) in versions::wanted(bytes, layout, &wanted)? {
        if let (Some(library), Some(version)) = (text(library)?, text(version)?) {
            linkage.wants.push((library, version));
        }
    }
    for version in versions::defined(bytes, layout, &defined)? {
        linkage.defines.extend(text(version)?);
    }
    Ok(linkage)
}

/// Returns the file offset of the byte that is loaded to `address`.
fn file_offset(loaded: &[Segment], address: u64) -> Option<u64> {
    loaded.iter().find_map(|segment| {
        let within = address.checked_sub(segment.address)?;
        (within < segment.length).then(|| segment.offset.saturating_add(within))
    })
}
