//! What is known about the content that belongs at a path. It does not know whether the content is
//! there.

use super::stamp::Stamp;
use crate::digest::Sha256;

/// What is known about the content that belongs at a path.
#[derive(Debug, Clone)]
pub(crate) struct Expected {
    /// The digest of a file's content, or of a folder's listing.
    pub(crate) digest: Sha256,
    /// The size in bytes.
    pub(crate) size: Option<u64>,
    /// What the path looked like when it was last known to have that content.
    pub(crate) seen: Option<Seen>,
}

/// What a path with the right content looked like.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Seen {
    File(Stamp),
    /// The digest of the stamps of its published content.
    Folder(Sha256),
}
