//! Who receives the events of a run, and when they happened. Does not know what becomes of them.

use std::time::{Duration, Instant};

use crate::event::Event;

/// Receives all events of a run, in the order in which they happen.
pub trait Reporter: Send {
    /// Receives an event. `at` is the time since the start of the run.
    fn event(&mut self, at: Duration, event: &Event<'_>);
}

impl<R: Reporter + ?Sized> Reporter for &mut R {
    fn event(&mut self, at: Duration, event: &Event<'_>) {
        (**self).event(at, event);
    }
}

/// Passes events to a reporter, with their times.
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
