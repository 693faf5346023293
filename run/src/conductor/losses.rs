//! What follows for tests when a service is gone: tests that wait for it are blocked, and running tests have lost it.

use std::sync::Arc;

use probe_scenario::{ServiceId, TestId};
use probe_scheduler::{NodeId, Outcome, Skip, State};

use super::act::Act;
use super::state::Conductor;
use super::turn::Turn;
use crate::ending::{Bereft, Ending};
use crate::event::Event;
use crate::instance::{Instance, Share};
use crate::service_end::{ServiceEnd, ServiceLost};
use crate::summary::Failure;
use crate::unit::Unit;

impl Conductor<'_> {
    /// Handles a service that is gone for all tests: it did not become ready, or died.
    pub(super) fn lose(
        &mut self,
        turn: &mut Turn<'_>,
        instance: Instance,
        end: Arc<ServiceEnd>,
        was_ready: bool,
    ) {
        let id = instance.service;
        self.services.lost.insert(id);
        let bereft = if was_ready { self.leave_bereft(instance, &end) } else { Vec::new() };
        let skips = self.take_along(turn, id);
        let (blocked, failures) = self.taken_along(&skips);
        let (service, owner) = (self.score.service(id), self.owner(instance));
        turn.tell(&if was_ready {
            let (end, bereft, blocked) = (&*end, &*bereft, &*blocked);
            Event::ServiceDied { id, service, owner, end, bereft, blocked }
        } else {
            Event::ServiceFailed { id, service, owner, end: &end, blocked: &blocked }
        });
        let share = instance.share;
        let lost = ServiceLost { service: id, share, end, was_ready, bereft, blocked };
        self.summary.services.push(lost);
        self.give_up_for_service(turn, failures);
    }

    /// Handles the death of a service of a slot or test. The next test that needs it gets a new copy.
    pub(super) fn dies_alone(
        &mut self,
        turn: &mut Turn<'_>,
        instance: Instance,
        end: Arc<ServiceEnd>,
    ) {
        let bereft = self.leave_bereft(instance, &end);
        let (id, share) = (instance.service, instance.share);
        let (service, owner) = (self.score.service(id), self.owner(instance));
        let (blocked, was_ready) = (Vec::new(), true);
        turn.tell(&Event::ServiceDied {
            id,
            service,
            owner,
            end: &end,
            bereft: &bereft,
            blocked: &blocked,
        });
        let lost = ServiceLost { service: id, share, end, was_ready, bereft, blocked };
        self.summary.services.push(lost);
    }

    /// Returns the running tests that use a service which died, in the order of the manifest.
    pub(super) fn leave_bereft(
        &mut self,
        instance: Instance,
        end: &Arc<ServiceEnd>,
    ) -> Vec<TestId> {
        let units = self.slots.units().filter(|unit| !self.services.settling.contains(unit));
        let running: Vec<NodeId> = units.filter(|unit| self.has(*unit, instance)).collect();
        let mut bereft: Vec<TestId> = running.iter().map(|unit| self.score.test(*unit).0).collect();
        bereft.sort_unstable();
        for unit in running {
            let lost = (instance.service, Arc::clone(end));
            self.services.bereft.entry(unit).or_insert(lost);
        }
        bereft
    }

    /// Whether a test with a slot uses this copy of a service, or will.
    pub(super) fn has(&self, unit: NodeId, instance: Instance) -> bool {
        let (id, test) = self.score.test(unit);
        let is_own = match instance.share {
            Share::Run => true,
            Share::Slot(slot) => self.slots.of(unit) == Some(slot),
            Share::Test(test) => test == id,
        };
        is_own && self.score.suite.services_before(test).contains(&instance.service)
    }

    /// Ends what waits for a lost service, or for a service that needs the lost one.
    fn take_along(&mut self, turn: &mut Turn<'_>, id: ServiceId) -> Vec<Skip> {
        let suite = self.score.suite;
        let stands =
            |other: &ServiceId| *other == id || suite.services_behind(*other).contains(&id);
        let on_it: Vec<ServiceId> = self.score.agenda.services().filter(stands).collect();
        for unit in self.services.settling.clone() {
            let (_, test) = self.score.test(unit);
            if test.services.iter().any(|need| on_it.contains(&need.service)) {
                self.leave_place(turn, unit);
                self.run.park(unit);
            }
        }
        let mut skips = Vec::new();
        for service in on_it {
            let all: Vec<Instance> = self.services.of(service).map(|(one, _)| one).collect();
            for instance in all {
                self.starts_no_more_again(instance);
            }
            self.services.held.remove(&Instance { service, share: Share::Run });
            let start = self.score.agenda.start_of(service);
            match self.run.state(start) {
                State::Passed => skips.extend(self.run.revoke(start)),
                State::Running => skips.extend(self.run.finish(start, Outcome::Failed)),
                _ => continue,
            }
            for &unit in self.score.agenda.graph().dependents(start) {
                let is_examined = self.examined.contains_key(&unit);
                if self.run.state(unit) == State::Parked && !is_examined {
                    skips.extend(self.run.wake(unit));
                }
            }
        }
        skips
    }

    /// Parks a test, or blocks it at once if what it needs is gone meanwhile.
    pub(super) fn park(&mut self, turn: &mut Turn<'_>, unit: NodeId) {
        self.run.park(unit);
        if self.has_lost_a_service(unit) {
            self.wake(turn, unit);
        }
    }

    /// Continues a parked unit, unless what it needs is gone meanwhile.
    pub(super) fn wake(&mut self, turn: &mut Turn<'_>, unit: NodeId) {
        if !matches!(self.run.state(unit), State::Parked) {
            // It was blocked or cancelled meanwhile.
            return;
        }
        let skips = self.run.wake(unit);
        if let Some(skip) = skips.first() {
            let Unit::Service(id) = *self.score.agenda.graph().payload(skip.because) else {
                unreachable!("only services are revoked")
            };
            let lost = self.first_lost(id);
            self.block(turn, lost, &skips);
        }
    }

    /// The service that caused this one to be lost: itself, or one that it needs.
    fn first_lost(&self, id: ServiceId) -> ServiceId {
        let is_lost = |id: &ServiceId| self.services.lost.contains(id);
        if is_lost(&id) {
            return id;
        }
        let behind = self.score.suite.services_behind(id);
        behind.into_iter().find(is_lost).unwrap_or(id)
    }

    /// Blocks more tests because of a service that is known to be lost.
    fn block(&mut self, turn: &mut Turn<'_>, id: ServiceId, skips: &[Skip]) {
        let (blocked, failures) = self.taken_along(skips);
        let mut lost = self.summary.services.iter_mut();
        // A service that was stopped because the run is being left is not reported. Units that wait for it do not run.
        if !blocked.is_empty()
            && self.services.lost.contains(&id)
            && let Some(lost) = lost.find(|lost| lost.service == id)
        {
            let service = self.score.service(id);
            turn.tell(&Event::ServiceBlocks { id, service, blocked: &blocked });
            lost.blocked.extend(blocked);
            lost.blocked.sort_unstable();
        }
        self.give_up_for_service(turn, failures);
    }

    /// Returns the tests among these that are blocked, and the failures of tests that waited for another attempt.
    pub(super) fn taken_along(&mut self, skips: &[Skip]) -> (Vec<TestId>, Vec<Failure>) {
        for skip in skips {
            self.refusals.end(skip.node);
            self.services.waiting.remove(&skip.node);
        }
        let failures: Vec<Failure> =
            skips.iter().filter_map(|skip| self.retries.give_one_up(skip.node)).collect();
        let mut blocked = self.score.tests_of(skips);
        blocked.retain(|test| failures.iter().all(|failure| failure.test != *test));
        (blocked, failures)
    }

    /// Ends tests that waited for another attempt, because a service is lost.
    pub(super) fn give_up_for_service(&mut self, turn: &mut Turn<'_>, failures: Vec<Failure>) {
        self.tests_done += failures.len();
        self.give_up(turn, failures.into_iter());
        self.stop_at_max_failures(turn);
    }

    /// Whether a test must not start: a service that it needs is lost, and the test is blocked by now; or a service restarts,
    /// and the test is parked until then.
    pub(super) fn is_kept_by_services(
        &mut self,
        turn: &mut Turn<'_>,
        unit: NodeId,
        test: TestId,
    ) -> bool {
        let test = &self.score.suite.tests[test.index()];
        if test.services.is_empty() {
            return false;
        }
        let is_lost = self.has_lost_a_service(unit);
        let all = self.score.suite.services_before(test).into_iter();
        let mut of_run = all.map(|service| Instance { service, share: Share::Run });
        let is_down = |instance: Instance| {
            let life = self.services.lives.get(&instance);
            life.is_some() && self.services.ground(instance).is_none()
        };
        if !is_lost && !of_run.any(is_down) {
            return false;
        }
        if self.uses.remove(&unit) {
            turn.act(Act::EndUse { unit });
        }
        self.give_lead_up(turn, unit);
        self.run.park(unit);
        if is_lost {
            self.wake(turn, unit);
        } else {
            self.services.waiting.insert(unit);
        }
        true
    }

    /// How an attempt ended, if the death of a service that it needs explains it.
    pub(super) fn in_view_of_services(&mut self, unit: NodeId, ending: Ending) -> Ending {
        let Some((id, end)) = self.services.bereft.remove(&unit) else { return ending };
        match ending {
            Ending::Exited(_)
            | Ending::Killed(_)
            | Ending::TimedOut(_)
            | Ending::Belied(_)
            | Ending::Unprepared(_)
            | Ending::Uncleared(_)
            | Ending::Leaked => Ending::Bereft(Box::new(Bereft {
                service: self.score.service(id).name.clone(),
                died: end.how.to_string(),
                ending,
            })),
            Ending::Passed
            | Ending::Flaky
            | Ending::Empty
            | Ending::Skipped(_)
            | Ending::Expected { .. }
            | Ending::Unexpected(_)
            | Ending::Interrupted
            | Ending::NotStarted(_)
            | Ending::NoRoom(_)
            | Ending::Bereft(_) => ending,
        }
    }

    /// Whether the test has lost a service that it needs.
    pub(super) fn has_lost_a_service(&self, unit: NodeId) -> bool {
        let (_, test) = self.score.test(unit);
        test.services
            .iter()
            .any(|need| self.run.state(self.score.agenda.start_of(need.service)) != State::Passed)
    }
}
