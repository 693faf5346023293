//! What is in the store, what is known about it, and what is ready for it. It does not know how to
//! find it.

use std::path::PathBuf;
use std::sync::Arc;

use crate::digest::Sha256;
use crate::files::{Counted, Draft, Expected, Listing, Staging, Stamp};
use crate::interface::Pin;

/// Something complete, ready for the store.
pub(crate) enum Content {
    /// A file.
    File { draft: Draft, digest: Sha256 },
    /// A folder and its content.
    Folder { staging: Staging, listing: Listing },
}

/// What is ready for the store.
pub(crate) struct Parcel<'a> {
    pub(crate) content: Content,
    pub(crate) name: &'a str,
    pub(crate) pin: Option<Pin>,
    pub(crate) source: Option<Stamp>,
    pub(crate) adopted: bool,
}

/// A complete file or folder in the store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Stored {
    pub(crate) path: PathBuf,
    pub(crate) digest: Sha256,
    pub(crate) size: u64,
    pub(crate) pin: Option<Pin>,
    /// Whether it was found at the library's place instead of fetched.
    pub(crate) adopted: bool,
    /// The published content of a folder.
    pub(crate) listing: Option<Arc<Listing>>,
}

/// What an entry says.
#[derive(Debug)]
pub(crate) struct Known {
    pub(crate) path: PathBuf,
    pub(crate) expected: Expected,
    /// For a folder: its published content, if that is recorded.
    pub(crate) counted: Option<Counted>,
}
