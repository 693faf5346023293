//! Files and folders in the store: looked up by what is known of a download, and put there once. It does not know where they
//! come from.

use std::fs::{self, DirBuilder, File, Permissions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::folder::{self, FolderParcel};
use super::layer;
use crate::digest::Sha256;
use crate::errands::Errand;
use crate::fetching::Content;
use crate::files::{Draft, Listing, Permission, Published, Stamp};
use crate::interface::{Cause, Kind, StoreError, Verify};
use crate::locks::holds::Holds;
use crate::store::{Key, Shelf, Store, usage};
use crate::verdict::fitness;
use crate::watch::{Counted, Expected, Seen};

/// The version of [`Entry`]. Records of another version are not read.
const FORMAT: u32 = 1;

/// What a download was: enough to pin it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pin {
    /// Where it came from, without secrets.
    pub url: String,
    /// The digest of the downloaded bytes.
    pub sha256: Sha256,
    /// How many they are.
    pub size: u64,
}

/// What something in the store is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// A file.
    File,
    /// A folder.
    Folder,
}

/// A whole file or folder in the store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Stored {
    pub(crate) path: PathBuf,
    pub(crate) digest: Sha256,
    pub(crate) size: u64,
    pub(crate) pin: Option<Pin>,
    /// Whether it was found at the library's place rather than fetched.
    pub(crate) adopted: bool,
    /// What a folder was published with.
    pub(crate) listing: Option<Arc<Listing>>,
}

/// What the store knows under a key.
#[derive(Debug, Serialize, Deserialize)]
struct Entry {
    format: u32,
    pin: Option<Pin>,
    /// The digest of the file, which is another one than that of an archive that it was in.
    file: Sha256,
    name: String,
    stamp: Stamp,
    /// The local file that it is a copy of.
    source: Option<Stamp>,
    /// The lower store that it is in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    layer: Option<PathBuf>,
}

/// What is ready for the store.
pub(crate) struct Parcel<'a> {
    pub(crate) content: Content,
    pub(crate) name: &'a str,
    pub(crate) pin: Option<Pin>,
    pub(crate) source: Option<Stamp>,
    pub(crate) adopted: bool,
}

/// The store's files, for one import.
#[derive(Clone, Copy)]
pub(crate) struct Shelves<'a> {
    pub(crate) errand: &'a Errand<'a>,
    pub(crate) store: &'a Store,
    pub(crate) holds: &'a Holds,
    pub(crate) kind: Kind,
}

/// What an entry says.
#[derive(Debug)]
pub(crate) struct Known {
    pub(crate) path: PathBuf,
    pub(crate) expected: Expected,
    /// Of a folder: what it was published with, if that is written down.
    pub(crate) counted: Option<Counted>,
}

/// Something that a record refers to.
#[derive(Debug)]
pub(crate) struct Reference {
    pub(crate) record: PathBuf,
    pub(crate) digest: Sha256,
    pub(crate) name: String,
    /// The URL that it came from.
    pub(crate) origin: Option<String>,
}

/// What is entered under `key`, a file or a folder: where it is, and what it should be. Looks at nothing but the record.
pub(crate) fn known(store: &Store, key: Key) -> Option<Known> {
    let Some(entry) = store.record::<Entry>(Shelf::Entries, key) else {
        return folder::known(store, key);
    };
    let expected = Expected {
        digest: entry.file,
        size: Some(entry.stamp.size),
        seen: Some(Seen::File(entry.stamp)),
    };
    let path = layer::path(store, entry.layer.as_deref(), entry.file, &entry.name)?;
    (entry.format == FORMAT).then_some(Known { path, expected, counted: None })
}

/// Everything in this store that records refer to.
pub(crate) fn references(store: &Store) -> Result<Vec<Reference>, StoreError> {
    /// What entries of files and of folders have in common.
    #[derive(Deserialize)]
    struct AnyEntry {
        #[serde(alias = "listing")]
        file: Sha256,
        name: String,
        pin: Option<Pin>,
        layer: Option<PathBuf>,
    }

    let records = store
        .records::<AnyEntry>(Shelf::Entries)
        .map_err(StoreError::disk("read the records of", store.root()))?;
    let reference = |(record, entry): (_, AnyEntry)| Reference {
        record,
        digest: entry.file,
        name: entry.name,
        origin: entry.pin.map(|pin| pin.url),
    };
    Ok(records.into_iter().filter(|(_, entry)| entry.layer.is_none()).map(reference).collect())
}

/// The URL that gave the file with this digest, whatever it was called; the first of several.
pub(crate) fn origin(store: &Store, digest: Sha256) -> Option<String> {
    // What cannot be read is not known.
    let references = references(store).unwrap_or_default().into_iter();
    references.filter(|known| known.digest == digest).filter_map(|known| known.origin).min()
}

impl Shelves<'_> {
    /// Looks for a whole file under `key`, copied from a local file with the stamp `source` if that is given; in this store, and
    /// then in the lower ones. Reads no more than the file's head, unless stamps are not to be trusted, or this one says that the
    /// file was never seen, or moved or touched: then the file is hashed.
    ///
    /// # Errors
    ///
    /// The store is being pruned, and that takes too long.
    pub(crate) fn look(&self, key: Key, source: Option<Stamp>) -> Result<Option<Stored>, Cause> {
        let settings = self.errand.settings;
        let fits =
            |entry: &Entry| entry.format == FORMAT && (source.is_none() || entry.source == source);
        if let Some(entry) = self.store.record::<Entry>(Shelf::Entries, key).filter(fits)
            && self.may_use(entry.layer.as_deref(), entry.file)?
            && let Some(stored) = self.trust(key, entry, settings.verify)
        {
            return Ok(Some(stored));
        }
        Ok(settings.lower.iter().find_map(|root| {
            let entry = layer::record::<Entry>(root, key).filter(fits)?;
            self.trust(key, Entry { layer: Some(root.clone()), ..entry }, Verify::Always)
        }))
    }

    /// What an entry promises, if that is there and whole.
    fn trust(&self, key: Key, mut entry: Entry, verify: Verify) -> Option<Stored> {
        let path = layer::path(self.store, entry.layer.as_deref(), entry.file, &entry.name)?;
        let mut file = layer::open(&path).ok()?;
        let metadata = file.metadata().ok()?;
        let stamp = Stamp::of(&metadata);
        if stamp != entry.stamp || verify == Verify::Always {
            let (digest, _) = Sha256::of_reader(&mut file).ok()?;
            if digest != entry.file {
                return None;
            }
            entry.stamp = stamp;
            // A store that cannot be written to is hashed again next time.
            self.store.write_record(Shelf::Entries, key, &entry).ok();
        }
        fitness::check(self.kind, &file, stamp.size, self.errand.settings.machine).ok()?;
        if fitness::permission(self.kind) == Permission::Execute && metadata.mode() & 0o111 == 0 {
            // Stored for another kind; in a lower store it stays as it is.
            entry.layer.is_none().then(|| permit(&path).ok())??;
        }
        let Entry { file: digest, pin, .. } = entry;
        Some(Stored { path, digest, size: stamp.size, pin, adopted: false, listing: None })
    }

    /// Whether what has this digest may be used: of this store it is held first, and a lower store must still be one.
    pub(super) fn may_use(&self, layer: Option<&Path>, digest: Sha256) -> Result<bool, Cause> {
        match layer {
            Some(root) => Ok(self.errand.settings.lower.iter().any(|lower| lower == root)),
            None => self.hold(digest).map(|()| true),
        }
    }

    /// Puts a file or a folder into the store and enters it under `keys`.
    pub(crate) fn put(&self, parcel: Parcel<'_>, keys: &[Key]) -> Result<Stored, Cause> {
        let Parcel { content, name, pin, source, adopted } = parcel;
        let (draft, digest) = match content {
            Content::File { draft, digest } => (draft, digest),
            Content::Folder { staging, listing } => {
                let listing = Arc::new(listing);
                let parcel = FolderParcel { staging, listing, name, pin, source };
                return self.put_folder(parcel, keys);
            }
        };
        self.hold(digest)?;
        let folder = self.store.shelf_of(digest);
        let path = folder.join(name);
        self.create_folder(&folder).map_err(Cause::disk("create", &folder))?;
        let stamp = self.publish(draft, digest, &path).map_err(Cause::disk("publish", &path))?;
        let entry = Entry {
            format: FORMAT,
            pin,
            file: digest,
            name: name.to_owned(),
            stamp,
            source,
            layer: None,
        };
        for key in keys {
            self.store
                .write_record(Shelf::Entries, *key, &entry)
                .map_err(Cause::disk("record", &path))?;
        }
        let size = stamp.size;
        Ok(Stored { path, digest, size, pin: entry.pin, adopted, listing: None })
    }

    /// Keeps what has this digest from being pruned while the loader lives, and writes down that it is used.
    pub(super) fn hold(&self, digest: Sha256) -> Result<(), Cause> {
        if self.holds.hold(self.store, self.errand, digest)? {
            usage::note(self.store, self.errand, digest);
        }
        Ok(())
    }

    pub(super) fn create_folder(&self, folder: &Path) -> io::Result<()> {
        match DirBuilder::new().mode(0o700).create(folder) {
            Ok(()) => File::open(self.store.files())?.sync_all(),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
            Err(error) => Err(error),
        }
    }

    fn publish(&self, draft: Draft, digest: Sha256, path: &Path) -> io::Result<Stamp> {
        if let Published::Elsewhere(draft) = draft.publish(path)? {
            // Somebody else has published it, which is as good if it is the same; a damaged one is not left to be trusted.
            if holds(path, digest)? {
                if draft.is_executable() {
                    permit(path)?;
                }
            } else {
                draft.publish_over(path)?;
            }
        }
        Ok(Stamp::of(&fs::symlink_metadata(path)?))
    }
}

/// Makes a file executable that was stored for another kind.
fn permit(path: &Path) -> io::Result<()> {
    match fs::metadata(path)?.permissions().mode() & 0o111 {
        0 => fs::set_permissions(path, Permissions::from_mode(0o555)),
        _ => Ok(()),
    }
}

/// Whether there is a regular file at `path` with this digest.
fn holds(path: &Path, digest: Sha256) -> io::Result<bool> {
    match fs::symlink_metadata(path) {
        Ok(metadata) if metadata.is_file() => {}
        Ok(_) => return Ok(false),
        // A check has just moved it aside.
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
        Err(error) => return Err(error),
    }
    match File::open(path) {
        Ok(mut file) => Ok(Sha256::of_reader(&mut file)?.0 == digest),
        // Nobody can use it, so that nothing is lost with it.
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => Ok(false),
        Err(error) => Err(error),
    }
}

/// A file name for the store that means the same as `wish` to a loader, and is safe in any directory.
pub(crate) fn file_name(wish: &str) -> String {
    /// Shorter than any file system's limit of 255 bytes, with room for what others put around a name.
    const LONGEST: usize = 200;

    let last = wish.rsplit('/').next().unwrap_or_default();
    let mut name = last.chars().filter(|character| !character.is_control()).collect::<String>();
    while name.len() > LONGEST {
        // The end is what loaders look at.
        name.remove(0);
    }
    if name.is_empty() || name == "." || name == ".." {
        "library".clone_into(&mut name);
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_names_are_safe_and_keep_their_end() {
        let long = format!("{}libx.so.1", "a".repeat(300));
        for (wish, name) in [
            ("libx.so", "libx.so"),
            ("/a/b/libx.so", "libx.so"),
            ("", "library"),
            ("a/..", "library"),
            ("a/", "library"),
            ("lib\0\nx.so", "libx.so"),
            (&long, &long[long.len() - 200..]),
        ] {
            assert_eq!(file_name(wish), name);
        }
    }
}
