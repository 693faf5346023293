//! The lives of services. A service starts when a unit needs it, starts again if it may, and stops when nothing can need it any
//! more. `losses` has what follows for tests when a service is lost; `settling` has how a test gets services of its own.

use std::sync::Arc;
use std::time::Duration;

use probe_scenario::{Restart, ServiceGround, ServiceId, ServicePer};
use probe_scheduler::{NodeId, Outcome, State};

use super::act::{Act, StartService};
use super::lives::Life;
use super::message::ServiceSaid;
use super::state::Conductor;
use super::timers::Timer;
use super::turn::Turn;
use crate::event::Event;
use crate::instance::{Instance, Owner, Share};
use crate::service_end::{ServiceEnd, ServiceEnding};

/// How often a service is restarted.
pub(super) const RESTARTS: u32 = 3;
/// The delay before the first restart. It doubles each time.
const PAUSE: Duration = Duration::from_millis(250);

impl Conductor<'_> {
    /// Starts a service that a unit needs. If each slot or test has its own copy, no copy starts before its user needs it.
    pub(super) fn start_service(&mut self, turn: &mut Turn<'_>, id: ServiceId) {
        match self.score.service(id).per {
            ServicePer::Run => {
                self.start_or_hold(turn, Instance { service: id, share: Share::Run });
            }
            ServicePer::Slot | ServicePer::Test => {
                self.run.finish(self.score.agenda.start_of(id), Outcome::Passed);
            }
        }
    }

    /// Starts a copy of a service, whose user runs in this slot.
    pub(super) fn start_instance(
        &mut self,
        turn: &mut Turn<'_>,
        instance: Instance,
        slot: Option<usize>,
    ) {
        let id = instance.service;
        self.services.lives.insert(instance, Life::Starts);
        let (service, owner) = (self.score.service(id), self.owner(instance));
        turn.tell(&Event::ServiceStarting { id, service, owner });
        let places = self.places(self.score.suite.libraries_of_service(id));
        let needs = service.services.iter().map(|need| self.needed(need.service, instance, slot));
        let grounds = self.grounds(needs);
        let again = self.services.restarts.get(&instance).is_some_and(|times| *times > 0);
        turn.act(Act::StartService(StartService { instance, again, places, grounds }));
    }

    /// The copy of a service that another service uses.
    pub(super) fn needed(&self, id: ServiceId, by: Instance, slot: Option<usize>) -> Instance {
        let per = self.score.service(id).per;
        let share = match (per, by.share) {
            (ServicePer::Run, _) => Share::Run,
            (ServicePer::Slot, Share::Test(_)) => slot.map_or(Share::Run, Share::Slot),
            (_, share) => share,
        };
        Instance { service: id, share }
    }

    /// The owner of a copy, as reports show it.
    pub(super) fn owner(&self, instance: Instance) -> Owner<'_> {
        match instance.share {
            Share::Run => Owner::Run,
            Share::Slot(slot) => Owner::Slot(slot),
            Share::Test(test) => Owner::Test(test, &self.score.suite.tests[test.index()]),
        }
    }

    /// Stops a service after nothing can need it any more.
    pub(super) fn stop_service(&mut self, turn: &mut Turn<'_>, unit: NodeId, id: ServiceId) {
        let all: Vec<Instance> = self.services.of(id).map(|(instance, _)| instance).collect();
        for &instance in &all {
            self.starts_no_more_again(instance);
        }
        self.services.held.remove(&Instance { service: id, share: Share::Run });
        let start = self.score.agenda.start_of(id);
        let is_there = self.services.of(id).any(|(_, life)| life.goes_on());
        if !is_there && self.run.state(start) == State::Running {
            // It was about to restart and never became ready.
            self.run.finish(start, Outcome::Failed);
        }
        self.services.leaving.extend(all);
        self.stop_leaving(turn);
        if !self.services.of(id).any(|(_, life)| life.is_open()) {
            self.run.finish(unit, Outcome::Passed);
        }
    }

    /// Cancels a pending restart.
    pub(super) fn starts_no_more_again(&mut self, instance: Instance) -> bool {
        self.services.held.remove(&instance);
        let Some(life) = self.services.lives.get_mut(&instance) else { return false };
        *life = match life {
            Life::Falls => Life::Over,
            Life::Pauses => Life::Gone,
            _ => return false,
        };
        true
    }

    /// Asks services to end that should, and that no remaining user needs. The others follow in their turn.
    pub(super) fn stop_leaving(&mut self, turn: &mut Turn<'_>) {
        for instance in self.services.leaving.clone() {
            let goes_on = self.services.lives.get(&instance).is_some_and(Life::goes_on);
            if !goes_on {
                self.services.leaving.remove(&instance);
            } else if !self.is_needed(instance) {
                self.services.leaving.remove(&instance);
                self.services.lives.insert(instance, Life::Ends);
                let id = instance.service;
                let (service, owner) = (self.score.service(id), self.owner(instance));
                turn.tell(&Event::ServiceStopping { id, service, owner });
                turn.act(Act::StopService(instance));
            }
        }
    }

    /// Whether another service that is still there needs it.
    fn is_needed(&self, instance: Instance) -> bool {
        let suite = self.score.suite;
        self.services.lives.iter().any(|(other, life)| {
            life.is_open()
                && other.shares(instance)
                && suite.services_behind(other.service).contains(&instance.service)
        })
    }

    /// Ends the services of a test whose attempt has ended or does not start.
    pub(super) fn end_own_services(&mut self, turn: &mut Turn<'_>, unit: NodeId) {
        if self.services.lives.is_empty() {
            return;
        }
        let share = Share::Test(self.score.test(unit).0);
        let lives = self.services.lives.keys().copied();
        let own: Vec<Instance> = lives.filter(|instance| instance.share == share).collect();
        for &instance in &own {
            self.starts_no_more_again(instance);
        }
        self.services.leaving.extend(own);
        self.stop_leaving(turn);
    }

    /// Ends all services before the run is left with hanging units.
    pub(super) fn stop_all_services(&mut self, turn: &mut Turn<'_>) {
        let all: Vec<Instance> = self.services.lives.keys().copied().collect();
        self.services.leaving.extend(all);
        self.stop_leaving(turn);
        let asked = self.services.lives.iter().filter(|(_, life)| matches!(life, Life::Ends));
        let asked: Vec<ServiceId> = asked.map(|(instance, _)| instance.service).collect();
        for id in asked {
            let start = self.score.agenda.start_of(id);
            if self.run.state(start) == State::Passed {
                // Units that still wait for it do not run, even if what they hang on arrives after all.
                let skips = self.run.revoke(start);
                let (_, failures) = self.taken_along(&skips);
                self.give_up_for_service(turn, failures);
            }
        }
    }

    /// Whether anything of a service, or its cleanup, may still run.
    pub(super) fn any_service_is_open(&self) -> bool {
        self.services.lives.values().any(Life::is_open)
    }

    pub(super) fn service_said(
        &mut self,
        turn: &mut Turn<'_>,
        instance: Instance,
        said: ServiceSaid,
    ) {
        let id = instance.service;
        match said {
            ServiceSaid::Ready { ground, took } => self.service_ready(turn, instance, ground, took),
            ServiceSaid::Ended(end) => self.service_ended(turn, instance, end),
            ServiceSaid::Trouble(trouble) => {
                let (service, owner) = (self.score.service(id), self.owner(instance));
                turn.tell(&Event::ServiceTrouble { id, service, owner, trouble: &trouble });
            }
            ServiceSaid::Gone => self.service_gone(turn, instance),
        }
        self.settle_all(turn);
    }

    fn service_ready(
        &mut self,
        turn: &mut Turn<'_>,
        instance: Instance,
        ground: Arc<ServiceGround>,
        took: Duration,
    ) {
        // It may have been asked to end meanwhile, or have lost what it needs.
        let id = instance.service;
        let start = self.score.agenda.start_of(id);
        let state = self.run.state(start);
        let starts = matches!(self.services.lives.get(&instance), Some(Life::Starts));
        if !starts || !matches!(state, State::Running | State::Passed) {
            return;
        }
        let (service, owner) = (self.score.service(id), self.owner(instance));
        turn.tell(&Event::ServiceReady { id, service, owner, ground: &ground, took });
        self.services.lives.insert(instance, Life::Ready(ground));
        if state == State::Running {
            self.run.finish(start, Outcome::Passed);
        }
        for held in std::mem::take(&mut self.services.held) {
            self.start_or_hold(turn, held);
        }
        for unit in std::mem::take(&mut self.services.waiting) {
            self.wake(turn, unit);
        }
    }

    /// Handles the end of a service. A test that needs it may have reported it first.
    pub(super) fn service_ended(
        &mut self,
        turn: &mut Turn<'_>,
        instance: Instance,
        end: Arc<ServiceEnd>,
    ) {
        let told = self.services.ends.insert(instance, Arc::clone(&end));
        if told.is_some_and(|told| Arc::ptr_eq(&told, &end)) {
            return;
        }
        let start = self.score.agenda.start_of(instance.service);
        let state = self.run.state(start);
        let life = self.services.lives.insert(instance, Life::Over);
        match life {
            Some(Life::Starts) if !self.is_wanted(instance) => {
                self.service_stopped(turn, instance, &end);
            }
            Some(Life::Starts) if self.may_start_again(instance, &end) => {
                self.falls(turn, instance, &end, false);
            }
            Some(Life::Ready(_))
                if instance.share == Share::Run && self.may_start_again(instance, &end) =>
            {
                self.falls(turn, instance, &end, true);
            }
            // It had been ready and was restarted.
            Some(Life::Starts) if instance.share == Share::Run && state == State::Passed => {
                self.lose(turn, instance, end, true);
            }
            Some(Life::Starts) => self.lose(turn, instance, end, false),
            Some(Life::Ready(_)) if instance.share == Share::Run => {
                self.lose(turn, instance, end, true);
            }
            // The next test that needs the service gets a new copy.
            Some(Life::Ready(_)) => self.dies_alone(turn, instance, end),
            Some(Life::Ends) => self.service_stopped(turn, instance, &end),
            Some(Life::Falls | Life::Pauses | Life::Over | Life::Gone) | None => {
                unreachable!("what ends has been started, and ends once")
            }
        }
    }

    /// Handles the end of a service that was asked to end, or that nothing needs any more.
    fn service_stopped(&mut self, turn: &mut Turn<'_>, instance: Instance, end: &ServiceEnd) {
        let id = instance.service;
        let (service, owner) = (self.score.service(id), self.owner(instance));
        turn.tell(&Event::ServiceStopped { id, service, owner, end });
        let start = self.score.agenda.start_of(id);
        if instance.share == Share::Run && self.run.state(start) == State::Running {
            // It was starting, and no unit is left to block.
            self.run.finish(start, Outcome::Failed);
        }
    }

    /// Whether any unit waits for a copy that is starting.
    pub(super) fn is_wanted(&self, instance: Instance) -> bool {
        match (instance.share, self.run.state(self.score.agenda.start_of(instance.service))) {
            (Share::Run, State::Running) => self.summary.stop.is_none(),
            (Share::Run, state) => state == State::Passed,
            (_, State::Passed) => {
                self.services.settling.iter().any(|unit| self.has(*unit, instance))
            }
            _ => false,
        }
    }

    /// Whether a service that ended by itself is restarted.
    fn may_start_again(&self, instance: Instance, end: &ServiceEnd) -> bool {
        let times = self.services.restarts.get(&instance).copied().unwrap_or(0);
        self.score.service(instance.service).restart == Restart::OnFailure
            && times < RESTARTS
            && self.summary.stop.is_none()
            && matches!(end.how, ServiceEnding::Exited(_) | ServiceEnding::Killed(_))
    }

    /// Handles the end of a service that will be restarted.
    fn falls(
        &mut self,
        turn: &mut Turn<'_>,
        instance: Instance,
        end: &Arc<ServiceEnd>,
        was_ready: bool,
    ) {
        self.services.lives.insert(instance, Life::Falls);
        let times = self.services.restarts.entry(instance).or_default();
        *times += 1;
        let (number, delay) = (*times, pause(*times));
        let bereft = if was_ready { self.leave_bereft(instance, end) } else { Vec::new() };
        let id = instance.service;
        let (service, owner) = (self.score.service(id), self.owner(instance));
        turn.tell(&Event::ServiceRestarting {
            id,
            service,
            owner,
            end,
            was_ready,
            bereft: &bereft,
            number,
            of: RESTARTS,
            delay,
        });
    }

    /// Handles that nothing is left of a service that has ended.
    fn service_gone(&mut self, turn: &mut Turn<'_>, instance: Instance) {
        let id = instance.service;
        match self.services.lives.get_mut(&instance) {
            Some(life @ Life::Falls) => {
                *life = Life::Pauses;
                let times = self.services.restarts.get(&instance).copied().unwrap_or(1);
                let start = self.score.agenda.start_of(id);
                self.timers.set(turn.now + pause(times), start, Timer::Restart(instance));
            }
            Some(life @ Life::Over) => *life = Life::Gone,
            _ => {}
        }
        self.stop_leaving(turn);
        let stop = self.score.agenda.stop_of(id);
        let is_open = self.services.of(id).any(|(_, life)| life.is_open());
        if !is_open && self.run.state(stop) == State::Running {
            self.run.finish(stop, Outcome::Passed);
        }
    }

    /// Restarts a service, now that its delay is over.
    pub(super) fn restart(&mut self, turn: &mut Turn<'_>, instance: Instance) {
        if !matches!(self.services.lives.get(&instance), Some(Life::Pauses)) {
            return;
        }
        if self.is_wanted(instance) {
            self.start_or_hold(turn, instance);
        } else {
            // All units that waited for it have gone meanwhile.
            self.starts_no_more_again(instance);
        }
    }

    /// Starts a service, or waits for what it needs, which may be about to restart itself.
    fn start_or_hold(&mut self, turn: &mut Turn<'_>, instance: Instance) {
        let slot = match instance.share {
            Share::Run => None,
            Share::Slot(slot) => Some(slot),
            Share::Test(test) => {
                let mut units = self.slots.units();
                let unit = units.find(|unit| self.score.test(*unit).0 == test);
                unit.and_then(|unit| self.slots.of(unit))
            }
        };
        let needs = &self.score.service(instance.service).services;
        let mut needs = needs.iter().map(|need| self.needed(need.service, instance, slot));
        if needs.all(|needed| self.services.ground(needed).is_some()) {
            self.start_instance(turn, instance, slot);
        } else {
            self.services.held.insert(instance);
        }
    }

    /// Ports, directories and other values of services that are ready.
    pub(super) fn grounds(
        &self,
        instances: impl Iterator<Item = Instance>,
    ) -> Vec<(ServiceId, Arc<ServiceGround>)> {
        let ground = |one: Instance| Some((one.service, Arc::clone(self.services.ground(one)?)));
        instances.filter_map(ground).collect()
    }
}

fn pause(times: u32) -> Duration {
    PAUSE * 2_u32.pow(times.saturating_sub(1))
}
