//! Files in the store: found by what is known about a download, and put there once. It does not
//! know where they come from.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::access::Shelves;
use super::entered::Entered;
use super::layer;
use super::stored::{Known, Stored};
use crate::digest::Sha256;
use crate::files::{Draft, Expected, Permission, Published, Seen, Stamp};
use crate::interface::{ImportCause, Pin, Verify};
use crate::platform;
use crate::store::{Key, Shelf, Store};
use crate::verdict::fitness;

/// The version of [`Entry`]. Records of another version are not read.
const FORMAT: u32 = 1;

/// What the store knows under a key.
#[derive(Debug, Serialize, Deserialize)]
struct Entry {
    format: u32,
    pin: Option<Pin>,
    /// The digest of the file. If the file came from an archive, the archive's digest differs.
    file: Sha256,
    name: String,
    stamp: Stamp,
    /// The local file that it is a copy of.
    source: Option<Stamp>,
    /// The lower store that it is in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    layer: Option<PathBuf>,
}

/// A file ready for the store.
pub(super) struct FileParcel<'a> {
    pub(super) draft: Draft,
    pub(super) digest: Sha256,
    pub(super) name: &'a str,
    pub(super) pin: Option<Pin>,
    pub(super) source: Option<Stamp>,
    pub(super) adopted: bool,
}

/// Returns the file entered under `key`.
pub(super) fn known(store: &Store, key: Key) -> Option<Known> {
    let entry = store.record::<Entry>(Shelf::Entries, key)?;
    let expected = Expected {
        digest: entry.file,
        size: Some(entry.stamp.size),
        seen: Some(Seen::File(entry.stamp)),
    };
    let path = layer::path(store, entry.layer.as_deref(), entry.file, &entry.name)?;
    (entry.format == FORMAT).then_some(Known { path, expected, counted: None })
}

impl Entered for Entry {
    fn is_current(&self) -> bool {
        self.format == FORMAT
    }

    fn source(&self) -> Option<Stamp> {
        self.source
    }

    fn layer(&self) -> Option<&Path> {
        self.layer.as_deref()
    }

    fn content(&self) -> Sha256 {
        self.file
    }

    fn in_layer(self, root: PathBuf) -> Self {
        Self { layer: Some(root), ..self }
    }

    fn trust(self, shelves: &Shelves<'_>, key: Key, verify: Verify) -> Option<Stored> {
        shelves.trust(key, self, verify)
    }
}

impl Shelves<'_> {
    /// Looks for a complete file under `key`, in this store and then in the lower ones; if `source`
    /// is given, only a copy of a local file with that stamp. Reads only the file's head. Hashes
    /// the file if stamps are not to be trusted, or if the stamp shows a file that is new, moved or
    /// touched.
    ///
    /// # Errors
    ///
    /// Fails if the store is being pruned for too long.
    pub(crate) fn look(
        &self,
        key: Key,
        source: Option<Stamp>,
    ) -> Result<Option<Stored>, ImportCause> {
        self.find::<Entry>(key, source)
    }

    /// Returns what an entry promises, if that exists and is complete.
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
            // If the store cannot be written to, the next import hashes again.
            self.store.write_record(Shelf::Entries, key, &entry).ok();
        }
        fitness::check(self.kind, &file, stamp.size, self.errand.settings.machine).ok()?;
        if fitness::permission(self.kind) == Permission::Execute
            && platform::mode(&metadata) & 0o111 == 0
        {
            // Stored for another kind; in a lower store it stays as it is.
            entry.layer.is_none().then(|| permit(&path).ok())??;
        }
        let Entry { file: digest, pin, .. } = entry;
        Some(Stored { path, digest, size: stamp.size, pin, adopted: false, listing: None })
    }

    /// Puts a file into the store and enters it under `keys`.
    pub(super) fn put_file(
        &self,
        parcel: FileParcel<'_>,
        keys: &[Key],
    ) -> Result<Stored, ImportCause> {
        let FileParcel { draft, digest, name, pin, source, adopted } = parcel;
        self.hold(digest)?;
        let folder = self.store.shelf_of(digest);
        let path = folder.join(name);
        self.create_folder(&folder).map_err(ImportCause::disk("create", &folder))?;
        let stamp =
            self.publish(draft, digest, &path).map_err(ImportCause::disk("publish", &path))?;
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
                .map_err(ImportCause::disk("record", &path))?;
        }
        let size = stamp.size;
        Ok(Stored { path, digest, size, pin: entry.pin, adopted, listing: None })
    }

    fn publish(&self, draft: Draft, digest: Sha256, path: &Path) -> io::Result<Stamp> {
        if let Published::Elsewhere(draft) = draft.publish(path)? {
            // Another process has published it. That is fine if it is equal; a damaged one must not stay to be trusted.
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
    match platform::mode(&fs::metadata(path)?) & 0o111 {
        0 => fs::set_permissions(path, platform::permissions(0o555)),
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
        // It is useless, so nothing is lost with it.
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => Ok(false),
        Err(error) => Err(error),
    }
}
