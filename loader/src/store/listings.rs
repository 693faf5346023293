//! What folders were published with, written down in the store. Without it, what came beside a folder cannot be told from the folder. It
//! does not know where the folders lie.

use std::io;

use super::layout::{Key, Shelf, Store};
use crate::digest::Sha256;
use crate::files::Listing;

/// The listing with this digest, if the store knows it.
pub(crate) fn recorded(store: &Store, digest: Sha256) -> Option<Listing> {
    let listing = store.record::<Listing>(Shelf::Listings, key(digest))?;
    (listing.digest().ok() == Some(digest)).then_some(listing)
}

/// Writes a listing down.
///
/// # Errors
///
/// The store cannot be written to.
pub(crate) fn record(store: &Store, listing: &Listing) -> io::Result<()> {
    store.write_record(Shelf::Listings, key(listing.digest()?), listing)
}

/// Removes what is written down.
pub(crate) fn forget(store: &Store, digest: Sha256) {
    store.remove_record(Shelf::Listings, key(digest)).ok();
}

fn key(digest: Sha256) -> Key {
    Key::new([b"listing".as_slice(), digest.as_bytes()])
}
