//! Folders under construction: beside their final place, under a temporary name, and renamed in one step. It does not know what
//! is in them.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::litter::{self, PREFIX};
use crate::platform;

/// A folder that no other process looks at. It is removed when dropped.
pub(crate) struct Staging {
    /// Contains the content and nothing else, so that its own name never matters.
    shell: TempDir,
    /// Shows that a live process makes it.
    _held: File,
}

impl Staging {
    /// Begins a folder in `directory`, which must be in the file system of its final name. Removes what killed processes left
    /// there long ago.
    pub(crate) fn create(directory: &Path) -> io::Result<Self> {
        litter::sweep_old(directory, PREFIX)?;
        Self::begin(directory, PREFIX, 0o700)
    }

    /// Begins a folder beside its final path `to`, with the mode of any new folder there.
    pub(crate) fn beside(to: &Path) -> io::Result<Self> {
        let directory = to.parent().ok_or(io::ErrorKind::InvalidInput)?;
        Self::begin(directory, &format!("{}-", litter::prefix_of(to)), 0o777)
    }

    fn begin(directory: &Path, prefix: &str, mode: u32) -> io::Result<Self> {
        loop {
            let shell = tempfile::Builder::new()
                .prefix(prefix)
                .permissions(platform::permissions(0o700))
                .tempdir_in(directory)?;
            // Else it was swept already.
            if let Some(held) = litter::hold_named(shell.path())? {
                let staging = Self { shell, _held: held };
                platform::create_folder(&staging.content(), mode)?;
                return Ok(staging);
            }
        }
    }

    /// Whether another process, which does not see the locks of this machine, has removed it as litter.
    pub(crate) fn is_gone(&self) -> bool {
        !self.shell.path().exists()
    }

    /// Returns the folder to publish.
    pub(crate) fn content(&self) -> PathBuf {
        self.shell.path().join("content")
    }

    /// Gives the folder, which must not be empty, the name `path`. Returns `false` if something already has it.
    pub(crate) fn publish(&self, path: &Path) -> io::Result<bool> {
        // The system does not rename a folder over a file or a non-empty folder.
        match fs::rename(self.content(), path) {
            Ok(()) => sync_parent(path).map(|()| true),
            Err(error) => match error.kind() {
                io::ErrorKind::AlreadyExists
                | io::ErrorKind::DirectoryNotEmpty
                | io::ErrorKind::NotADirectory => Ok(false),
                _ => Err(error),
            },
        }
    }

    /// Gives the folder the name `path`, and removes what had it before. If the system can exchange two names, the name always
    /// exists.
    pub(crate) fn publish_over(self, path: &Path) -> io::Result<()> {
        if platform::exchange(&self.content(), path).is_err() {
            fs::rename(path, self.shell.path().join("former"))?;
            fs::rename(self.content(), path)?;
        }
        sync_parent(path)
    }
}

/// Makes a new name survive a power failure.
fn sync_parent(path: &Path) -> io::Result<()> {
    path.parent().map_or(Ok(()), |parent| platform::flush(&File::open(parent)?))
}
