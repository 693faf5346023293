//! Runs of zero pages in the loaded part of an ELF file: perhaps space that was reserved and never
//! written. This is not proof, because tables of zeros are also content.

use std::fs::File;
use std::io;
use std::path::Path;

use super::layout::{Header, Layout, MAGIC, PT_LOAD};
use crate::files::ReadAt;
use crate::verdict::head::{self, HEAD};

/// The unit in which files are mapped.
const PAGE: usize = 4096;
/// Bytes that are read at once.
const CHUNK: usize = 64 * PAGE;
/// The maximum read of one file, in bytes.
const MOST: u64 = 1 << 30;

/// The longest run of zero pages in the loaded segments of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Zeros {
    /// Where it begins in the file.
    pub offset: u64,
    /// Its length in bytes.
    pub length: u64,
}

/// Returns the longest run of zero pages in the loaded part of the ELF file at `path`. Reads that
/// whole part.
///
/// # Errors
///
/// Fails if the file cannot be read.
pub fn longest_zeros(path: &Path) -> io::Result<Option<Zeros>> {
    let file = File::open(path)?;
    let mut buffer = [0; HEAD];
    let head = head::read(&file, &mut buffer)?;
    let layout = Layout::of(head).filter(|layout| head.len() >= layout.header);
    let Some(layout) = layout.filter(|_| head.starts_with(MAGIC)) else { return Ok(None) };
    let header = Header::read(layout, head);
    let mut longest: Option<Zeros> = None;
    let mut left = MOST;
    for index in 0..u64::from(header.segment_count) {
        let mut entry = [0; 56];
        let entry = &mut entry[..usize::from(layout.segment)];
        let at = header.segment_offset.saturating_add(index * u64::from(layout.segment));
        if file.fill_at(entry, at)? < entry.len() {
            break;
        }
        if layout.u32(entry, 0) == PT_LOAD {
            let offset = layout.word(entry, layout.segment_file_offset);
            let length = layout.word(entry, layout.segment_file_size).min(left);
            left -= length;
            let found = longest_in(&file, offset, length)?;
            longest = longest.into_iter().chain(found).max_by_key(|zeros| zeros.length);
        }
    }
    Ok(longest)
}

/// Returns the longest run in the `length` bytes at `offset`, by pages of the file.
fn longest_in(bytes: &dyn ReadAt, offset: u64, length: u64) -> io::Result<Option<Zeros>> {
    let mut chunk = vec![0; CHUNK];
    let mut at = offset.next_multiple_of(PAGE as u64);
    let end = offset.saturating_add(length);
    let (mut longest, mut run): (Option<Zeros>, Option<Zeros>) = (None, None);
    while at + PAGE as u64 <= end {
        let rest = usize::try_from(end - at).unwrap_or(CHUNK).min(CHUNK) / PAGE * PAGE;
        let read = bytes.fill_at(&mut chunk[..rest], at)?;
        for page in chunk[..read].chunks_exact(PAGE) {
            if page.iter().all(|byte| *byte == 0) {
                run.get_or_insert(Zeros { offset: at, length: 0 }).length += PAGE as u64;
                if run.map(|run| run.length) > longest.map(|zeros| zeros.length) {
                    longest = run;
                }
            } else {
                run = None;
            }
            at += PAGE as u64;
        }
        if read < rest {
            break;
        }
    }
    Ok(longest)
}
