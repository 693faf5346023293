//! Starts units, and does what is due for units that have started.

use probe_scenario::{LibraryId, TestId};
use probe_scheduler::{Next, NodeId};

use super::act::{Act, Import, Job, Places};
use super::state::Conductor;
use super::timers::Timer;
use super::turn::Turn;
use crate::event::Event;
use crate::instance::Instance;
use crate::unit::Unit;

impl Conductor<'_> {
    /// Starts everything that may start. Returns whether anything is left to wait for.
    pub(super) fn start_all(&mut self, turn: &mut Turn<'_>) -> bool {
        // A test that has asked gets its answer before the next test starts, which is later in the order.
        while self.asking.is_empty() {
            match self.run.start_next() {
                Next::Start(unit) => self.start(turn, unit),
                Next::Wait => return true,
                Next::Done => return false,
            }
        }
        true
    }

    fn start(&mut self, turn: &mut Turn<'_>, unit: NodeId) {
        if self.waiting.remove(&unit) {
            return self.import_goes_on(turn, unit);
        }
        match *self.score.agenda.graph().payload(unit) {
            Unit::Preload(id) => {
                let library = self.score.library(id);
                turn.tell(&Event::PreloadStarted { id, library });
                self.run_time.start(unit, turn.now);
                if self.score.agenda.gate(id).is_some() {
                    turn.act(Act::Look { unit, library: id });
                } else if let Some(early) = self.score.early.import(id) {
                    self.import_came(turn, unit, early.result, early.took);
                } else {
                    let places = self.places(self.score.suite.libraries_behind(id));
                    turn.act(Act::Import(Import { unit, library: id, places }));
                }
            }
            Unit::Service(id) => self.start_service(turn, id),
            Unit::Stop(id) => self.stop_service(turn, unit, id),
            Unit::Test(id) => {
                if self.is_stopped(unit) {
                    self.starts_no_more(unit);
                } else if !self.must_lead(turn, unit, id) {
                    self.use_and_start(turn, unit, id);
                }
            }
        }
    }

    /// Starts an attempt of a test that has everything that it needs.
    pub(super) fn start_test(&mut self, turn: &mut Turn<'_>, unit: NodeId, id: TestId) {
        if !self.is_kept_by_services(turn, unit, id) {
            self.settle_or_run(turn, unit, id);
        }
    }

    /// Gives an attempt of a test with a slot to a worker.
    pub(super) fn run_attempt(&mut self, turn: &mut Turn<'_>, unit: NodeId, id: TestId) {
        let test = &self.score.suite.tests[id.index()];
        let number = self.retries.attempt(unit);
        self.retries.started(unit);
        self.begun[id.index()] = true;
        let running = self.score.limits(test).slow;
        self.timers.set(turn.now + running, unit, Timer::Slow { attempt: number, running });
        let slot = self.slots.of(unit).expect("a test that starts has a slot");
        self.run_time.start(unit, turn.now);
        turn.tell(&Event::TestStarted { id, test, number, slot });
        let places = self.places(self.score.suite.libraries_before(test));
        let graph = self.score.agenda.graph();
        let is_awaited = !graph.dependents(unit).is_empty()
            || !graph.followers(unit).is_empty()
            || !self.led_by(unit).is_empty();
        let services = self.instances(id, Some(slot));
        let is_direct =
            |instance: &Instance| test.services.iter().any(|need| need.service == instance.service);
        let grounds = self.grounds(services.iter().copied().filter(is_direct));
        let test = id;
        let job = Job { unit, test, number, slot, is_awaited, places, services, grounds };
        turn.act(Act::Run(job));
    }

    /// The paths of those libraries among these that are there, or that tests will make.
    pub(super) fn places(&self, libraries: Vec<LibraryId>) -> Places {
        let place = |id: LibraryId| Some((id, self.summary.places[id.index()].clone()?));
        Places(libraries.into_iter().filter_map(place).collect())
    }

    /// Does what is due.
    pub(super) fn due(&mut self, turn: &mut Turn<'_>, unit: NodeId, timer: Timer) {
        match timer {
            Timer::Slow { attempt, running } => {
                // Not while only its libraries are being looked at.
                if self.has_run_begun(unit) && self.retries.attempt(unit) == attempt {
                    let (id, test) = self.score.test(unit);
                    turn.tell(&Event::TestSlow { id, test, running });
                    let timer = Timer::Slow { attempt, running: running * 2 };
                    self.timers.set(turn.now + running, unit, timer);
                }
            }
            Timer::Look => self.look_again(turn, unit),
            Timer::Room => self.wake(turn, unit),
            Timer::Restart(instance) => {
                self.restart(turn, instance);
                self.settle_all(turn);
            }
            Timer::Again => {
                if self.retries.waits(unit) {
                    self.wake(turn, unit);
                }
            }
        }
    }
}
