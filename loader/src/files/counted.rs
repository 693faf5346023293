//! Which content of a folder counts: its published content, because what users add belongs to them.
//! It does not know where that is recorded.

use std::fs;
use std::io;
use std::path::Path;
use std::sync::Arc;

use super::listing::Listing;
use super::snapshot::Snapshot;
use super::stamps::{self, Stamps};

/// The published content of a folder. Nothing else in it is judged.
#[derive(Debug, Clone)]
pub(crate) enum Counted {
    Listing(Arc<Listing>),
    /// The names only; nothing is known about their content.
    Names(Arc<[String]>),
}

/// The maximum number of names beside a folder's own files: they are for messages.
const BESIDE: usize = 4;

impl Counted {
    pub(crate) fn in_folder(path: &Path) -> Option<Self> {
        let is_folder = fs::metadata(path).is_ok_and(|metadata| metadata.is_dir());
        let names = is_folder.then(|| stamps::names(path).ok()).flatten()?;
        Some(Self::Names(names.into()))
    }

    /// Returns what a folder contained when it was made.
    pub(crate) fn made(snapshot: Snapshot) -> Self {
        Self::Names(snapshot.into_names().into())
    }

    pub(crate) fn stamps(&self, path: &Path) -> io::Result<Stamps> {
        match self {
            Self::Listing(listing) => stamps::of(path, listing.names()),
            Self::Names(names) => stamps::of(path, names.iter().map(String::as_str)),
        }
    }

    /// Returns some of what else is in the folder, as relative paths.
    pub(crate) fn beside(&self, path: &Path) -> io::Result<Vec<String>> {
        stamps::beside(path, &|name| self.has(name), BESIDE)
    }

    fn has(&self, name: &str) -> bool {
        match self {
            Self::Listing(listing) => listing.get(name).is_some(),
            // They are sorted.
            Self::Names(names) => names.binary_search_by(|known| known.as_str().cmp(name)).is_ok(),
        }
    }
}
