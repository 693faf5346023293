//! How a test gets services for its slot or for itself alone: it has its slot already, and starts when they are ready. Does not
//! know what the services are.

use std::sync::Arc;

use probe_scenario::{ServiceId, TestId};
use probe_scheduler::{NodeId, Outcome, State};

use super::act::Act;
use super::lives::Life;
use super::state::Conductor;
use super::turn::Turn;
use crate::instance::{Instance, Share};

impl Conductor<'_> {
    /// Starts a test that has a slot and everything that the run has for it, as soon as it has its own services, if it needs
    /// any.
    pub(super) fn settle_or_run(&mut self, turn: &mut Turn<'_>, unit: NodeId, id: TestId) {
        self.slots.take(unit);
        if self.settle(turn, unit, id) {
            self.run_attempt(turn, unit, id);
        } else {
            self.services.settling.insert(unit);
        }
    }

    /// Starts the services of a test that can start. Returns whether all are ready.
    fn settle(&mut self, turn: &mut Turn<'_>, unit: NodeId, id: TestId) -> bool {
        let slot = self.slots.of(unit);
        let all = self.instances(id, slot);
        for &instance in all.iter().filter(|instance| instance.share != Share::Run) {
            let is_missing = matches!(self.services.lives.get(&instance), None | Some(Life::Gone));
            let needs = &self.score.service(instance.service).services;
            let mut needs = needs.iter().map(|need| self.needed(need.service, instance, slot));
            if is_missing && needs.all(|needed| self.services.ground(needed).is_some()) {
                self.services.restarts.remove(&instance);
                self.start_instance(turn, instance, slot);
            }
        }
        all.into_iter().all(|instance| self.services.ground(instance).is_some())
    }

    /// The copies of services that a test uses in this slot.
    pub(super) fn instances(&self, id: TestId, slot: Option<usize>) -> Vec<Instance> {
        let test = &self.score.suite.tests[id.index()];
        if test.services.is_empty() {
            return Vec::new();
        }
        let of =
            |service: ServiceId| Instance::of(service, self.score.service(service).per, id, slot);
        self.score.suite.services_before(test).into_iter().map(of).collect()
    }

    /// After a change of a service, starts the tests that now have all of theirs.
    pub(super) fn settle_all(&mut self, turn: &mut Turn<'_>) {
        for unit in self.services.settling.clone() {
            // The start of one test may end the wait of another.
            if self.services.settling.contains(&unit) {
                let (id, _) = self.score.test(unit);
                if self.settle(turn, unit, id) {
                    self.services.settling.remove(&unit);
                    self.run_attempt(turn, unit, id);
                }
            }
        }
    }

    /// Gives up everything that a waiting test with a slot has.
    pub(super) fn leave_place(&mut self, turn: &mut Turn<'_>, unit: NodeId) {
        self.services.settling.remove(&unit);
        self.slots.free(unit);
        if self.uses.remove(&unit) {
            turn.act(Act::EndUse { unit });
        }
        self.give_lead_up(turn, unit);
        self.end_own_services(turn, unit);
    }

    /// After the run is told to stop: no service restarts, and only tests that run finally wait for their own services.
    pub(super) fn stop_settling(&mut self, turn: &mut Turn<'_>) {
        for unit in self.services.settling.clone() {
            if self.is_stopped(unit) {
                self.leave_place(turn, unit);
                self.refusals.end(unit);
                self.starts_no_more(unit);
            }
        }
        let lives = self.services.lives.iter();
        let paused: Vec<Instance> = lives
            .filter(|(_, life)| matches!(life, Life::Falls | Life::Pauses))
            .map(|(instance, _)| *instance)
            .collect();
        for instance in paused {
            self.is_not_started_again(turn, instance);
        }
    }

    /// Cancels a restart because the run is told to stop. The tests that wait for the service do not get it.
    fn is_not_started_again(&mut self, turn: &mut Turn<'_>, instance: Instance) {
        // A service that was lost before may have cancelled it already.
        if !self.starts_no_more_again(instance) {
            return;
        }
        let end = Arc::clone(&self.services.ends[&instance]);
        let start = self.score.agenda.start_of(instance.service);
        match (instance.share, self.run.state(start)) {
            (Share::Run, State::Running) => {
                self.run.finish(start, Outcome::Failed);
            }
            (Share::Run, State::Passed) => self.lose(turn, instance, end, true),
            (_, State::Passed) if self.is_wanted(instance) => {
                self.lose(turn, instance, end, false);
            }
            _ => {}
        }
    }

    /// Whether an attempt of a test runs, or has been given to a worker.
    pub(super) fn has_run_begun(&self, unit: NodeId) -> bool {
        self.slots.has(unit) && !self.services.settling.contains(&unit)
    }
}
