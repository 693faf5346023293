//! The zip format, also of wheels and jars. Checks the checksum of each content.

use std::fs::File;
use std::io::{self, BufReader, Read};

use zip::ZipArchive;
use zip::read::ZipFile;
use zip::result::ZipError;

use super::bound::{Bounded, damaged};
use super::entry::{Entry, EntryKind, Visitor};
use super::failure::ArchiveFailure;
use crate::files::Permission;

mod directory;
mod method;

/// The longest target of a symbolic link, in bytes: the longest path on Linux.
const LONGEST_TARGET: u64 = 4096;

/// Passes every entry of a zip to the visitor.
pub(super) fn visit(
    mut file: &File,
    limit: u64,
    visitor: &mut Visitor<'_>,
) -> Result<(), ArchiveFailure> {
    directory::check_size(&mut file).map_err(damaged)?;
    let reader = BufReader::with_capacity(128 * 1024, file);
    let mut archive = ZipArchive::new(reader).map_err(failed)?;
    // If two entries have one name, this reader shows the last one, and others the first one.
    let twice = if archive.has_duplicate_names() {
        directory::duplicates(&mut file, archive.central_directory_start()).map_err(damaged)?
    } else {
        Vec::new()
    };
    for index in 0..archive.len() {
        let raw = archive.by_index_raw(index).map_err(failed)?;
        let mut entry = describe(&raw);
        if entry.kind != EntryKind::Folder && twice.iter().any(|name| name == raw.name_raw()) {
            entry.kind = EntryKind::Unreadable("it is in the archive more than once".to_owned());
        }
        let packed = raw.compressed_size();
        let content: Box<dyn Read + '_> = if matches!(entry.kind, EntryKind::Unreadable(_)) {
            Box::new(io::empty())
        } else if method::is_own(raw.compression()) {
            method::open(raw).map_err(damaged)?
        } else {
            drop(raw);
            Box::new(archive.by_index(index).map_err(failed)?)
        };
        let mut content = Bounded::new(content, packed, limit);
        if let EntryKind::Link(target) = &mut entry.kind {
            content.by_ref().take(LONGEST_TARGET).read_to_string(target).map_err(damaged)?;
        }
        visitor(&entry, &mut content)?;
    }
    Ok(())
}

/// Returns what the directory says about an entry; a link's target is in its content.
fn describe<R: Read>(raw: &ZipFile<'_, R>) -> Entry {
    let kind = if raw.is_dir() {
        EntryKind::Folder
    } else if let Some(reason) = method::obstacle(raw) {
        EntryKind::Unreadable(reason)
    } else if raw.is_symlink() {
        EntryKind::Link(String::new())
    } else {
        EntryKind::File(Permission::of_mode(raw.unix_mode().unwrap_or_default()))
    };
    Entry {
        path: String::from_utf8_lossy(raw.name_raw()).into_owned(),
        kind,
        size: Some(raw.size()),
    }
}

fn failed(error: ZipError) -> ArchiveFailure {
    damaged(match error {
        ZipError::Io(error) => error,
        other => io::Error::other(other),
    })
}
