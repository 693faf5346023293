//! Folders in the store. A folder is complete if its published content is there; users may add to
//! it. Stamps show this without reading any content. It does not know archives.
//!
//! A folder in a lower store, which others may write to, must contain nothing else, because a
//! loader would find it there.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::access::Shelves;
use super::entered::Entered;
use super::layer;
use super::stored::{Known, Stored};
use crate::digest::Sha256;
use crate::files::{Counted, Expected, Listing, Seen, Staging, Stamp, stamps};
use crate::interface::{ImportCause, Pin, Verify};
use crate::store::{Key, Shelf, Store, listings};

/// The version of [`Entry`]. Records of another version are not read.
const FORMAT: u32 = 1;

/// A folder ready for the store.
pub(super) struct FolderParcel<'a> {
    pub(super) staging: Staging,
    /// What is in it.
    pub(super) listing: Arc<Listing>,
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
    /// The digest of its stamps when the listing was last known to be right.
    #[serde(default)]
    stamps: Option<Sha256>,
    /// The local archive that it was in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    source: Option<Stamp>,
    /// The lower store that it is in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    layer: Option<PathBuf>,
}

/// Returns the folder entered under `key`.
pub(super) fn known(store: &Store, key: Key) -> Option<Known> {
    let entry = store.record::<Entry>(Shelf::Entries, key)?;
    let path = layer::path(store, entry.layer.as_deref(), entry.listing, &entry.name)?;
    let expected = Expected {
        digest: entry.listing,
        size: Some(entry.size),
        seen: entry.stamps.map(Seen::Folder),
    };
    let counted = listings::recorded(store, entry.listing).map(Arc::new).map(Counted::Listing);
    (entry.format == FORMAT).then_some(Known { path, expected, counted })
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
        self.listing
    }

    fn in_layer(self, root: PathBuf) -> Self {
        Self { layer: Some(root), ..self }
    }

    fn trust(self, shelves: &Shelves<'_>, key: Key, verify: Verify) -> Option<Stored> {
        shelves.trust_folder(key, self, verify)
    }
}

impl Shelves<'_> {
    /// Looks for a complete folder under `key`, in this store and then in the lower ones; if
    /// `source` is given, only from a local archive with that stamp. Reads no content. Hashes
    /// everything if stamps are not to be trusted, or if the stamps show a folder that is new,
    /// moved or touched.
    ///
    /// # Errors
    ///
    /// Fails if the store is being pruned for too long.
    pub(crate) fn look_folder(
        &self,
        key: Key,
        source: Option<Stamp>,
    ) -> Result<Option<Stored>, ImportCause> {
        self.find::<Entry>(key, source)
    }

    fn trust_folder(&self, key: Key, mut entry: Entry, verify: Verify) -> Option<Stored> {
        let path = layer::path(self.store, entry.layer.as_deref(), entry.listing, &entry.name)?;
        let foreign = entry.layer.is_some();
        let recorded = listings::recorded(self.store, entry.listing);
        let untouched = |listing: &Listing| {
            verify == Verify::Stamps
                && entry.stamps.is_some()
                && entry.stamps == stamps(&path, listing)
                && (!foreign || has_nothing_beside(&path, listing))
        };
        let listing = match recorded {
            Some(listing) if untouched(&listing) => listing,
            recorded => {
                let recorded = recorded.filter(|_| !foreign);
                let names = match &recorded {
                    Some(listing) => listing.names().map(str::to_owned).collect(),
                    None => stamps::names(&path).ok()?,
                };
                let names = || names.iter().map(String::as_str);
                // Before the content is read: what changes meanwhile must not be trusted next time.
                let before = stamps::of(&path, names()).ok()?.digest;
                let listing = read(&path, recorded).ok()?;
                if listing.digest().ok()? != entry.listing {
                    return None;
                }
                entry.stamps = listing.names().eq(names()).then_some(before);
                // If the store cannot be written to, the next import hashes again.
                listings::record(self.store, &listing).ok();
                self.store.write_record(Shelf::Entries, key, &entry).ok();
                listing
            }
        };
        let Entry { listing: digest, size, pin, .. } = entry;
        let listing = Some(Arc::new(listing));
        Some(Stored { path, digest, size, pin, adopted: false, listing })
    }

    /// Puts a folder into the store and enters it under `keys`.
    pub(super) fn put_folder(
        &self,
        parcel: FolderParcel<'_>,
        keys: &[Key],
    ) -> Result<Stored, ImportCause> {
        let FolderParcel { staging, listing, name, pin, source } = parcel;
        let size = listing.size();
        let staged = staging.content();
        let digest = listing.digest().map_err(ImportCause::disk("list", &staged))?;
        self.hold(digest)?;
        let shelf = self.store.shelf_of(digest);
        let path = shelf.join(name);
        self.create_folder(&shelf).map_err(ImportCause::disk("create", &shelf))?;
        publish(staging, &listing, &path).map_err(ImportCause::disk("publish", &path))?;
        listings::record(self.store, &listing).map_err(ImportCause::disk("record", &path))?;
        let entry = Entry {
            format: FORMAT,
            pin,
            listing: digest,
            name: name.to_owned(),
            size,
            stamps: stamps(&path, &listing),
            source,
            layer: None,
        };
        for key in keys {
            self.store
                .write_record(Shelf::Entries, *key, &entry)
                .map_err(ImportCause::disk("record", &path))?;
        }
        let (pin, listing) = (entry.pin, Some(listing));
        Ok(Stored { path, digest, size, pin, adopted: false, listing })
    }
}

/// Returns what is in the folder at `path`. If its listing is known, only the published names
/// count.
///
/// # Errors
///
/// Fails if there is no folder, or something cannot be read.
pub(crate) fn read(path: &Path, published: Option<Listing>) -> io::Result<Listing> {
    if !fs::symlink_metadata(path)?.is_dir() {
        return Err(io::ErrorKind::NotADirectory.into());
    }
    match published {
        Some(published) => Listing::read_again(path, &published),
        None => Listing::read(path),
    }
}

fn stamps(path: &Path, listing: &Listing) -> Option<Sha256> {
    stamps::of(path, listing.names()).ok().map(|stamps| stamps.digest)
}

fn has_nothing_beside(path: &Path, listing: &Listing) -> bool {
    let known = |name: &str| listing.get(name).is_some();
    stamps::beside(path, &known, 1).is_ok_and(|beside| beside.is_empty())
}

fn publish(staging: Staging, listing: &Listing, path: &Path) -> io::Result<()> {
    // Another process may have published it. That is fine if it is equal; a damaged one must not stay to be trusted.
    let holds = || {
        let is_folder = fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_dir());
        is_folder && Listing::read_again(path, listing).is_ok_and(|there| there == *listing)
    };
    if staging.publish(path)? || holds() {
        return Ok(());
    }
    staging.publish_over(path)
}
