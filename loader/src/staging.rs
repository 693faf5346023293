//! Folders under construction: beside their later place, under a name that nobody looks for, and renamed in one step. It does not
//! know what is in them.

use std::fs::{self, DirBuilder, File, Permissions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use tempfile::TempDir;

use crate::digest::Sha256;

/// How the names of unfinished folders begin.
pub(crate) const PREFIX: &str = ".probe-";
/// An unfinished folder of this age was left by a process that was killed: nothing takes so long to unpack.
const ABANDONED: Duration = Duration::from_secs(24 * 60 * 60);

/// A folder that nobody else looks at. It is removed when dropped.
pub(crate) struct Staging {
    /// Holds the content and nothing else, so that its own name never matters.
    shell: TempDir,
}

impl Staging {
    /// Begins a folder in `directory`, which must be in the file system of its later name, and removes what killed processes
    /// left there long ago.
    pub(crate) fn create(directory: &Path) -> io::Result<Self> {
        Self::begin(directory, PREFIX, 0o700)
    }

    /// Begins a folder beside `to`, which it will become, with the mode of any new folder there. Of what lies there only the
    /// remains of earlier ones for the same name are removed.
    pub(crate) fn beside(to: &Path) -> io::Result<Self> {
        let directory = to.parent().ok_or(io::ErrorKind::InvalidInput)?;
        let name = Sha256::of(to.as_os_str().as_encoded_bytes()).to_string();
        Self::begin(directory, &format!("{PREFIX}{}-", &name[..16]), 0o777)
    }

    fn begin(directory: &Path, prefix: &str, mode: u32) -> io::Result<Self> {
        sweep(directory, prefix)?;
        let shell = tempfile::Builder::new()
            .prefix(prefix)
            .permissions(Permissions::from_mode(0o700))
            .tempdir_in(directory)?;
        let staging = Self { shell };
        DirBuilder::new().mode(mode).create(staging.content())?;
        Ok(staging)
    }

    /// The folder that will be published.
    pub(crate) fn content(&self) -> PathBuf {
        self.shell.path().join("content")
    }

    /// Gives the folder, which must not be empty, the name `path`. False if something has it already.
    pub(crate) fn publish(&self, path: &Path) -> io::Result<bool> {
        // No folder is renamed over a file, or over a folder with something in it.
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

    /// Gives the folder the name `path`, and removes what had it before. Where the system can exchange two names, the name
    /// never vanishes.
    pub(crate) fn publish_over(self, path: &Path) -> io::Result<()> {
        if exchange(&self.content(), path).is_err() {
            fs::rename(path, self.shell.path().join("former"))?;
            fs::rename(self.content(), path)?;
        }
        sync_parent(path)
    }
}

#[cfg(any(target_os = "linux", target_os = "macos"))]
fn exchange(one: &Path, other: &Path) -> io::Result<()> {
    use rustix::fs::{CWD, RenameFlags};

    rustix::fs::renameat_with(CWD, one, CWD, other, RenameFlags::EXCHANGE)?;
    Ok(())
}

#[cfg(not(any(target_os = "linux", target_os = "macos")))]
fn exchange(_: &Path, _: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

/// Makes a new name survive a power failure.
fn sync_parent(path: &Path) -> io::Result<()> {
    path.parent().map_or(Ok(()), |parent| File::open(parent)?.sync_all())
}

/// Removes what was abandoned in a directory: whatever has a name that begins with `prefix`, and is old. What cannot be removed
/// only costs space.
pub(crate) fn sweep(directory: &Path, prefix: &str) -> io::Result<()> {
    let now = SystemTime::now();
    for entry in fs::read_dir(directory)? {
        let entry = entry?;
        if !entry.file_name().as_encoded_bytes().starts_with(prefix.as_bytes()) {
            continue;
        }
        let Ok(metadata) = entry.metadata() else { continue };
        let age = metadata.modified().map(|time| now.duration_since(time).unwrap_or_default());
        if age.is_ok_and(|age| age > ABANDONED) {
            if metadata.is_dir() {
                fs::remove_dir_all(entry.path()).ok();
            } else {
                fs::remove_file(entry.path()).ok();
            }
        }
    }
    Ok(())
}
