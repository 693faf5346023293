//! Entry points for the fuzz targets of the project, for the code that reads bytes from outside. Not part of the interface.

use std::fs::File;
use std::io::{self, Cursor, Read};
use std::path::Path;

use crate::archives::{self, Archive};
use crate::files::ReadAt;
use crate::interface::ImportCause;
use crate::machine::Machine;
use crate::verdict::{self, FileVerdict};

/// Judges bytes as [`inspect_for`](crate::inspect_for) judges a file that starts with these bytes and continues with zeros up to
/// `size`.
#[must_use]
pub fn judge(bytes: &[u8], size: u64, machine: Machine) -> FileVerdict {
    let judged = verdict::judge(&Padded { bytes, size }, size, machine);
    judged.unwrap_or_else(|error| FileVerdict::Unreadable(error.kind()))
}

/// Returns the content of the file `member` in the archive `file`, which may unpack to `limit` bytes.
///
/// # Errors
///
/// Returns the errors that an import reports for the archive.
pub fn take_file(file: &File, member: &str, limit: u64) -> Result<Vec<u8>, ImportCause> {
    let size = size(file)?;
    let mut content = Vec::new();
    let failed = |error: io::Error| unreachable!("a vector takes everything: {error}");
    archives::take_file(Archive { file, size, limit }, member, &mut content, &failed)?;
    Ok(content)
}

/// Extracts the folder `member` of the archive `file`, which may unpack to `limit` bytes, into the empty directory `to`.
///
/// # Errors
///
/// Returns the errors that an import reports for the archive.
pub fn take_folder(file: &File, member: &str, limit: u64, to: &Path) -> Result<(), ImportCause> {
    let size = size(file)?;
    archives::take_folder(Archive { file, size, limit }, member, to)?;
    Ok(())
}

fn size(file: &File) -> Result<u64, ImportCause> {
    let metadata =
        file.metadata().map_err(ImportCause::disk("look at", Path::new("the archive")))?;
    Ok(metadata.len())
}

/// Bytes followed by zeros.
struct Padded<'a> {
    bytes: &'a [u8],
    size: u64,
}

impl ReadAt for Padded<'_> {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        let count = self.size.saturating_sub(offset).min(buffer.len() as u64);
        let count = usize::try_from(count).expect("it is at most the buffer's length");
        let buffer = &mut buffer[..count];
        let start = usize::try_from(offset).map_or(self.bytes.len(), |at| at.min(self.bytes.len()));
        let read = Cursor::new(&self.bytes[start..]).read(buffer)?;
        buffer[read..].fill(0);
        Ok(count)
    }
}
