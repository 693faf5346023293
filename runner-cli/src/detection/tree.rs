//! Which files there are below one directory, each directory listed once and only when somebody asks.
//!
//! Knows no ignore files: what a source imports is there, ignored or not.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use parking_lot::RwLock;
use probe_loader::read_regular;
use probe_scenario::ProjectTree;

/// The most bytes of a file that are read: no source that people write is longer.
const LONGEST: u64 = 4 << 20;

/// A directory and everything below it.
#[derive(Debug)]
pub(super) struct Tree {
    base: PathBuf,
    listings: RwLock<BTreeMap<String, Arc<Listing>>>,
}

/// What is in one directory, by name.
type Listing = BTreeMap<String, Kind>;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    File,
    Directory,
}

impl Tree {
    pub(super) fn new(base: &Path) -> Self {
        Self { base: base.to_owned(), listings: RwLock::default() }
    }

    /// What is in `directory`; nothing, if it cannot be listed.
    pub(super) fn list(&self, directory: &str) -> Arc<Listing> {
        if let Some(listing) = self.listings.read().get(directory) {
            return Arc::clone(listing);
        }
        // Two that ask at once list twice, and find the same.
        let listing = Arc::new(list(&self.base.join(directory)));
        self.listings.write().insert(directory.to_owned(), Arc::clone(&listing));
        listing
    }

    /// The text of a file; `None` if it cannot be read, is too long or no regular file. What is no UTF-8 in it becomes U+FFFD.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        let bytes = read_regular(&self.base.join(name), LONGEST).ok()?;
        Some(
            String::from_utf8(bytes)
                .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned()),
        )
    }

    fn is(&self, name: &str, kind: Kind) -> bool {
        let (directory, name) = name.rsplit_once('/').unwrap_or(("", name));
        self.list(directory).get(name) == Some(&kind)
    }
}

impl ProjectTree for Tree {
    fn is_file(&self, name: &str) -> bool {
        self.is(name, Kind::File)
    }

    fn is_directory(&self, name: &str) -> bool {
        self.is(name, Kind::Directory)
    }
}

fn list(directory: &Path) -> Listing {
    let entries = fs::read_dir(directory).into_iter().flatten().flatten();
    let entries = entries.filter_map(|entry| {
        let name = entry.file_name().into_string().ok()?;
        let mut kind = entry.file_type().ok()?;
        if kind.is_symlink() {
            kind = fs::metadata(entry.path()).ok()?.file_type();
        }
        Some((name, if kind.is_dir() { Kind::Directory } else { Kind::File }))
    });
    entries.collect()
}
