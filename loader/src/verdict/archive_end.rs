//! Whether an archive stops in the middle: whether the end that its format requires is missing. It does not know what the archive
//! contains.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use super::found::{self, ArchiveKind, FoundInstead};
use super::object::Tear;
use crate::files::{ReadAt, open_regular};

/// The longest comment after a zip's directory, plus the fixed part of that end.
const ZIP_END: u64 = 65_535 + 22;
/// gzip has no end mark to look for, so files up to this size are unpacked.
const UNPACKED: u64 = 16 << 20;
/// The maximum content to unpack, in bytes.
const CONTENT: u64 = 256 << 20;

/// Returns how the archive at `path` is incomplete (torn). `None` if it has its end, if its format has no end mark, or if it is
/// not an archive.
///
/// # Errors
///
/// Fails if the file cannot be read.
pub fn archive_tear(path: &Path) -> io::Result<Option<Tear>> {
    let file = open_regular(path)?;
    let size = file.metadata()?.len();
    let mut head = [0; 512];
    let length = file.fill_at(&mut head, 0)?;
    let FoundInstead::Archive(kind) = found::recognise(&head[..length]) else { return Ok(None) };
    let has_end = match kind {
        ArchiveKind::Zip => {
            let end = end(&file, size, ZIP_END)?;
            end.windows(4).any(|four| four == b"PK\x05\x06")
        }
        // Padding follows in whole words.
        ArchiveKind::Xz => {
            let end = end(&file, size, 4096)?;
            let last = end.iter().rposition(|byte| *byte != 0).map_or(0, |at| at + 1);
            end[..last].ends_with(b"YZ")
        }
        ArchiveKind::Tar => end(&file, size, 512)?.iter().all(|byte| *byte == 0),
        ArchiveKind::SevenZip => {
            let word = |at: usize| {
                let bytes = head.get(at..at + 8).and_then(|bytes| bytes.try_into().ok());
                bytes.map_or(0, u64::from_le_bytes)
            };
            let needs = word(12).saturating_add(word(20)).saturating_add(32);
            if size < needs {
                return Ok(Some(Tear::Cut { size, needs }));
            }
            true
        }
        ArchiveKind::Gzip if size <= UNPACKED => {
            let mut content = flate2::read::MultiGzDecoder::new(&file).take(CONTENT);
            let unpacked = io::copy(&mut content, &mut io::sink());
            !unpacked.is_err_and(|error| error.kind() == io::ErrorKind::UnexpectedEof)
        }
        _ => true,
    };
    Ok((!has_end).then_some(Tear::Endless))
}

/// Returns the last bytes of a file, at most `length`.
fn end(file: &File, size: u64, length: u64) -> io::Result<Vec<u8>> {
    let length = length.min(size);
    let mut end = vec![0; usize::try_from(length).unwrap_or_default()];
    let read = file.fill_at(&mut end, size - length)?;
    end.truncate(read);
    Ok(end)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn gzip() -> Vec<u8> {
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::none());
        packed.write_all(&[7; 5000]).expect("write");
        packed.finish().expect("finish")
    }

    fn tar() -> Vec<u8> {
        let mut packed = tar::Builder::new(Vec::new());
        let mut header = tar::Header::new_ustar();
        header.set_size(5000);
        packed.append_data(&mut header, "a", [7; 5000].as_slice()).expect("append");
        packed.into_inner().expect("finish")
    }

    fn zip() -> Vec<u8> {
        let mut packed = zip::ZipWriter::new(io::Cursor::new(Vec::new()));
        packed.start_file("a", zip::write::SimpleFileOptions::default()).expect("start");
        packed.write_all(&[7; 5000]).expect("write");
        packed.finish().expect("finish").into_inner()
    }

    #[test]
    fn an_archive_that_stops_in_the_middle_is_torn() {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("archive");
        let tear = |bytes: &[u8]| {
            std::fs::write(&path, bytes).expect("write");
            archive_tear(&path).expect("it can be read")
        };
        for whole in [gzip(), tar(), zip()] {
            assert_eq!(tear(&whole), None);
            assert_eq!(tear(&whole[..whole.len() / 2]), Some(Tear::Endless));
        }
        let seven = [b"7z\xbc\xaf\x27\x1c\0\x04".as_slice(), &[0; 4], &100_u64.to_le_bytes()];
        let seven = [seven.concat(), 20_u64.to_le_bytes().to_vec(), vec![7; 40]].concat();
        assert_eq!(tear(&seven), Some(Tear::Cut { size: 68, needs: 152 }));
        assert_eq!(tear(b"text"), None);
    }
}
