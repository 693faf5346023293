//! The end before the end: nothing more starts, what runs is told to end, and what hangs is left to itself.

use std::time::Duration;

use probe_process::Signal;

use super::act::Act;
use super::state::{Conductor, Progress};
use super::turn::Turn;
use crate::event::Event;
use crate::order::Order;
use crate::stop::Stop;
use crate::summary::Failure;

/// How long imports have to notice that probe is told to stop. They do so at every piece of a download; one that hangs in
/// a system call, since a server does not answer, would hold up probe for the time-outs of the network.
pub(super) const NOTICE: Duration = Duration::from_secs(1);

impl Conductor<'_> {
    pub(super) fn ordered(&mut self, turn: &mut Turn<'_>, order: Order) {
        match order {
            Order::Suspend => self.suspend(turn),
            Order::Resume => self.resume(turn),
            Order::End(_) if matches!(self.summary.stop, Some(Stop::Signal(_))) => {
                turn.act(Act::Stop(Signal::KILL));
            }
            Order::End(signal) => {
                self.stop(turn, Stop::Signal(signal));
                self.leaves_at = Some(turn.now + NOTICE);
                turn.act(Act::Stop(signal));
            }
        }
    }

    /// Starts nothing more. What runs may finish; imports are told that nobody needs them.
    pub(super) fn stop(&mut self, turn: &mut Turn<'_>, stop: Stop) {
        self.summary.stop = Some(stop);
        if let Stop::Signal(_) = stop {
            self.run_time.end();
        }
        turn.act(Act::Cancel);
        self.run.cancel();
        let waited: Vec<Failure> = self.retries.give_up().collect();
        // They go on, and see that they are cancelled.
        self.waiting.clear();
        turn.tell(&Event::Stopping(stop));
        self.cut_builds_short(turn);
        self.give_up(turn, waited.into_iter());
    }

    /// Tests whose last attempt has failed come to nothing more.
    pub(super) fn give_up(&mut self, turn: &mut Turn<'_>, failures: impl Iterator<Item = Failure>) {
        for failure in failures {
            let id = failure.test;
            let test = &self.score.suite.tests[id.index()];
            turn.tell(&Event::TestGivenUp { id, test });
            self.summary.failed.push(failure);
        }
    }

    /// Imports have had their time to notice. What has processes is waited for: their groups are killed after their grace.
    pub(super) fn want_to_leave(&mut self, turn: &mut Turn<'_>) {
        self.leaves_at = Some(turn.now + NOTICE);
        if self.slots.are_free() {
            turn.act(Act::AskIdle);
        }
    }

    /// Nothing has processes any more: what is left hangs.
    pub(super) fn is_idle(&mut self) {
        if self.progress == Progress::Runs {
            self.progress = Progress::Leaves;
        }
    }
}
