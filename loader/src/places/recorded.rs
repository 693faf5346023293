//! What a place looked like when it was last known to be right. It does not look at the place.

use std::path::Path;

use super::{file, folder};
use crate::digest::Sha256;
use crate::files::Seen;
use crate::store::Store;

/// Returns what the place looked like when it was last known to hold the file with this digest, or the folder with this listing.
pub(crate) fn recorded(store: &Store, to: &Path, digest: Sha256) -> Option<Seen> {
    let file = file::recorded(store, to, digest).map(Seen::File);
    file.or_else(|| folder::recorded(store, to, digest))
}
