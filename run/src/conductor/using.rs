//! What follows if a test needs a library that commands or tests make in place. While the test runs, no process makes the
//! library again; while a process on this machine makes it, the test does not start.

use std::path::Path;

use probe_scenario::{LibraryId, TestId};
use probe_scheduler::NodeId;

use super::act::Act;
use super::leading::name_of;
use super::message::Usage;
use super::refusals::Wait;
use super::state::Conductor;
use super::timers::Timer;
use super::turn::Turn;
use crate::attempt::Attempt;
use crate::event::Event;

impl Conductor<'_> {
    /// Starts an attempt as soon as it is known that the test may use what it needs.
    pub(super) fn use_and_start(&mut self, turn: &mut Turn<'_>, unit: NodeId, id: TestId) {
        let test = &self.score.suite.tests[id.index()];
        let mut wanted = self.score.suite.libraries_before(test);
        // Libraries that it makes itself are used by nobody else.
        let led = self.led_by(unit);
        wanted.retain(|library| self.score.is_made_in_place(*library) && !led.contains(library));
        if wanted.is_empty() {
            self.start_test(turn, unit, id);
        } else {
            self.asking.insert(unit);
            turn.act(Act::Use { unit, libraries: wanted });
        }
    }

    /// Handles whether the test may use what it needs.
    pub(super) fn used(&mut self, turn: &mut Turn<'_>, unit: NodeId, usage: Usage) {
        self.asking.remove(&unit);
        if self.is_stopped(unit) {
            // Nothing starts any more.
            if let Usage::Granted = usage {
                turn.act(Act::EndUse { unit });
            }
            self.give_lead_up(turn, unit);
            self.refusals.end(unit);
            self.starts_no_more(unit);
            return;
        }
        let (id, _) = self.score.test(unit);
        match usage {
            Usage::Granted => {
                self.refusals.end(unit);
                self.uses.insert(unit);
                self.start_test(turn, unit, id);
            }
            Usage::Free => {
                self.refusals.end(unit);
                self.start_test(turn, unit, id);
            }
            Usage::Refused { library, path, holder } => {
                // A test must not wait while it has a lead.
                self.give_lead_up(turn, unit);
                let holder = name_of(holder.as_ref());
                self.wait_for_maker(turn, unit, library, &path, &holder);
            }
        }
    }

    fn wait_for_maker(
        &mut self,
        turn: &mut Turn<'_>,
        unit: NodeId,
        library: LibraryId,
        path: &str,
        holder: &str,
    ) {
        if self.summary.stop.is_some() {
            self.refusals.end(unit);
            return self.waits_for_nobody(turn, unit, library, holder);
        }
        match self.refusals.refuse(unit, turn.now, self.score.lock_timeout) {
            Wait::TooLong(waited) => {
                let library = &self.score.library(library).name;
                let reason = format!(
                    "{holder} makes library `{library}`, and has for {:.0} s: `--lock-timeout` says how long is waited for that",
                    waited.as_secs_f64()
                );
                self.test_ended(turn, unit, Attempt::not_started(reason), None);
            }
            Wait::For { pause, announced } => {
                if let Some(waited) = announced {
                    let (id, test) = self.score.test(unit);
                    turn.tell(&Event::TestAwaits { id, test, path: Path::new(path), waited });
                }
                self.timers.set(turn.now + pause, unit, Timer::Room);
                self.park(turn, unit);
            }
        }
    }
}
