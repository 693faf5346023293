//! What follows where tests need services: each starts when somebody wants it, is stopped when nobody can any more, and one
//! that dies takes along those that wait for it.

use std::sync::Arc;

use probe_scenario::{ServiceGround, ServiceId, TestId};
use probe_scheduler::{NodeId, Outcome, Skip, State};

use super::act::{Act, StartService};
use super::lives::Life;
use super::message::ServiceSaid;
use super::state::Conductor;
use super::turn::Turn;
use crate::ending::{Bereft, Ending};
use crate::event::Event;
use crate::service_end::{ServiceEnd, ServiceLost};
use crate::summary::Failure;
use crate::unit::Unit;

impl Conductor<'_> {
    /// A service starts.
    pub(super) fn start_service(&mut self, turn: &mut Turn<'_>, id: ServiceId) {
        self.services.lives.insert(id, Life::Starts);
        let service = self.score.service(id);
        turn.tell(&Event::ServiceStarting { id, service });
        let places = self.places(self.score.suite.libraries_of_service(id));
        let grounds = self.grounds(service.services.iter().map(|need| need.service));
        turn.act(Act::StartService(StartService { service: id, places, grounds }));
    }

    /// Nobody can need a service any more.
    pub(super) fn stop_service(&mut self, turn: &mut Turn<'_>, unit: NodeId, id: ServiceId) {
        match self.services.lives.get(&id) {
            Some(Life::Starts | Life::Ready(_)) => {
                self.services.lives.insert(id, Life::Ends);
                turn.tell(&Event::ServiceStopping { id, service: self.score.service(id) });
                turn.act(Act::StopService(id));
            }
            None | Some(Life::Gone(_)) => {
                self.run.finish(unit, Outcome::Passed);
            }
            // It was asked to when the run was about to be left; or it has ended, and what runs after it runs.
            Some(Life::Ends | Life::Over(_)) => {}
        }
    }

    /// The run is about to be left, with units in it that hang: no service stays for them.
    pub(super) fn stop_all_services(&mut self, turn: &mut Turn<'_>) {
        let suite = self.score.suite;
        let is_open = |life: &Life| !matches!(life, Life::Gone(_));
        let lives = self.services.lives.iter();
        let open: Vec<ServiceId> =
            lives.filter(|(_, life)| is_open(life)).map(|(id, _)| *id).collect();
        for &id in &open {
            // The others come in their turn.
            let is_needed = open.iter().any(|other| suite.services_behind(*other).contains(&id));
            let goes_on =
                matches!(self.services.lives.get(&id), Some(Life::Starts | Life::Ready(_)));
            if !is_needed && goes_on {
                self.services.lives.insert(id, Life::Ends);
                turn.tell(&Event::ServiceStopping { id, service: self.score.service(id) });
                turn.act(Act::StopService(id));
                let start = self.score.agenda.start_of(id);
                if self.run.state(start) == State::Passed {
                    // Who still waits for it is not run, even if what it hangs on comes after all.
                    let skips = self.run.revoke(start);
                    let (_, failures) = self.taken_along(&skips);
                    self.give_up_for_service(turn, failures);
                }
            }
        }
    }

    pub(super) fn service_said(&mut self, turn: &mut Turn<'_>, id: ServiceId, said: ServiceSaid) {
        match said {
            ServiceSaid::Ready { ground, took } => {
                // It may have been asked to end meanwhile, or have lost what it needs.
                let start = self.score.agenda.start_of(id);
                if let Some(Life::Starts) = self.services.lives.get(&id)
                    && self.run.state(start) == State::Running
                {
                    let service = self.score.service(id);
                    turn.tell(&Event::ServiceReady { id, service, ground: &ground, took });
                    self.services.lives.insert(id, Life::Ready(ground));
                    self.run.finish(start, Outcome::Passed);
                }
            }
            ServiceSaid::Ended(end) => self.service_ended(turn, id, end),
            ServiceSaid::Trouble(trouble) => {
                let service = self.score.service(id);
                turn.tell(&Event::ServiceTrouble { id, service, trouble: &trouble });
            }
            ServiceSaid::Gone => self.service_gone(id),
        }
    }

    /// Nothing of a service is left that has ended.
    fn service_gone(&mut self, id: ServiceId) {
        if let Some(life) = self.services.lives.get_mut(&id)
            && let Life::Over(end) = life
        {
            *life = Life::Gone(Arc::clone(end));
        }
        let stop = self.score.agenda.stop_of(id);
        if self.run.state(stop) == State::Running {
            self.run.finish(stop, Outcome::Passed);
        }
    }

    /// A service has ended, which a test that needs it may have been the first to tell.
    pub(super) fn service_ended(
        &mut self,
        turn: &mut Turn<'_>,
        id: ServiceId,
        end: Arc<ServiceEnd>,
    ) {
        let over = Life::Over(Arc::clone(&end));
        let start = self.score.agenda.start_of(id);
        let service = self.score.service(id);
        match self.services.lives.insert(id, over) {
            // Nobody wants it any more, and it was about to be asked to end.
            Some(Life::Starts)
                if self.summary.stop.is_some() || self.run.state(start) != State::Running =>
            {
                turn.tell(&Event::ServiceStopped { id, service, end: &end });
                if self.run.state(start) == State::Running {
                    self.run.finish(start, Outcome::Failed);
                }
            }
            Some(Life::Starts) => {
                let skips = self.run.finish(start, Outcome::Failed);
                let (blocked, failures) = self.taken_along(&skips);
                turn.tell(&Event::ServiceFailed { id, service, end: &end, blocked: &blocked });
                let (was_ready, bereft) = (false, Vec::new());
                self.summary.services.push(ServiceLost {
                    service: id,
                    end,
                    was_ready,
                    bereft,
                    blocked,
                });
                self.give_up_for_service(turn, failures);
            }
            Some(Life::Ready(_)) => self.service_died(turn, id, end),
            Some(Life::Ends) => {
                turn.tell(&Event::ServiceStopped { id, service, end: &end });
                if self.run.state(start) == State::Running {
                    // It was to be ready; nobody is left to be blocked.
                    self.run.finish(start, Outcome::Failed);
                }
            }
            // It was told before.
            Some(first @ (Life::Over(_) | Life::Gone(_))) => {
                self.services.lives.insert(id, first);
            }
            None => unreachable!("what ends has been started"),
        }
    }

    fn service_died(&mut self, turn: &mut Turn<'_>, id: ServiceId, end: Arc<ServiceEnd>) {
        let suite = self.score.suite;
        let needs = |unit: &NodeId| {
            let (_, test) = self.score.test(*unit);
            suite.services_before(test).contains(&id)
        };
        let running: Vec<NodeId> = self.slots.units().filter(needs).collect();
        let mut bereft: Vec<TestId> = running.iter().map(|unit| self.score.test(*unit).0).collect();
        bereft.sort_unstable();
        for unit in running {
            self.services.bereft.entry(unit).or_insert(id);
        }
        // What stands on it is no more to be relied on.
        let lives = self.services.lives.keys().copied();
        let stands =
            |other: &ServiceId| *other == id || suite.services_behind(*other).contains(&id);
        let on_it: Vec<ServiceId> = lives.filter(stands).collect();
        let mut skips = Vec::new();
        for service in on_it {
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
        let (blocked, failures) = self.taken_along(&skips);
        let service = self.score.service(id);
        turn.tell(&Event::ServiceDied {
            id,
            service,
            end: &end,
            bereft: &bereft,
            blocked: &blocked,
        });
        let was_ready = true;
        self.summary.services.push(ServiceLost { service: id, end, was_ready, bereft, blocked });
        self.give_up_for_service(turn, failures);
    }

    /// A test pauses; it is blocked at once if what it needs is gone meanwhile.
    pub(super) fn park(&mut self, turn: &mut Turn<'_>, unit: NodeId) {
        self.run.park(unit);
        if self.has_lost_a_service(unit) {
            self.wake(turn, unit);
        }
    }

    /// A parked unit goes on, unless what it needs is gone meanwhile.
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

    /// The service by whose end this one is lost: itself, or one that it needs.
    fn first_lost(&self, id: ServiceId) -> ServiceId {
        if self.is_lost(id) {
            return id;
        }
        let behind = self.score.suite.services_behind(id);
        behind.into_iter().find(|other| self.is_lost(*other)).unwrap_or(id)
    }

    fn is_lost(&self, id: ServiceId) -> bool {
        matches!(self.services.lives.get(&id), Some(Life::Over(_) | Life::Gone(_)))
    }

    /// Whether something of a service may be there, or runs after it.
    pub(super) fn any_service_is_open(&self) -> bool {
        self.services.lives.values().any(|life| !matches!(life, Life::Gone(_)))
    }

    /// More tests do not run for a service that is known to be lost.
    fn block(&mut self, turn: &mut Turn<'_>, id: ServiceId, skips: &[Skip]) {
        let (blocked, failures) = self.taken_along(skips);
        if !blocked.is_empty() {
            let service = self.score.service(id);
            turn.tell(&Event::ServiceBlocks { id, service, blocked: &blocked });
            let mut lost = self.summary.services.iter_mut();
            let lost = lost.find(|lost| lost.service == id).expect("what is lost was told");
            lost.blocked.extend(blocked);
            lost.blocked.sort_unstable();
        }
        self.give_up_for_service(turn, failures);
    }

    /// The tests among these that are blocked, and the failures of those that have failed before and waited for another attempt.
    fn taken_along(&mut self, skips: &[Skip]) -> (Vec<TestId>, Vec<Failure>) {
        for skip in skips {
            self.refusals.end(skip.node);
        }
        let failures: Vec<Failure> =
            skips.iter().filter_map(|skip| self.retries.give_one_up(skip.node)).collect();
        let mut blocked = self.score.tests_of(skips);
        blocked.retain(|test| failures.iter().all(|failure| failure.test != *test));
        (blocked, failures)
    }

    /// Tests that waited for another attempt have none, for want of a service.
    fn give_up_for_service(&mut self, turn: &mut Turn<'_>, failures: Vec<Failure>) {
        self.tests_done += failures.len();
        self.give_up(turn, failures.into_iter());
        self.stop_at_max_failures(turn);
    }

    /// Whether a test must not start, since a service that it needs is lost: then it is blocked by now.
    pub(super) fn is_bereaved(&mut self, turn: &mut Turn<'_>, unit: NodeId, test: TestId) -> bool {
        let needs = self.score.suite.tests[test.index()].services.iter();
        let is_there = needs
            .clone()
            .all(|need| self.run.state(self.score.agenda.start_of(need.service)) == State::Passed);
        if is_there {
            return false;
        }
        if self.uses.remove(&unit) {
            turn.act(Act::EndUse { unit });
        }
        self.give_lead_up(turn, unit);
        self.run.park(unit);
        self.wake(turn, unit);
        true
    }

    /// How an attempt ended, if the death of a service that it needs accounts for it.
    pub(super) fn in_view_of_services(&mut self, unit: NodeId, ending: Ending) -> Ending {
        let Some(id) = self.services.bereft.remove(&unit) else { return ending };
        let Some(Life::Over(end) | Life::Gone(end)) = self.services.lives.get(&id) else {
            unreachable!("who is bereft has lost a service")
        };
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

    /// Whether a service is lost that the test needs.
    pub(super) fn has_lost_a_service(&self, unit: NodeId) -> bool {
        let (_, test) = self.score.test(unit);
        test.services
            .iter()
            .any(|need| self.run.state(self.score.agenda.start_of(need.service)) != State::Passed)
    }

    /// What is known of services that are ready.
    pub(super) fn grounds(
        &self,
        services: impl Iterator<Item = ServiceId>,
    ) -> Vec<(ServiceId, Arc<ServiceGround>)> {
        let ground = |id| match self.services.lives.get(&id) {
            Some(Life::Ready(ground)) => Some((id, Arc::clone(ground))),
            _ => None,
        };
        services.filter_map(ground).collect()
    }
}
