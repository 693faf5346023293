//! The directory at the end of a zip, for facts that the zip reader does not report: its size before it is read into memory, and
//! names that occur twice. It does not know contents.

use std::collections::HashSet;
use std::io::{self, Read, Seek, SeekFrom};

use crate::archives::bound::unreadable;

/// The largest directory, in bytes: enough for about half a million files. It is held in memory several times.
const LARGEST: u64 = 64 << 20;

/// The end record: its length without a comment, and its signature.
const END: usize = 22;
const END_MAGIC: &[u8] = b"PK\x05\x06";
/// The longest comment, in bytes. It is the last part of a zip.
const COMMENT: u64 = u16::MAX as u64;
/// The locator and the end record of a large zip.
const LOCATOR: usize = 20;
const LOCATOR_MAGIC: &[u8] = b"PK\x06\x07";
const LARGE_END: usize = 56;
/// One entry of the directory without its names.
const HEADER: usize = 46;
const HEADER_MAGIC: &[u8] = b"PK\x01\x02";

/// Fails if the directory is larger than the limit. If it is not a directory, the zip reader decides.
pub(super) fn check_size(file: &mut (impl Read + Seek)) -> io::Result<()> {
    let length = file.seek(SeekFrom::End(0))?;
    let start = length.saturating_sub(COMMENT + END as u64);
    file.seek(SeekFrom::Start(start))?;
    let mut tail = Vec::new();
    file.by_ref().take(COMMENT + END as u64).read_to_end(&mut tail)?;
    // The reader takes the last one that makes sense, and so none of them may be too large.
    for at in 0..tail.len().saturating_sub(END - 1) {
        if !tail[at..].starts_with(END_MAGIC) {
            continue;
        }
        let mut size = u64::from(number(&tail[at + 12..at + 16]));
        if size == u64::from(u32::MAX) {
            size = large_size(file, start + at as u64)?.unwrap_or(size);
        }
        if size > LARGEST && size <= length {
            let mebibytes = LARGEST >> 20;
            return Err(unreadable(format!("its directory is larger than {mebibytes} MiB")));
        }
    }
    file.rewind()
}

/// Returns the size of the directory of a large zip with its end record at `end`.
fn large_size(file: &mut (impl Read + Seek), end: u64) -> io::Result<Option<u64>> {
    let Some(at) = end.checked_sub(LOCATOR as u64) else {
        return Ok(None);
    };
    let mut locator = [0; LOCATOR];
    file.seek(SeekFrom::Start(at))?;
    file.read_exact(&mut locator)?;
    if !locator.starts_with(LOCATOR_MAGIC) {
        return Ok(None);
    }
    let mut record = [0; LARGE_END];
    file.seek(SeekFrom::Start(long(&locator[8..16])))?;
    match file.read_exact(&mut record) {
        Ok(()) => Ok(Some(long(&record[40..48]))),
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(None),
        Err(error) => Err(error),
    }
}

/// Returns the names that occur more than once in the directory at `start`.
pub(super) fn duplicates(file: &mut (impl Read + Seek), start: u64) -> io::Result<Vec<Vec<u8>>> {
    file.seek(SeekFrom::Start(start))?;
    let mut file = io::BufReader::new(file);
    let (mut names, mut twice) = (HashSet::new(), Vec::new());
    let mut header = [0; HEADER];
    while file.read_exact(&mut header).is_ok() && header.starts_with(HEADER_MAGIC) {
        let length = |at: usize| u64::from(u16::from_le_bytes([header[at], header[at + 1]]));
        let mut name = Vec::new();
        file.by_ref().take(length(28)).read_to_end(&mut name)?;
        io::copy(&mut file.by_ref().take(length(30) + length(32)), &mut io::sink())?;
        if !names.insert(name.clone()) {
            twice.push(name);
        }
    }
    Ok(twice)
}

fn number(bytes: &[u8]) -> u32 {
    bytes.iter().rev().fold(0, |number, byte| (number << 8) | u32::from(*byte))
}

fn long(bytes: &[u8]) -> u64 {
    bytes.iter().rev().fold(0, |number, byte| (number << 8) | u64::from(*byte))
}

#[cfg(test)]
mod tests {
    use std::fs::File;

    use super::*;
    use crate::platform::write_at;

    /// Makes an unnamed sparse file of this length that ends with an end record for a directory of this size.
    fn ending(length: u64, size: u32) -> File {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("zip");
        let mut options = File::options();
        let file = options.read(true).write(true).create_new(true).open(path).expect("a file");
        let mut record = [0; END];
        record[..4].copy_from_slice(END_MAGIC);
        record[12..16].copy_from_slice(&size.to_le_bytes());
        write_at(&file, &record, length - END as u64).expect("write");
        file
    }

    #[test]
    fn a_directory_that_would_fill_the_memory_is_not_read() {
        let (small, large) = (64 << 20, (64 << 20) + 1);
        assert!(check_size(&mut ending(100 << 20, small)).is_ok());
        assert!(check_size(&mut ending(1000, large)).is_ok(), "it is nonsense");
        let error = check_size(&mut ending(100 << 20, large)).expect_err("too large");
        assert!(error.to_string().contains("larger than 64 MiB"), "{error}");
    }

    #[test]
    fn nor_is_one_that_tells_its_size_in_another_place() {
        let length = 100 << 20;
        let file = ending(length, u32::MAX);
        let (end, large_end) = (length - END as u64, length - 1000);
        let mut locator = [0; LOCATOR];
        locator[..4].copy_from_slice(LOCATOR_MAGIC);
        locator[8..16].copy_from_slice(&large_end.to_le_bytes());
        write_at(&file, &locator, end - LOCATOR as u64).expect("write");
        write_at(&file, &(80_u64 << 20).to_le_bytes(), large_end + 40).expect("write");
        assert!(check_size(&mut &file).is_err());
    }
}
