//! Who hears of what happens, and when it happened. Does not know what becomes of it.

use std::time::{Duration, Instant};

use crate::event::Event;

/// Hears of everything, in the order in which it happened.
pub trait Reporter: Send {
    /// Takes what has happened, `at` so long after the run began.
    fn event(&mut self, at: Duration, event: &Event<'_>);
}

impl<R: Reporter + ?Sized> Reporter for &mut R {
    fn event(&mut self, at: Duration, event: &Event<'_>) {
        (**self).event(at, event);
    }
}

/// Tells a reporter what happens, and when.
pub(crate) struct Teller<'a> {
    reporter: &'a mut dyn Reporter,
    /// When the run began.
    started: Instant,
}

impl<'a> Teller<'a> {
    pub(crate) fn new(reporter: &'a mut dyn Reporter, started: Instant) -> Self {
        Self { reporter, started }
    }

    pub(crate) fn event(&mut self, event: &Event<'_>) {
        self.reporter.event(self.started.elapsed(), event);
    }
}
