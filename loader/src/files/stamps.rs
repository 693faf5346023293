//! Shows without reading any content that a folder's content is unchanged. It does not know the
//! purpose of the folder.
//!
//! Only the names from the caller count, so what others add to the folder does not. The times of
//! folders show only such additions, so they never count.

use std::fs;
use std::io;
use std::path::Path;
use std::time::SystemTime;

use super::stamp::Stamp;
use crate::digest::Sha256;

/// Some names in a folder at one moment.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stamps {
    /// The digest of every name with its stamp.
    pub(crate) digest: Sha256,
    /// The sum of the sizes of the files, in bytes.
    pub(crate) size: u64,
    /// The latest modification time of the files, if there is one.
    pub(crate) modified: Option<SystemTime>,
}

/// Looks at `names`, paths relative to `folder`. Records missing ones as missing.
///
/// # Errors
///
/// Fails if something cannot be examined.
pub(crate) fn of<'a>(folder: &Path, names: impl Iterator<Item = &'a str>) -> io::Result<Stamps> {
    let (mut text, mut size, mut modified) = (Vec::new(), 0, None);
    for name in names {
        text.extend_from_slice(name.as_bytes());
        text.push(0);
        let metadata = match fs::symlink_metadata(folder.join(name)) {
            Ok(metadata) => metadata,
            Err(error) if is_absent(&error) => {
                text.extend_from_slice(b"absent");
                continue;
            }
            Err(error) => return Err(error),
        };
        if metadata.is_dir() {
            text.extend_from_slice(b"folder");
        } else if metadata.is_file() && metadata.len() == 0 {
            // Nothing in it can change: locks and markers are touched by their users.
            text.extend_from_slice(b"empty");
        } else {
            size += metadata.len();
            modified = modified.max(metadata.modified().ok());
            serde_json::to_writer(&mut text, &Stamp::of(&metadata))?;
        }
    }
    Ok(Stamps { digest: Sha256::of(&text), size, modified })
}

/// Looks at everything in `folder`.
///
/// # Errors
///
/// Fails if something cannot be listed or examined.
pub(crate) fn of_all(folder: &Path) -> io::Result<Stamps> {
    of(folder, names(folder)?.iter().map(String::as_str))
}

/// Returns the files, folders and links in `folder`, as relative paths, sorted. Leaves out sockets
/// and similar files, which belong to processes, and names that are not UTF-8, which no published
/// folder contains.
///
/// # Errors
///
/// Fails if a folder cannot be listed.
pub(crate) fn names(folder: &Path) -> io::Result<Vec<String>> {
    let mut names = Vec::new();
    let mut folders = vec![String::new()];
    while let Some(inner) = folders.pop() {
        let entries = match fs::read_dir(folder.join(&inner)) {
            // Gone meanwhile.
            Err(error) if is_absent(&error) && !inner.is_empty() => continue,
            entries => entries?,
        };
        for entry in entries {
            let entry = entry?;
            let kind = entry.file_type()?;
            let counts = kind.is_file() || kind.is_dir() || kind.is_symlink();
            let Some(name) = entry.file_name().to_str().filter(|_| counts).map(str::to_owned)
            else {
                continue;
            };
            let path = if inner.is_empty() { name } else { format!("{inner}/{name}") };
            if kind.is_dir() {
                folders.push(path.clone());
            }
            names.push(path);
        }
    }
    names.sort();
    Ok(names)
}

/// Returns what is in `folder` but not in `known`, as relative paths, sorted. For an unknown folder
/// it returns only the name with a slash. The number of paths is limited.
///
/// # Errors
///
/// Fails if a folder cannot be listed.
pub(crate) fn beside(
    folder: &Path,
    known: &dyn Fn(&str) -> bool,
    most: usize,
) -> io::Result<Vec<String>> {
    let mut beside = Vec::new();
    let mut folders = vec![String::new()];
    while let Some(inner) = folders.pop() {
        for entry in fs::read_dir(folder.join(&inner))? {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let path = if inner.is_empty() { name } else { format!("{inner}/{name}") };
            let is_folder = entry.file_type()?.is_dir();
            match (known(&path), is_folder) {
                (true, true) => folders.push(path),
                (true, false) => {}
                (false, true) => beside.push(format!("{path}/")),
                (false, false) => beside.push(path),
            }
            if beside.len() == most {
                return Ok(beside);
            }
        }
    }
    beside.sort();
    Ok(beside)
}

fn is_absent(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}
