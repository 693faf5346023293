//! Who stands by while tests run, and may want to know when that begins and how it goes.

use std::time::Duration;

use probe_run::{Event, Reporter};

/// Stands by.
pub(super) trait Attendant: Sync {
    /// It is known that something runs; nothing has been said of it yet.
    fn begins(&self) {}

    /// Hears what happens, before it is shown.
    fn hears(&self, _event: &Event<'_>) {}
}

/// Nobody stands by.
pub(super) struct Nobody;

impl Attendant for Nobody {}

/// A reporter of whose events somebody hears before.
pub(super) struct Attended<'a, R> {
    pub(super) attendant: &'a dyn Attendant,
    pub(super) inner: R,
}

impl<R: Reporter> Reporter for Attended<'_, R> {
    fn event(&mut self, at: Duration, event: &Event<'_>) {
        self.attendant.hears(event);
        self.inner.event(at, event);
    }
}
