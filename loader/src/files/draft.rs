//! Files under construction: they have no name until they are complete, and are published in one step. It does not know what it
//! writes.
//!
//! If the file system supports it (`O_TMPFILE`), a draft has no name, so nothing is left of it when its process is killed.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use tempfile::TempPath;

use super::litter::{self, PREFIX};
use crate::platform;

/// What a draft becomes: decides its mode, and whether it must survive a power failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// A file in the store: read-only, durable.
    Stored(Permission),
    /// A file at a place outside the store: durable, with the mode of any new file there.
    Placed(Permission),
    /// A record that can be made again: private, and not flushed.
    Record,
}

/// Whether a file may be executed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Permission {
    Read,
    Execute,
}

/// The result of publishing a draft without overwriting.
pub(crate) enum Published {
    /// It now has the name.
    Here,
    /// Another file already had the name; the draft is unchanged.
    Elsewhere(Draft),
}

/// A file that no other process can see yet.
pub(crate) struct Draft {
    file: File,
    directory: PathBuf,
    purpose: Purpose,
    /// The temporary name, if the file system does not support drafts without one.
    name: Option<TempPath>,
}

impl Draft {
    /// Begins a file in `directory`, which must be in the file system of its final name.
    pub(crate) fn create(directory: &Path, purpose: Purpose) -> io::Result<Self> {
        Self::begin(directory, PREFIX, purpose)
    }

    /// Begins a file that will be at `path`.
    pub(crate) fn beside(path: &Path, purpose: Purpose) -> io::Result<Self> {
        let directory = path.parent().ok_or(io::ErrorKind::InvalidInput)?;
        Self::begin(directory, &format!("{}-", litter::prefix_of(path)), purpose)
    }

    fn begin(directory: &Path, prefix: &str, purpose: Purpose) -> io::Result<Self> {
        match platform::unnamed(directory, purpose.mode()) {
            Ok(file) => Self::new(file, directory, purpose, None),
            Err(error) if platform::lacks_unnamed(&error) => {
                Self::create_named(directory, prefix, purpose)
            }
            Err(error) => Err(error),
        }
    }

    fn create_named(directory: &Path, prefix: &str, purpose: Purpose) -> io::Result<Self> {
        loop {
            let (file, path) = tempfile::Builder::new()
                .prefix(prefix)
                .permissions(platform::permissions(purpose.mode()))
                .tempfile_in(directory)?
                .into_parts();
            // A process that cleans up may have removed it before it was locked.
            let draft = Self::new(file, directory, purpose, Some(path))?;
            if platform::names(&draft.file.metadata()?) > 0 {
                return Ok(draft);
            }
        }
    }

    fn new(
        file: File,
        directory: &Path,
        purpose: Purpose,
        name: Option<TempPath>,
    ) -> io::Result<Self> {
        if let Purpose::Stored(_) = purpose {
            // A umask must not decide who can read the store's files.
            file.set_permissions(platform::permissions(purpose.mode()))?;
        }
        litter::hold(&file);
        Ok(Self { file, directory: directory.to_owned(), purpose, name })
    }

    /// Lets everyone who may read it execute it too.
    pub(crate) fn make_executable(&mut self) -> io::Result<()> {
        let mode = platform::file_mode(&self.file.metadata()?);
        let (Purpose::Stored(permission) | Purpose::Placed(permission)) = &mut self.purpose else {
            return Ok(());
        };
        *permission = Permission::Execute;
        self.file.set_permissions(platform::permissions(mode | (mode & 0o444) >> 2))
    }

    /// Whether it may be executed.
    pub(crate) fn is_executable(&self) -> bool {
        matches!(
            self.purpose,
            Purpose::Stored(Permission::Execute) | Purpose::Placed(Permission::Execute)
        )
    }

    /// Takes over the content of `source` without copying, if the file system can share it. Returns whether it did.
    ///
    /// # Errors
    ///
    /// Fails if another process has removed the draft as litter.
    pub(crate) fn share(self, source: &File) -> io::Result<(Self, bool)> {
        let (file, is_shared) = match platform::share(source, self.file, self.name.as_deref()) {
            Ok(file) => (file, true),
            Err(file) => (file, false),
        };
        if self.name.is_some() && platform::names(&file.metadata()?) == 0 {
            return Err(io::ErrorKind::NotFound.into());
        }
        Ok((Self { file, ..self }, is_shared))
    }

    /// Returns the file, open for reading. It is also open for writing, unless it shares the content of another file.
    pub(crate) fn file(&self) -> &File {
        &self.file
    }

    /// Gives the file the name `path`, unless something already has it.
    pub(crate) fn publish(mut self, path: &Path) -> io::Result<Published> {
        self.flush_to_disk()?;
        let linked = match self.name.take() {
            None => platform::name_unnamed(&self.file, path),
            Some(name) => name.persist_noclobber(path).map_err(|failed| {
                self.name = Some(failed.path);
                failed.error
            }),
        };
        match linked {
            Ok(()) => {
                sync_parent(path, self.purpose)?;
                Ok(Published::Here)
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                Ok(Published::Elsewhere(self))
            }
            Err(error) => Err(error),
        }
    }

    /// Gives the file the name `path`, and replaces what had it. The name always exists, and the old file is not written to.
    pub(crate) fn publish_over(self, path: &Path) -> io::Result<()> {
        self.flush_to_disk()?;
        match self.name {
            None => link_over(&self.file, &self.directory, path)?,
            Some(name) => name.persist(path).map_err(|error| error.error)?,
        }
        sync_parent(path, self.purpose)
    }

    fn flush_to_disk(&self) -> io::Result<()> {
        match self.purpose {
            Purpose::Stored(_) | Purpose::Placed(_) => platform::flush(&self.file),
            Purpose::Record => Ok(()),
        }
    }
}

impl Write for Draft {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        self.file.write(buffer)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Permission {
    /// Returns the permission that the mode of an existing file shows.
    pub(crate) fn of_mode(mode: u32) -> Self {
        if mode & 0o111 == 0 { Self::Read } else { Self::Execute }
    }

    /// Returns the mode of a file in the store.
    pub(crate) fn stored_mode(self) -> u32 {
        Purpose::Stored(self).mode()
    }
}

impl Purpose {
    /// Returns the mode; the umask applies to a placed file.
    pub(crate) fn mode(self) -> u32 {
        match self {
            Self::Stored(Permission::Read) => 0o444,
            Self::Stored(Permission::Execute) => 0o555,
            Self::Placed(Permission::Read) => 0o666,
            Self::Placed(Permission::Execute) => 0o777,
            Self::Record => 0o600,
        }
    }
}

/// Links `file` to a temporary name and renames that over `path`. The temporary name depends only on `path`. A process that finds
/// it taken first finishes the work of the other one. So no process waits, and the next one removes what a killed process left.
fn link_over(file: &File, directory: &Path, path: &Path) -> io::Result<()> {
    let passing = passing_name(directory, path);
    loop {
        let linked = platform::name_unnamed(file, &passing);
        let renamed = match &linked {
            Ok(()) => fs::rename(&passing, path),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                fs::rename(&passing, path)
            }
            Err(_) => return linked,
        };
        match renamed {
            // Another one was as helpful to us.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            result => result?,
        }
        if linked.is_ok() {
            return Ok(());
        }
    }
}

fn passing_name(directory: &Path, path: &Path) -> PathBuf {
    directory.join(litter::prefix_of(path))
}

/// Makes the name of a published file survive a power failure.
fn sync_parent(path: &Path, purpose: Purpose) -> io::Result<()> {
    match (purpose, path.parent()) {
        (Purpose::Stored(_) | Purpose::Placed(_), Some(parent)) => {
            platform::flush(&File::open(parent)?)
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Create = fn(&Path, Purpose) -> io::Result<Draft>;
    const WAYS: [Create; 2] =
        [Draft::create, |directory, purpose| Draft::create_named(directory, PREFIX, purpose)];
    const STORED: Purpose = Purpose::Stored(Permission::Execute);

    fn draft(create: Create, directory: &Path, content: &[u8]) -> Draft {
        let mut draft = create(directory, STORED).expect("create");
        draft.write_all(content).expect("write");
        draft
    }

    fn names(directory: &Path) -> Vec<String> {
        let mut names = fs::read_dir(directory)
            .expect("list")
            .map(|entry| entry.expect("entry").file_name().to_string_lossy().into_owned())
            .collect::<Vec<_>>();
        names.sort();
        names
    }

    #[test]
    fn publishing_gives_content_and_mode_and_leaves_nothing_else() {
        for create in WAYS {
            let directory = tempfile::tempdir().expect("directory");
            let path = directory.path().join("lib");
            let published = draft(create, directory.path(), b"new").publish(&path);
            assert!(matches!(published.expect("publish"), Published::Here));
            assert_eq!(fs::read(&path).expect("read"), b"new");
            assert_eq!(platform::file_mode(&fs::metadata(&path).expect("stat")), 0o555);
            assert_eq!(names(directory.path()), ["lib"]);
        }
    }

    #[test]
    fn publishing_does_not_overwrite() {
        for create in WAYS {
            let directory = tempfile::tempdir().expect("directory");
            let path = directory.path().join("lib");
            fs::write(&path, b"old").expect("write");
            let published = draft(create, directory.path(), b"new").publish(&path);
            let Published::Elsewhere(kept) = published.expect("publish") else {
                panic!("the name was taken");
            };
            assert_eq!(fs::read(&path).expect("read"), b"old");
            kept.publish_over(&path).expect("publish");
            assert_eq!(fs::read(&path).expect("read"), b"new");
            assert_eq!(names(directory.path()), ["lib"]);
        }
    }

    #[test]
    fn publishing_over_replaces_the_inode() {
        for create in WAYS {
            let directory = tempfile::tempdir().expect("directory");
            let path = directory.path().join("lib");
            fs::write(&path, b"old").expect("write");
            let reader = File::open(&path).expect("open");
            let old = platform::inode(&reader.metadata().expect("stat"));
            draft(create, directory.path(), b"new").publish_over(&path).expect("publish");
            assert_eq!(fs::read(&path).expect("read"), b"new");
            assert_ne!(platform::inode(&fs::metadata(&path).expect("stat")), old);
            assert_eq!(io::read_to_string(reader).expect("read"), "old");
            assert_eq!(names(directory.path()), ["lib"]);
        }
    }

    #[test]
    fn a_passing_name_left_by_a_killed_process_is_swept() {
        let directory = tempfile::tempdir().expect("directory");
        let path = directory.path().join("lib");
        fs::write(passing_name(directory.path(), &path), b"killed").expect("write");
        draft(Draft::create, directory.path(), b"new").publish_over(&path).expect("publish");
        assert_eq!(fs::read(&path).expect("read"), b"new");
        assert_eq!(names(directory.path()), ["lib"]);
    }

    #[test]
    fn a_dropped_draft_leaves_nothing() {
        for create in WAYS {
            let directory = tempfile::tempdir().expect("directory");
            drop(draft(create, directory.path(), b"half"));
            assert!(names(directory.path()).is_empty());
        }
    }
}
