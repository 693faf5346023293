//! One file of an archive. It does not know formats.

use std::io::{Read, Write};

use super::archive::Archive;
use super::bound::{Bounded, damaged};
use super::entry::EntryKind;
use super::failure::ArchiveFailure;

/// How many symbolic links to follow: libraries have at most two or three names.
const LINKS: usize = 8;
/// How many names to suggest when the requested one is missing.
const SUGGESTIONS: usize = 3;

/// Writes the content of `member` to `out`; `out_failed` makes the cause of a failed write.
///
/// Follows links inside the archive. A compressed file that is not an archive counts as the member,
/// whatever its name is.
///
/// # Errors
///
/// Fails if there is no such file, or two, if a link leaves the archive, or if the archive is
/// damaged.
pub(crate) fn take_file(
    archive: Archive<'_>,
    member: &str,
    out: &mut dyn Write,
    out_failed: &dyn Fn(std::io::Error) -> ArchiveFailure,
) -> Result<(), ArchiveFailure> {
    let refuse = |cause: String| ArchiveFailure::Member { member: member.to_owned(), cause };
    let mut wanted =
        normal(member).ok_or_else(|| refuse("it is no path within an archive".to_owned()))?;
    for _ in 0..LINKS {
        let mut found = None;
        let mut similar = Vec::new();
        archive.visit(&mut |entry, content| {
            let alone = entry.path.is_empty();
            let Some(path) = normal(&entry.path) else {
                // It would leave the archive, so it cannot be the requested file.
                return Ok(());
            };
            if path != wanted && !alone {
                if similar.len() < SUGGESTIONS
                    && entry.kind != EntryKind::Folder
                    && path.last() == wanted.last()
                {
                    similar.push(format!("`{}`", path.join("/")));
                }
                return Ok(());
            }
            if found.is_some() {
                let cause = format!("`{member}`: it is in the archive more than once");
                return Err(ArchiveFailure::Unreadable { cause });
            }
            found = Some(match &entry.kind {
                EntryKind::File(_) => {
                    let Bounded { rest, bomb, .. } = archive.budget();
                    let mut content = Bounded { inner: content, rest, bomb };
                    content.expect(entry)?;
                    copy(&mut content, out, out_failed)?;
                    Hit::File
                }
                EntryKind::Link(target) => Hit::Elsewhere(
                    beside(&path, target)
                        .ok_or_else(|| refuse(format!("its link `{target}` leaves the archive")))?,
                ),
                EntryKind::Same(target) => Hit::Elsewhere(
                    normal(target)
                        .ok_or_else(|| refuse(format!("its link `{target}` leaves the archive")))?,
                ),
                EntryKind::Folder => {
                    return Err(refuse("it is a folder".to_owned()));
                }
                EntryKind::Special => {
                    return Err(refuse("it is a device or the like".to_owned()));
                }
                EntryKind::Unreadable(reason) => {
                    return Err(ArchiveFailure::Unreadable {
                        cause: format!("`{member}`: {reason}"),
                    });
                }
            });
            Ok(())
        })?;
        match found {
            Some(Hit::File) => return Ok(()),
            Some(Hit::Elsewhere(next)) => wanted = next,
            None if similar.is_empty() => {
                return Err(refuse("it is not in the archive".to_owned()));
            }
            None => {
                let similar = similar.join(", ");
                return Err(refuse(format!("the archive has {similar} instead")));
            }
        }
    }
    Err(refuse("its links go round in circles".to_owned()))
}

enum Hit {
    File,
    /// A link to this path.
    Elsewhere(Vec<String>),
}

/// Returns a path's parts without `.`; `None` if it is absolute or leads above its start.
pub(super) fn normal(path: &str) -> Option<Vec<String>> {
    if path.starts_with('/') {
        return None;
    }
    walk(Vec::new(), path)
}

/// Returns where a symbolic link at `path` leads.
fn beside(path: &[String], target: &str) -> Option<Vec<String>> {
    if target.starts_with('/') {
        return None;
    }
    let (_, folder) = path.split_last()?;
    walk(folder.to_vec(), target)
}

fn walk(mut at: Vec<String>, path: &str) -> Option<Vec<String>> {
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                at.pop()?;
            }
            part => at.push(part.to_owned()),
        }
    }
    Some(at)
}

/// Copies, and distinguishes a damaged archive from a full disk.
pub(super) fn copy(
    content: &mut dyn Read,
    out: &mut dyn Write,
    out_failed: &dyn Fn(std::io::Error) -> ArchiveFailure,
) -> Result<(), ArchiveFailure> {
    let mut chunk = vec![0; 128 * 1024];
    loop {
        match content.read(&mut chunk) {
            Ok(0) => return Ok(()),
            Ok(count) => out.write_all(&chunk[..count]).map_err(out_failed)?,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => return Err(damaged(error)),
        }
    }
}
