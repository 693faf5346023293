//! Whether an ELF file is a program: whether it can be executed, even if it is a library too. It does not know for which machine.

use std::io;

use super::layout::{ET_DYN, ET_EXEC, Header, Layout, PT_DYNAMIC};
use crate::files::ReadAt;

const PT_INTERP: u32 = 3;
const DT_NULL: u64 = 0;
const DT_FLAGS_1: u64 = 0x6fff_fffb;
/// A statically linked program that may be loaded at any address.
const DF_1_PIE: u64 = 0x0800_0000;

/// More segments than any linker makes.
const MOST_SEGMENTS: u16 = 512;
/// How much of a dynamic section is read, in bytes: its flags are among some dozens of entries.
const LONGEST: u64 = 16 << 10;

/// Whether it is linked at fixed addresses, names the loader that must start it, or declares itself a program.
pub(in crate::verdict) fn is_program(bytes: &dyn ReadAt, head: &[u8]) -> io::Result<bool> {
    let Some(layout) = Layout::of(head).filter(|layout| head.len() >= layout.header) else {
        return Ok(false);
    };
    let header = Header::read(layout, head);
    if header.kind != ET_DYN || header.segment_size != layout.segment {
        return Ok(header.kind == ET_EXEC);
    }
    let mut entry = [0; 56];
    let entry = &mut entry[..usize::from(layout.segment)];
    for index in 0..u64::from(header.segment_count.min(MOST_SEGMENTS)) {
        let offset = header.segment_offset.saturating_add(index * u64::from(layout.segment));
        if bytes.fill_at(entry, offset)? < entry.len() {
            break;
        }
        let is_program = match layout.u32(entry, 0) {
            PT_INTERP => true,
            PT_DYNAMIC => {
                let at = layout.word(entry, layout.segment_file_offset);
                let length = layout.word(entry, layout.segment_file_size);
                flags(bytes, layout, at, length)? & DF_1_PIE != 0
            }
            _ => false,
        };
        if is_program {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Returns the second flags of the dynamic section at `offset`; 0 if it has none.
fn flags(bytes: &dyn ReadAt, layout: Layout, offset: u64, length: u64) -> io::Result<u64> {
    let mut section = vec![0; usize::try_from(length.min(LONGEST)).unwrap_or_default()];
    let length = bytes.fill_at(&mut section, offset)?;
    let word = layout.word_size();
    let entries = section[..length].chunks_exact(2 * word);
    let pairs = entries.map(|entry| (layout.word(entry, 0), layout.word(entry, word)));
    let mut known = pairs.take_while(|(tag, _)| *tag != DT_NULL);
    Ok(known.find(|(tag, _)| *tag == DT_FLAGS_1).map_or(0, |(_, flags)| flags))
}
