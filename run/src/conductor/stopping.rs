//! How a run stops early: nothing more starts, running work is told to end, and hanging imports are abandoned.

use std::collections::BTreeSet;
use std::time::Duration;

use probe_process::Signal;
use probe_scenario::TestId;
use probe_scheduler::{NodeId, Outcome, State};

use super::act::Act;
use super::state::{Conductor, Progress};
use super::turn::Turn;
use crate::event::Event;
use crate::order::Order;
use crate::stop::Stop;
use crate::summary::Failure;

/// How long imports may take to notice that probe is told to stop. They check at every piece of a download. An import that
/// hangs in a system call, because a server does not answer, would delay probe by the network's timeouts.
pub(super) const NOTICE: Duration = Duration::from_secs(1);

impl Conductor<'_> {
    pub(super) fn ordered(&mut self, turn: &mut Turn<'_>, order: Order) {
        match order {
            Order::Suspend => self.suspend(turn),
            Order::Resume => self.resume(turn),
            Order::End(_) if matches!(self.summary.stop, Some(Stop::Signal(_))) => {
                self.kills = true;
                turn.act(Act::Stop(Signal::KILL));
                self.stop_settling(turn);
            }
            Order::End(signal) => {
                self.stop(turn, Stop::Signal(signal));
                self.leaves_at = Some(turn.now + NOTICE);
                turn.act(Act::Stop(signal));
            }
        }
    }

    /// Starts nothing more except tests that run finally. Running work may finish; imports are told that nothing needs them.
    pub(super) fn stop(&mut self, turn: &mut Turn<'_>, stop: Stop) {
        self.summary.stop = Some(stop);
        if let Stop::Signal(_) = stop {
            self.run_time.end();
        }
        turn.act(Act::Cancel);
        self.run.cancel();
        let graph = self.score.agenda.graph();
        let waited: Vec<Failure> = self.retries.give_up(|unit| graph.is_finaliser(unit)).collect();
        // They continue, and find that they are cancelled.
        self.waiting.clear();
        turn.tell(&Event::Stopping(stop));
        self.cut_builds_short(turn);
        self.give_up(turn, waited.into_iter());
        self.stop_settling(turn);
    }

    /// Ends tests whose last attempt has failed.
    pub(super) fn give_up(&mut self, turn: &mut Turn<'_>, failures: impl Iterator<Item = Failure>) {
        for failure in failures {
            let id = failure.test;
            let test = &self.score.suite.tests[id.index()];
            turn.tell(&Event::TestGivenUp { id, test });
            self.summary.failed.push(failure);
        }
    }

    /// Imports have had their time to notice. Processes are still waited for: their groups are killed after their grace.
    pub(super) fn want_to_leave(&mut self, turn: &mut Turn<'_>) {
        self.leaves_at = Some(turn.now + NOTICE);
        if self.slots.are_free() && !self.is_about_to_end_something() {
            // Tests that still wait for one of them hang as well.
            self.stop_all_services(turn);
            // Each service ends within its grace.
            if !self.any_service_is_open() {
                turn.act(Act::AskIdle);
            }
        }
    }

    /// Whether no attempt of a test starts any more: the run is stopped, and the test does not run finally, has nothing to end,
    /// or everything is killed.
    pub(super) fn is_stopped(&self, unit: NodeId) -> bool {
        let runs_finally = self.score.agenda.graph().is_finaliser(unit);
        self.summary.stop.is_some()
            && (!runs_finally || self.kills || self.has_nothing_to_end(self.score.test(unit).0))
    }

    /// Cancels a test that was about to start when the run was stopped.
    pub(super) fn starts_no_more(&mut self, unit: NodeId) {
        if self.score.agenda.graph().is_finaliser(unit) {
            self.run.finish(unit, Outcome::Failed);
        } else {
            self.run.park(unit);
        }
    }

    /// Whether the run is stopped and a test that runs finally has nothing to end: neither it nor a test before it, directly or
    /// through others, has started.
    pub(super) fn has_nothing_to_end(&self, id: TestId) -> bool {
        if self.summary.stop.is_none() {
            return false;
        }
        let (mut open, mut seen) = (vec![id], BTreeSet::new());
        while let Some(id) = open.pop() {
            if self.begun[id.index()] {
                return false;
            }
            if seen.insert(id) {
                open.extend(&self.score.suite.tests[id.index()].after);
            }
        }
        true
    }

    /// Whether a test that runs finally is about to start: it has something to end, and neither it nor a test before it waits
    /// for something that may hang, such as an import or an examination.
    fn is_about_to_end_something(&self) -> bool {
        let graph = self.score.agenda.graph();
        let is_there = |need: &NodeId| self.run.state(*need) == State::Passed;
        let may_hang = |unit: &NodeId| {
            self.examined.contains_key(unit) || !graph.needs(*unit).iter().all(is_there)
        };
        let is_open = |unit: &NodeId| !self.run.state(*unit).is_final() && !self.is_stopped(*unit);
        let open = self.score.agenda.finally().iter().copied().filter(is_open);
        let (mut hanging, mut open): (Vec<NodeId>, Vec<NodeId>) = open.partition(may_hang);
        while let Some(unit) = hanging.pop() {
            let (behind, others) =
                open.into_iter().partition(|other| graph.follows(*other).contains(&unit));
            hanging.extend::<Vec<NodeId>>(behind);
            open = others;
        }
        !open.is_empty()
    }

    /// Handles that no process is left: what remains hangs.
    pub(super) fn is_idle(&mut self) {
        if self.progress == Progress::Runs {
            self.progress = Progress::Leaves;
        }
    }
}
