//! What the records of the store refer to, and where that came from. It does not know which files
//! exist.

use std::path::PathBuf;

use serde::Deserialize;

use crate::digest::Sha256;
use crate::interface::{Pin, StoreError};
use crate::store::{Shelf, Store};

/// Something that a record refers to.
#[derive(Debug)]
pub(super) struct Reference {
    pub(super) record: PathBuf,
    pub(super) digest: Sha256,
    pub(super) name: String,
    /// The URL that it came from.
    pub(super) origin: Option<String>,
}

/// Returns everything in this store that records refer to.
pub(super) fn all(store: &Store) -> Result<Vec<Reference>, StoreError> {
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

/// Returns the URL that gave the file with this digest, under any name; the first of several.
pub(crate) fn origin(store: &Store, digest: Sha256) -> Option<String> {
    // What cannot be read is not known.
    let references = all(store).unwrap_or_default().into_iter();
    references.filter(|known| known.digest == digest).filter_map(|known| known.origin).min()
}
