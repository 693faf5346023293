//! Job control: ^Z pauses the tests, their timeouts and probe itself; `fg` or `bg` continues them.

use super::act::Act;
use super::state::Conductor;
use super::turn::Turn;
use crate::event::Event;

impl Conductor<'_> {
    /// Pauses everything, and probe last. The shell sees probe stopped, like any program.
    pub(super) fn suspend(&mut self, turn: &mut Turn<'_>) {
        if self.suspended.is_none() {
            turn.tell(&Event::Suspending);
            self.suspended = Some(turn.now);
            turn.act(Act::Suspend);
        }
    }

    /// Continues everything, and delays what is due by the length of the pause.
    pub(super) fn resume(&mut self, turn: &mut Turn<'_>) {
        turn.tell(&Event::Resumed);
        let Some(since) = self.suspended.take() else { return };
        let stopped = turn.now - since;
        self.timers.delay(stopped);
        self.run_time.delay(stopped);
        self.leaves_at = self.leaves_at.map(|at| at + stopped);
        turn.act(Act::Resume);
    }
}
