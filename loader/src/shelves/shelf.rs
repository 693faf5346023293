//! Files and folders in the store, or on their way there. It does not know how to tell whether they are complete.

use std::sync::Arc;

use super::access::Shelves;
use super::file::{self, FileParcel};
use super::folder::{self, FolderParcel};
use super::stored::{Content, Known, Parcel, Stored};
use crate::interface::ImportCause;
use crate::store::{Key, Store};

/// Returns what is entered under `key`, a file or a folder: where it is, and what it should be. Reads only the record.
pub(crate) fn known(store: &Store, key: Key) -> Option<Known> {
    file::known(store, key).or_else(|| folder::known(store, key))
}

impl Shelves<'_> {
    /// Puts a file or a folder into the store and enters it under `keys`.
    pub(crate) fn put(&self, parcel: Parcel<'_>, keys: &[Key]) -> Result<Stored, ImportCause> {
        let Parcel { content, name, pin, source, adopted } = parcel;
        match content {
            Content::File { draft, digest } => {
                let parcel = FileParcel { draft, digest, name, pin, source, adopted };
                self.put_file(parcel, keys)
            }
            Content::Folder { staging, listing } => {
                let listing = Arc::new(listing);
                self.put_folder(FolderParcel { staging, listing, name, pin, source }, keys)
            }
        }
    }
}
