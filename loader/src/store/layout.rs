//! The layout of the store's directory. It does not know libraries, the holders of locks, or the
//! network.
//!
//! ```text
//! files/<sha256 of the file>/<original name>   read-only; published complete, never written again
//! files/<digest of a listing>/<folder's name>/ its files are read-only; renamed into place when complete
//! files/.probe-<random>                        a folder during extraction; no process trusts it
//! entries/<key>                                what is known about a download: digest, size, stamp of its file
//! places/<key>                                 what was put at a place outside the store
//! builds/<key>                                 a command's last success: inputs and outputs; or what was seen being made at some
//!                                              paths; or what was there before a make that has not ended well
//! listings/<key>                               the published content of a folder
//! usage/<key>                                  what a file was last used for; its modification time says when
//! holds/<random>                               what one live loader uses
//! damaged/<digest>-<random>/<name>             what a check moved aside
//! damaged/found-<random>/<name>                what was incomplete (torn) or suspect, and was seen being made
//! damaged/yours-<random>/<name>                what was incomplete, of unknown origin: never removed
//! pruning                                      exists while the store is pruned
//! locks/<key>                                  permanent and empty; never removed
//! locks/<key>.holder                           the process that holds it, for messages
//! locks/<key>.gate                             held by a process that makes what others use, or waits to do so
//! locks/<key>.wanted                           exists while the gate is held
//! ```

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::digest::Sha256;
use crate::files::{Draft, Published, Purpose};
use crate::interface::StoreError;
use crate::platform;

/// The name of a record or a lock: a digest of its subject.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Key(Sha256);

impl Key {
    /// Makes a key from a sequence of parts. Different sequences have different keys.
    pub(crate) fn new<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> Self {
        let mut bytes = Vec::new();
        for part in parts {
            bytes.extend_from_slice(&(part.len() as u64).to_le_bytes());
            bytes.extend_from_slice(part);
        }
        Self(Sha256::of(&bytes))
    }

    pub(crate) fn digest(self) -> Sha256 {
        self.0
    }

    /// Returns eight bytes of it, to make random sequences differ from each other.
    pub(crate) fn salt(self) -> u64 {
        self.0.as_bytes().iter().take(8).fold(0, |salt, byte| salt << 8 | u64::from(*byte))
    }
}

/// The kinds of records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shelf {
    Entries,
    Places,
    Builds,
    Listings,
    Usage,
}

/// An open store.
#[derive(Debug)]
pub(crate) struct Store {
    root: PathBuf,
}

const DIRECTORIES: [&str; 9] =
    ["files", "entries", "places", "builds", "listings", "usage", "holds", "damaged", "locks"];

impl Store {
    /// Opens the store at `root` and creates missing directories.
    pub(crate) fn open(root: &Path) -> Result<Self, StoreError> {
        if !root.is_absolute() {
            return Err(StoreError::Relative { path: root.to_owned() });
        }
        // The way to the store may lead through links; the store itself may not.
        create_directory(root)?;
        let user = platform::user();
        own(root, fs::metadata(root), user)?;
        for name in DIRECTORIES {
            let path = root.join(name);
            create_directory(&path)?;
            own(&path, fs::symlink_metadata(&path), user)?;
        }
        Ok(Self { root: root.to_owned() })
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// Returns the directory where loaders say what they use.
    pub(crate) fn holds(&self) -> PathBuf {
        self.root.join("holds")
    }

    /// Returns the directory for damaged files.
    pub(crate) fn damaged(&self) -> PathBuf {
        self.root.join("damaged")
    }

    /// Returns the file that exists while the store is pruned.
    pub(crate) fn pruning(&self) -> PathBuf {
        self.root.join("pruning")
    }

    pub(crate) fn files(&self) -> PathBuf {
        self.root.join("files")
    }

    /// Returns the folder of the files with one digest.
    pub(crate) fn shelf_of(&self, digest: Sha256) -> PathBuf {
        shelf_path(&self.root, digest)
    }

    pub(crate) fn lock(&self, key: Key) -> PathBuf {
        self.root.join("locks").join(key.0.to_string())
    }

    /// Reads a record. Returns `None` if it is missing, damaged or of another version.
    pub(crate) fn record<T: DeserializeOwned>(&self, shelf: Shelf, key: Key) -> Option<T> {
        let mut text = Vec::with_capacity(1024);
        File::open(self.record_path(shelf, key))
            .and_then(|mut file| file.read_to_end(&mut text))
            .ok()?;
        serde_json::from_slice(&text).ok()
    }

    /// Writes a record; replaces an earlier one.
    pub(crate) fn write_record(
        &self,
        shelf: Shelf,
        key: Key,
        record: &impl Serialize,
    ) -> io::Result<()> {
        let path = self.record_path(shelf, key);
        let text = serde_json::to_vec(record)?;
        if fs::read(&path).is_ok_and(|known| known == text) {
            return Ok(());
        }
        let mut draft = Draft::create(&self.root.join(shelf.name()), Purpose::Record)?;
        draft.write_all(&text)?;
        match draft.publish(&path)? {
            Published::Here => Ok(()),
            Published::Elsewhere(draft) => draft.publish_over(&path),
        }
    }

    /// Returns all readable records of one kind, with their paths, sorted by path.
    pub(crate) fn records<T: DeserializeOwned>(
        &self,
        shelf: Shelf,
    ) -> io::Result<Vec<(PathBuf, T)>> {
        let mut records = Vec::new();
        for entry in fs::read_dir(self.root.join(shelf.name()))? {
            let path = entry?.path();
            let text = match fs::read(&path) {
                Ok(text) => text,
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                Err(error) => return Err(error),
            };
            if let Ok(record) = serde_json::from_slice(&text) {
                records.push((path, record));
            }
        }
        records.sort_by(|(one, _), (other, _)| one.cmp(other));
        Ok(records)
    }

    /// Returns when a record was last written or touched.
    pub(crate) fn record_time(&self, shelf: Shelf, key: Key) -> Option<SystemTime> {
        fs::metadata(self.record_path(shelf, key)).and_then(|metadata| metadata.modified()).ok()
    }

    /// Makes a record count as written now.
    #[expect(clippy::disallowed_methods, reason = "the record says that it was used now")]
    pub(crate) fn touch_record(&self, shelf: Shelf, key: Key) -> io::Result<()> {
        File::open(self.record_path(shelf, key))?.set_modified(SystemTime::now())
    }

    pub(crate) fn remove_record(&self, shelf: Shelf, key: Key) -> io::Result<()> {
        fs::remove_file(self.record_path(shelf, key))
    }

    fn record_path(&self, shelf: Shelf, key: Key) -> PathBuf {
        record_path(&self.root, shelf, key)
    }
}

/// Returns the folder of the files with one digest, in the store at `root`.
pub(crate) fn shelf_path(root: &Path, digest: Sha256) -> PathBuf {
    let mut path = root.join("files");
    path.push(digest.to_string());
    path
}

/// Returns the path of a record in the store at `root`.
pub(crate) fn record_path(root: &Path, shelf: Shelf, key: Key) -> PathBuf {
    let mut path = root.join(shelf.name());
    path.push(key.0.to_string());
    path
}

impl Shelf {
    fn name(self) -> &'static str {
        match self {
            Self::Entries => "entries",
            Self::Places => "places",
            Self::Builds => "builds",
            Self::Listings => "listings",
            Self::Usage => "usage",
        }
    }
}

/// Removes a file, unless it is already gone.
pub(crate) fn remove_file(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Creates a directory for its owner alone, with all parent directories.
fn create_directory(path: &Path) -> Result<(), StoreError> {
    platform::create_folders(path, 0o700).map_err(StoreError::disk("create", path))
}

/// Refuses what another user could change, and removes the write permission of others.
fn own(path: &Path, metadata: io::Result<fs::Metadata>, user: u32) -> Result<(), StoreError> {
    let metadata = metadata.map_err(StoreError::disk("look at", path))?;
    let path = path.to_owned();
    if !metadata.is_dir() {
        return Err(StoreError::NoDirectory { path });
    }
    if platform::owner(&metadata) != user {
        return Err(StoreError::Foreign { path });
    }
    let mode = platform::mode(&metadata);
    if mode & 0o022 != 0 {
        fs::set_permissions(&path, platform::permissions(mode & 0o7755))
            .map_err(StoreError::disk("protect", &path))?;
    }
    Ok(())
}
