//! Watches of libraries' files, for all threads. Does not know where libraries come from.

use std::sync::Arc;

use parking_lot::RwLock;
use probe_scenario::LibraryId;

use crate::verdict::Watched;

/// Watches by library.
#[derive(Debug)]
pub(super) struct Shelf(RwLock<Vec<Option<Arc<Watched>>>>);

impl Shelf {
    /// Starts without watches.
    pub(super) fn new(libraries: usize) -> Self {
        Self(RwLock::new(vec![None; libraries]))
    }

    /// Sets the watch of a library.
    pub(super) fn put(&self, watched: Arc<Watched>) {
        let library = watched.id.index();
        self.0.write()[library] = Some(watched);
    }

    pub(super) fn of(&self, library: LibraryId) -> Option<Arc<Watched>> {
        self.0.read()[library.index()].clone()
    }

    pub(super) fn into_all(self) -> Vec<Option<Arc<Watched>>> {
        self.0.into_inner()
    }
}
