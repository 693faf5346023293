//! Moving a torn file to where nobody takes it for a whole one. It does not know why the file is torn, or who makes it anew.

use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use crate::store::Store;

/// A file that was moved out of the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Aside {
    /// Where it was.
    pub from: PathBuf,
    /// Where it is now: in the store's directory `damaged`, until a prune finds it old.
    pub to: PathBuf,
}

/// Moves a file or a folder into the store's directory `damaged`, into a folder of its own whose name begins with `prefix`. Who has
/// it open for writing goes on writing to it there, unless it had to be copied to another file system.
pub(crate) fn put_away(store: &Store, prefix: &str, path: &Path) -> io::Result<PathBuf> {
    let damaged = store.damaged();
    DirBuilder::new().recursive(true).mode(0o700).create(&damaged)?;
    let folder = tempfile::Builder::new().prefix(prefix).tempdir_in(&damaged)?;
    let to = folder.path().join(path.file_name().unwrap_or_default());
    match fs::rename(path, &to) {
        Err(error) if error.kind() == io::ErrorKind::CrossesDevices => {
            fs::copy(path, &to)?;
            fs::remove_file(path)?;
        }
        moved => moved?,
    }
    // It is prune's to remove.
    let _ = folder.keep();
    Ok(to)
}
