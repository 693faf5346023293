//! Job control: ^Z stops the tests, the clocks and probe itself; `fg` or `bg` lets all of them go on.

use std::cmp::Reverse;
use std::time::Instant;

use probe_process::stop_myself;

use super::Conductor;
use crate::event::Event;

impl Conductor<'_, '_, '_> {
    /// Stops everything, probe last. The shell sees probe stopped, as it sees any program.
    pub(super) fn suspend(&mut self) {
        if self.suspended.is_none() {
            self.reporter.event(&Event::Suspending);
            self.watch.suspend();
            self.suspended = Some(Instant::now());
            stop_myself();
        }
    }

    /// Goes on; what was due is due later by as long as everything was stopped.
    pub(super) fn resume(&mut self) {
        self.reporter.event(&Event::Resumed);
        let Some(since) = self.suspended.take() else { return };
        let stopped = since.elapsed();
        let later = |Reverse((at, unit, timer))| Reverse((at + stopped, unit, timer));
        self.timers = self.timers.drain().map(later).collect();
        self.leaves_at = self.leaves_at.map(|at| at + stopped);
        self.watch.resume();
    }
}
