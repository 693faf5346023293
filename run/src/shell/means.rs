//! What all threads of a run share.

use std::sync::atomic::{AtomicBool, Ordering};

use probe_loader::Used;
use probe_scenario::{LibraryId, Service};

use super::cell::Roster;
use super::shelf::Shelf;
use crate::engine::Engine;
use crate::instance::Instance;
use crate::stage::Stage;

/// What all threads of a run share.
#[derive(Clone, Copy)]
pub(super) struct Means<'a> {
    pub(super) stage: Stage<'a>,
    pub(super) engine: &'a dyn Engine,
    pub(super) shelf: &'a Shelf,
    pub(super) roster: &'a Roster,
    /// Set when nothing needs imports and examinations any more.
    pub(super) cancelled: &'a AtomicBool,
}

impl<'a> Means<'a> {
    pub(super) fn service(&self, instance: Instance) -> &'a Service {
        &self.stage.suite.services[instance.service.index()]
    }

    /// Those libraries among these that are made in place, in the form in which their use is requested.
    pub(super) fn made_in_place(&self, libraries: &[LibraryId]) -> Vec<(LibraryId, Used)> {
        let used = |&id: &LibraryId| {
            let watched = self.shelf.of(id)?;
            let (_, paths) = watched.made_in()?;
            let library = self.stage.suite.libraries[id.index()].name.clone();
            Some((id, Used { library, paths: paths.to_vec() }))
        };
        libraries.iter().filter_map(used).collect()
    }

    pub(super) fn is_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed)
    }
}
