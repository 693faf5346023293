//! What of a folder counts: what it was published with, since what its users leave beside that is theirs. It does not know where that
//! is written down.

use std::fs;
use std::io;
use std::path::Path;
use std::sync::Arc;

use super::listing::Listing;
use super::snapshot::Snapshot;
use super::stamps::{self, Stamps};

/// What a folder was published with. Nothing else in it is judged.
#[derive(Debug, Clone)]
pub(crate) enum Counted {
    Listing(Arc<Listing>),
    /// Nothing is known of the contents.
    Names(Arc<[String]>),
}

/// No more names of what lies beside a folder's own files are wanted: they are for messages.
const BESIDE: usize = 4;

impl Counted {
    pub(crate) fn in_folder(path: &Path) -> Option<Self> {
        let is_folder = fs::metadata(path).is_ok_and(|metadata| metadata.is_dir());
        let names = is_folder.then(|| stamps::names(path).ok()).flatten()?;
        Some(Self::Names(names.into()))
    }

    /// What there was of a folder when it was made.
    pub(crate) fn made(snapshot: Snapshot) -> Self {
        Self::Names(snapshot.into_names().into())
    }

    pub(crate) fn stamps(&self, path: &Path) -> io::Result<Stamps> {
        match self {
            Self::Listing(listing) => stamps::of(path, listing.names()),
            Self::Names(names) => stamps::of(path, names.iter().map(String::as_str)),
        }
    }

    /// What lies in the folder besides: relative paths, a few.
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
