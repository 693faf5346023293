//! One turn of the conductor: the time, and the outbox for events and orders. Does not know what they are.

use std::time::Instant;

use super::act::Act;
use crate::event::Event;

/// Takes the conductor's events and orders, in this order.
pub(crate) trait Outbox {
    /// Reports an event.
    fn tell(&mut self, event: &Event<'_>);

    /// Gives an order.
    fn act(&mut self, act: Act);
}

/// What the conductor has while it handles one message.
pub(crate) struct Turn<'o> {
    pub(super) now: Instant,
    out: &'o mut dyn Outbox,
}

impl<'o> Turn<'o> {
    pub(super) fn new(now: Instant, out: &'o mut dyn Outbox) -> Self {
        Self { now, out }
    }

    pub(super) fn tell(&mut self, event: &Event<'_>) {
        self.out.tell(event);
    }

    pub(super) fn act(&mut self, act: Act) {
        self.out.act(act);
    }
}
