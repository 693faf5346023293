//! What is due when. Knows no clock, nor what follows when something is due.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::time::{Duration, Instant};

use probe_scheduler::NodeId;

use crate::instance::Instance;

/// Something that is due at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Timer {
    /// The attempt has run for so long, if it still runs.
    Slow { attempt: u32, running: Duration },
    /// The next attempt may start.
    Again,
    /// Another process may have made the library of this preload.
    Look,
    /// There may be room for the attempt now, or what it needs may be made by now.
    Room,
    /// This service may restart.
    Restart(Instance),
}

/// How long the conductor has nothing to do without messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Until {
    /// Until a message arrives.
    Told,
    /// Until this time.
    Time(Instant),
}

/// The timers, the earliest first. Timers of ended tests may remain.
#[derive(Debug, Default)]
pub(super) struct Timers(BinaryHeap<Reverse<(Instant, NodeId, Timer)>>);

impl Timers {
    pub(super) fn set(&mut self, at: Instant, unit: NodeId, timer: Timer) {
        self.0.push(Reverse((at, unit, timer)));
    }

    /// The time of the first timer.
    pub(super) fn first(&self) -> Option<Instant> {
        self.0.peek().map(|Reverse((at, ..))| *at)
    }

    /// Takes the first timer, if it is due.
    pub(super) fn take_due(&mut self, now: Instant) -> Option<(NodeId, Timer)> {
        if self.first()? > now {
            return None;
        }
        self.0.pop().map(|Reverse((_, unit, timer))| (unit, timer))
    }

    /// Removes all timers of this unit.
    pub(super) fn clear(&mut self, unit: NodeId) {
        self.0.retain(|Reverse((_, of, _))| *of != unit);
    }

    /// Delays all timers by the length of a pause.
    pub(super) fn delay(&mut self, by: Duration) {
        let later = |Reverse((at, unit, timer))| Reverse((at + by, unit, timer));
        self.0 = self.0.drain().map(later).collect();
    }
}
