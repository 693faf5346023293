//! What probe has seen being made at some paths, and whether a make that began there did not end
//! well. Both are on disk before they are needed, so a killed process leaves the record behind. It
//! does not know what makes it, or what follows.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use serde::{Deserialize, Serialize};

use crate::files::Trace;
use crate::interface::Aside;
use crate::store::{Key, Shelf, Store};

/// The version of [`Made`] and [`Begun`].
const FORMAT: u32 = 1;

/// The records of what is made at some paths, by any maker.
#[derive(Clone, Copy)]
pub(crate) struct Makings<'a> {
    store: &'a Store,
    paths: &'a [String],
}

/// What probe saw being made: it appeared or changed during a test, or during a make that probe
/// started.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Made {
    format: u32,
    /// The largest size of each that probe saw, in bytes; 0 for a folder.
    files: BTreeMap<PathBuf, u64>,
    /// What was moved aside since the last success.
    pub(crate) aside: Vec<Aside>,
}

/// A make that began, and what existed before it.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Begun {
    pub(crate) format: u32,
    /// Nothing that it made is older.
    pub(crate) at: SystemTime,
    /// Nothing that it made is younger, if probe saw its end.
    pub(crate) ended: Option<SystemTime>,
    pub(crate) before: BTreeMap<PathBuf, Trace>,
    /// Folders on the way to the paths that did not exist.
    pub(crate) absent: BTreeSet<PathBuf>,
}

impl Begun {
    #[expect(
        clippy::disallowed_methods,
        reason = "what a make leaves is younger than its beginning"
    )]
    pub(crate) fn now(before: BTreeMap<PathBuf, Trace>, absent: BTreeSet<PathBuf>) -> Self {
        Self { format: FORMAT, at: SystemTime::now(), ended: None, before, absent }
    }
}

impl Made {
    /// Whether probe saw this path being made.
    pub(crate) fn knows(&self, path: &Path) -> bool {
        self.files.contains_key(path)
    }

    /// Whether probe saw it with something in it.
    pub(crate) fn knows_content_of(&self, path: &Path) -> bool {
        self.files.get(path).is_some_and(|size| *size > 0)
    }

    pub(crate) fn see(&mut self, path: &Path, size: u64) {
        let known = self.files.entry(path.to_owned()).or_default();
        *known = (*known).max(size);
    }
}

impl<'a> Makings<'a> {
    pub(crate) fn new(store: &'a Store, paths: &'a [String]) -> Self {
        Self { store, paths }
    }

    /// Returns what probe has seen being made there so far.
    pub(crate) fn made(&self) -> Made {
        let made = self.store.record::<Made>(Shelf::Builds, self.key(b"made"));
        made.filter(|made| made.format == FORMAT).unwrap_or_default()
    }

    pub(crate) fn remember(&self, mut made: Made) -> io::Result<()> {
        made.format = FORMAT;
        self.store.write_record(Shelf::Builds, self.key(b"made"), &made)
    }

    /// Returns the make that began there, unless it is known to have ended well.
    pub(crate) fn begun(&self) -> Option<Begun> {
        let begun = self.store.record::<Begun>(Shelf::Builds, self.key(b"begun"));
        begun.filter(|begun| begun.format == FORMAT)
    }

    /// Whether there is one; checks only once.
    pub(crate) fn has_begun(&self) -> bool {
        self.store.record_time(Shelf::Builds, self.key(b"begun")).is_some()
    }

    /// Records that a make is about to begin, or how it ended.
    pub(crate) fn begin(&self, begun: &Begun) -> io::Result<()> {
        self.store.write_record(Shelf::Builds, self.key(b"begun"), begun)
    }

    /// Removes the record: the make has ended well, or has made nothing.
    pub(crate) fn end(&self) {
        end(self.store, self.begun_key());
    }

    /// Returns the key that [`end`] needs.
    pub(crate) fn begun_key(&self) -> Key {
        self.key(b"begun")
    }

    fn key(&self, what: &[u8]) -> Key {
        let paths = self.paths.iter().map(String::as_bytes);
        Key::new([b"making".as_slice(), what].into_iter().chain(paths))
    }
}

/// Removes the record of a make that began.
pub(crate) fn end(store: &Store, begun: Key) {
    // If a record stays, the result is made once more.
    store.remove_record(Shelf::Builds, begun).ok();
}
