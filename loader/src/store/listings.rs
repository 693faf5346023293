//! The published content of folders, recorded in the store. Without the record, probe cannot
//! distinguish a folder's content from what others added. It does not know where the folders are.

use std::io;

use super::layout::{Key, Shelf, Store};
use crate::digest::Sha256;
use crate::files::Listing;

/// Returns the listing with this digest, if the store has it.
pub(crate) fn recorded(store: &Store, digest: Sha256) -> Option<Listing> {
    let listing = store.record::<Listing>(Shelf::Listings, key(digest))?;
    (listing.digest().ok() == Some(digest)).then_some(listing)
}

/// Records a listing.
///
/// # Errors
///
/// Fails if the store cannot be written to.
pub(crate) fn record(store: &Store, listing: &Listing) -> io::Result<()> {
    store.write_record(Shelf::Listings, key(listing.digest()?), listing)
}

/// Removes a record.
pub(crate) fn forget(store: &Store, digest: Sha256) {
    store.remove_record(Shelf::Listings, key(digest)).ok();
}

fn key(digest: Sha256) -> Key {
    Key::new([b"listing".as_slice(), digest.as_bytes()])
}
