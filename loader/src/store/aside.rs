//! Moves a file or a folder to where nothing takes it for a complete one. It does not know why, or what makes it again.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::layout::Store;
use crate::platform;

/// The prefix of the folder for files that probe saw being made: a prune removes it when it is old.
pub(crate) const MADE: &str = "found-";
/// The prefix of the folder for files that probe did not see being made: they belong to the user, and no prune removes them.
pub(crate) const YOURS: &str = "yours-";

/// Moves a file or a folder into the store's directory `damaged`, into a folder of its own whose name begins with `prefix`. A
/// process that has it open for writing continues to write to it there, unless it had to be copied to another file system.
pub(crate) fn put_away(store: &Store, prefix: &str, path: &Path) -> io::Result<PathBuf> {
    let damaged = store.damaged();
    platform::create_folders(&damaged, 0o700)?;
    let folder = tempfile::Builder::new().prefix(prefix).tempdir_in(&damaged)?;
    let to = folder.path().join(path.file_name().unwrap_or_default());
    match fs::rename(path, &to) {
        Err(error) if error.kind() == io::ErrorKind::CrossesDevices => {
            copy(path, &to)?;
            if fs::symlink_metadata(path)?.is_dir() {
                fs::remove_dir_all(path)?;
            } else {
                fs::remove_file(path)?;
            }
        }
        moved => moved?,
    }
    // It is prune's to remove, if anybody's.
    let _ = folder.keep();
    Ok(to)
}

/// Copies a file, a link as a link, or a folder with all its content.
fn copy(from: &Path, to: &Path) -> io::Result<()> {
    let kind = fs::symlink_metadata(from)?.file_type();
    if kind.is_symlink() {
        return platform::link(fs::read_link(from)?, to);
    }
    if !kind.is_dir() {
        return fs::copy(from, to).map(drop);
    }
    fs::create_dir(to)?;
    for entry in fs::read_dir(from)? {
        let name: OsString = entry?.file_name();
        copy(&from.join(&name), &to.join(&name))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_copied_with_its_links() {
        let scratch = tempfile::tempdir().expect("directory");
        let from = scratch.path().join("from");
        fs::create_dir_all(from.join("deep")).expect("create");
        fs::write(from.join("deep/file"), "content").expect("write");
        platform::link("nowhere", &from.join("link")).expect("link");
        let to = scratch.path().join("to");
        copy(&from, &to).expect("copy");
        assert_eq!(fs::read(to.join("deep/file")).expect("read"), b"content");
        assert_eq!(fs::read_link(to.join("link")).expect("a link"), Path::new("nowhere"));
    }
}
