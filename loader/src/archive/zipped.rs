//! The zip format, of wheels and jars, too. Its reader compares each content's checksum.

use std::io::{self, Read, Seek};

use zip::ZipArchive;
use zip::result::ZipError;

use super::{Bounded, Entry, EntryKind, Visitor, damaged};
use crate::draft::Permission;
use crate::error::Cause;

/// The longest target of a symbolic link, in bytes: the longest path of Linux.
const LONGEST_TARGET: u64 = 4096;

/// Shows every entry of a zip.
pub(super) fn visit(
    file: impl Read + Seek,
    limit: u64,
    visitor: &mut Visitor<'_>,
) -> Result<(), Cause> {
    let mut archive = ZipArchive::new(file).map_err(unreadable)?;
    for index in 0..archive.len() {
        let file = archive.by_index(index).map_err(unreadable)?;
        let path = String::from_utf8_lossy(file.name_raw()).into_owned();
        let (folder, link) = (file.is_dir(), file.is_symlink());
        let permission = Permission::of_mode(file.unix_mode().unwrap_or_default());
        let packed = file.compressed_size();
        let mut content = Bounded::new(file, packed, limit);
        let kind = if folder {
            EntryKind::Folder
        } else if link {
            let mut target = String::new();
            content.by_ref().take(LONGEST_TARGET).read_to_string(&mut target).map_err(damaged)?;
            EntryKind::Link(target)
        } else {
            EntryKind::File(permission)
        };
        visitor(&Entry { path, kind }, &mut content)?;
    }
    Ok(())
}

fn unreadable(error: ZipError) -> Cause {
    damaged(match error {
        ZipError::Io(error) => error,
        other => io::Error::other(other),
    })
}
