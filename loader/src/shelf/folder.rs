//! Folders in the store. A folder is whole if its listing is the one that it was published with; the stamps of all that is in it
//! tell that without reading any content. It does not know archives.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::{Pin, Shape, Shelves, Stored, layer};
use crate::digest::Sha256;
use crate::error::Cause;
use crate::listing::Listing;
use crate::settings::Verify;
use crate::snapshot::Snapshot;
use crate::staging::Staging;
use crate::stamp::Stamp;
use crate::store::{Key, Shelf, Store};
use crate::watch::{Expected, Seen};

/// The version of [`Entry`]. Records of another version are not read.
const FORMAT: u32 = 1;

/// A folder that is ready for the store.
pub(super) struct FolderParcel<'a> {
    pub(super) staging: Staging,
    /// What is in it.
    pub(super) listing: &'a Listing,
    pub(super) name: &'a str,
    pub(super) pin: Option<Pin>,
    pub(super) source: Option<Stamp>,
}

/// What the store knows of a folder under a key.
#[derive(Debug, Serialize, Deserialize)]
struct Entry {
    format: u32,
    pin: Option<Pin>,
    /// The digest of its listing.
    listing: Sha256,
    name: String,
    /// The sum of its files' sizes, in bytes.
    size: u64,
    /// Its stamps when the listing was known to be right.
    snapshot: Snapshot,
    /// The local archive that it was in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    source: Option<Stamp>,
    /// The lower store that it is in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    layer: Option<PathBuf>,
}

/// What is entered under `key`, if that is a folder.
pub(super) fn known(store: &Store, key: Key) -> Option<(PathBuf, Expected)> {
    let entry = store.record::<Entry>(Shelf::Entries, key)?;
    let path = layer::path(store, entry.layer.as_deref(), entry.listing, &entry.name)?;
    let expected = Expected {
        digest: entry.listing,
        size: Some(entry.size),
        seen: Some(Seen::Folder(entry.snapshot)),
    };
    (entry.format == FORMAT).then_some((path, expected))
}

impl Shelves<'_> {
    /// Looks for a whole folder under `key`, of a local archive with the stamp `source` if that is given, in this store and then in the lower ones. Reads no content, unless the stamps say that
    /// it was never seen, or moved or touched: then everything is hashed, as it is when stamps are not to be trusted.
    ///
    /// # Errors
    ///
    /// The store is being pruned, and that takes too long.
    pub(crate) fn look_folder(
        &self,
        key: Key,
        source: Option<Stamp>,
    ) -> Result<Option<Stored>, Cause> {
        let settings = self.errand.settings;
        let fits =
            |entry: &Entry| entry.format == FORMAT && (source.is_none() || entry.source == source);
        if let Some(entry) = self.store.record::<Entry>(Shelf::Entries, key).filter(fits)
            && self.may_use(entry.layer.as_deref(), entry.listing)?
            && let Some(stored) = self.trust_folder(key, entry, settings.verify)
        {
            return Ok(Some(stored));
        }
        Ok(settings.lower.iter().find_map(|root| {
            let entry = layer::record::<Entry>(root, key).filter(fits)?;
            self.trust_folder(key, Entry { layer: Some(root.clone()), ..entry }, Verify::Always)
        }))
    }

    fn trust_folder(&self, key: Key, mut entry: Entry, verify: Verify) -> Option<Stored> {
        let path = layer::path(self.store, entry.layer.as_deref(), entry.listing, &entry.name)?;
        if verify == Verify::Always || !entry.snapshot.still_holds(&path) {
            // Before the content is read: what changes meanwhile must not be trusted next time.
            let snapshot = Snapshot::of(&path).ok()?;
            if !holds(&path, entry.listing).ok()? {
                return None;
            }
            entry.snapshot = snapshot;
            // A store that cannot be written to is hashed again next time.
            self.store.write_record(Shelf::Entries, key, &entry).ok();
        }
        let Entry { listing, size, pin, .. } = entry;
        let shape = Shape::Folder;
        Some(Stored { path, digest: listing, size, pin, adopted: false, shape })
    }

    /// Puts a folder into the store and enters it under `keys`.
    pub(super) fn put_folder(
        &self,
        parcel: FolderParcel<'_>,
        keys: &[Key],
    ) -> Result<Stored, Cause> {
        let FolderParcel { staging, listing, name, pin, source } = parcel;
        let size = listing.size();
        let staged = staging.content();
        let digest = listing.digest().map_err(Cause::disk("list", &staged))?;
        self.hold(digest)?;
        let shelf = self.store.shelf_of(digest);
        let path = shelf.join(name);
        self.create_folder(&shelf).map_err(Cause::disk("create", &shelf))?;
        publish(staging, digest, &path).map_err(Cause::disk("publish", &path))?;
        let snapshot = Snapshot::of(&path).map_err(Cause::disk("list", &path))?;
        let entry = Entry {
            format: FORMAT,
            pin,
            listing: digest,
            name: name.to_owned(),
            size,
            snapshot,
            source,
            layer: None,
        };
        for key in keys {
            self.store
                .write_record(Shelf::Entries, *key, &entry)
                .map_err(Cause::disk("record", &path))?;
        }
        let (pin, shape) = (entry.pin, Shape::Folder);
        Ok(Stored { path, digest, size, pin, adopted: false, shape })
    }
}

fn publish(staging: Staging, digest: Sha256, path: &Path) -> io::Result<()> {
    // Somebody else may have published it, which is as good if it is the same; a damaged one is not left to be trusted.
    if staging.publish(path)? || holds(path, digest).unwrap_or(false) {
        return Ok(());
    }
    staging.publish_over(path)
}

/// Whether there is a folder at `path` with this listing.
fn holds(path: &Path, digest: Sha256) -> io::Result<bool> {
    Ok(fs::symlink_metadata(path)?.is_dir() && Listing::read(path)?.digest()? == digest)
}
