//! What all threads of a run work with.

use std::sync::atomic::{AtomicBool, Ordering};

use probe_scenario::Service;

use super::cell::Roster;
use super::shelf::Shelf;
use crate::engine::Engine;
use crate::instance::Instance;
use crate::stage::Stage;

/// What all threads of a run work with.
#[derive(Clone, Copy)]
pub(super) struct Means<'a> {
    pub(super) stage: Stage<'a>,
    pub(super) engine: &'a dyn Engine,
    pub(super) shelf: &'a Shelf,
    pub(super) roster: &'a Roster,
    /// Nobody needs imports and examinations any more.
    pub(super) cancelled: &'a AtomicBool,
}

impl<'a> Means<'a> {
    pub(super) fn service(&self, instance: Instance) -> &'a Service {
        &self.stage.suite.services[instance.service.index()]
    }

    pub(super) fn is_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed)
    }
}
