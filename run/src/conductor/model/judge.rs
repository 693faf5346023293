//! The invariants of a run, checked by an observer who sees every event and every order. Knows the suite, but nothing of the
//! conductor's state.

mod events;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use probe_process::Signal;
use probe_scenario::{LibraryId, TestId};
use probe_scheduler::NodeId;

use super::course::{Course, Stand};
use super::servants::Servants;
use super::spec::Spec;
use crate::conductor::act::{Act, Job};
use crate::conductor::message::{Made, Remembered, Usage};
use crate::stop::Stop;
use crate::unit::Unit;

/// The state of a library, by its events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shelf {
    Waits,
    /// Its preload has started, and may be ordered.
    Started,
    /// Its preload was ordered.
    Comes,
    /// It is not there, and tests make it.
    Unmade,
    There,
    Failed,
}

/// The observer.
pub(super) struct Judge<'s> {
    pub(super) spec: &'s Spec,
    seed: u64,
    /// The clock that does not run during pauses.
    pub(super) clock: Duration,
    pub(super) tests: Vec<Course>,
    pub(super) libraries: Vec<Shelf>,
    /// Libraries that are being built.
    pub(super) builds: BTreeSet<LibraryId>,
    /// Builds that must be reported as cut short.
    to_cut: BTreeSet<LibraryId>,
    /// Attempts that left processes behind, and attempts that raced.
    pub(super) leaks: usize,
    pub(super) raced: usize,
    /// Attempts that speak of a place.
    pub(super) gathered: usize,
    /// Whether everything is paused.
    pub(super) sleeps: bool,
    /// Imports that waited when the run was stopped. They are not reported any more.
    counted_out: BTreeSet<LibraryId>,
    /// Since when tests wait for processes that make what they need, on the wall clock.
    refused: BTreeMap<NodeId, Duration>,
    /// A test that has waited for too long.
    pub(super) to_end: Option<TestId>,
    /// Imports that want their place in the lane back and have none.
    pub(super) parked: BTreeSet<LibraryId>,
    pub(super) wanting: BTreeSet<LibraryId>,
    /// The leads that tests have.
    pub(super) leads: Vec<(NodeId, Vec<LibraryId>)>,
    /// How many tests with the lead for a library passed without making it.
    barren: BTreeMap<LibraryId, u32>,
    /// The libraries that may be reported as there after the last message, and those that must be.
    pub(super) may_open: Vec<LibraryId>,
    pub(super) to_open: BTreeSet<LibraryId>,
    /// The state of the services.
    pub(super) servants: Servants,
    /// The tests that wait for an answer whether they may lead.
    pub(super) admitting: BTreeSet<NodeId>,
    /// The tests that wait for an answer whether they may use libraries that are made in place.
    pub(super) asking: BTreeSet<NodeId>,
    /// The test that goes on after the last message.
    pub(super) answered: Option<NodeId>,
    /// How many files moved aside, and processes left by commands, are still to be reported.
    pub(super) to_tell_aside: usize,
    pub(super) to_tell_left: Option<String>,
    /// The tests that may use libraries that are made in place, with or without a lock.
    pub(super) uses: BTreeSet<NodeId>,
    /// The tests among these without a lock.
    pub(super) free_uses: BTreeSet<NodeId>,
    /// The attempt that was reported as started and not ordered yet.
    pub(super) to_run: Option<(TestId, u32, usize)>,
    /// The attempt that was reported as examined and not ordered yet.
    to_examine: Option<TestId>,
    /// The tests to report as blocked, and the test that blocks them.
    pub(super) to_block: Option<(TestId, Vec<TestId>)>,
    pub(super) stop: Option<Stop>,
    /// How many tests had not started when the run's time was over.
    pub(super) overtime: Option<usize>,
    pub(super) ordered: Option<Signal>,
    /// Whether everything is killed.
    pub(super) kills: bool,
    cancels: usize,
    tests_done: usize,
    libraries_done: usize,
    pub(super) failed: usize,
    /// How many tests in a row were just given up.
    given_up: usize,
    pub(super) is_over: bool,
    log: Vec<String>,
}

impl<'s> Judge<'s> {
    pub(super) fn new(spec: &'s Spec, seed: u64) -> Self {
        let tests = (0..spec.suite.tests.len()).map(|index| Course::new(TestId::new(index)));
        Self {
            spec,
            seed,
            clock: Duration::ZERO,
            tests: tests.collect(),
            libraries: vec![Shelf::Waits; spec.suite.libraries.len()],
            builds: BTreeSet::new(),
            to_cut: BTreeSet::new(),
            leaks: 0,
            raced: 0,
            gathered: 0,
            sleeps: false,
            counted_out: BTreeSet::new(),
            refused: BTreeMap::new(),
            to_end: None,
            parked: BTreeSet::new(),
            wanting: BTreeSet::new(),
            leads: Vec::new(),
            barren: BTreeMap::new(),
            may_open: Vec::new(),
            to_open: BTreeSet::new(),
            servants: Servants::default(),
            admitting: BTreeSet::new(),
            asking: BTreeSet::new(),
            answered: None,
            to_tell_aside: 0,
            to_tell_left: None,
            uses: BTreeSet::new(),
            free_uses: BTreeSet::new(),
            to_run: None,
            to_examine: None,
            to_block: None,
            stop: None,
            overtime: None,
            ordered: None,
            kills: false,
            cancels: 0,
            tests_done: 0,
            libraries_done: 0,
            failed: 0,
            given_up: 0,
            is_over: false,
            log: Vec::new(),
        }
    }

    /// Notes what happens, for the message of a failure. Does nothing at the usual speed.
    pub(super) fn note(&mut self, what: impl FnOnce() -> String) {
        if self.log.capacity() > 0 {
            let note = format!("{:?} {}", self.clock, what());
            self.log.push(note);
        }
    }

    /// Notes everything from now on.
    pub(super) fn keep_notes(&mut self) {
        self.log.reserve(1);
    }

    pub(super) fn notes(self) -> Vec<String> {
        self.log
    }

    #[track_caller]
    pub(super) fn require(&self, holds: bool, what: &str) {
        assert!(holds, "seed {}: {what}\n{}", self.seed, self.log.join("\n"));
    }

    pub(super) fn test_of(&self, unit: NodeId) -> TestId {
        match *self.spec.agenda.graph().payload(unit) {
            Unit::Test(test) => test,
            _ => unreachable!("seed {}: it is no test", self.seed),
        }
    }

    pub(super) fn unit(&self, id: TestId) -> NodeId {
        self.spec.units[id.index()]
    }

    /// The libraries that `unit` leads.
    pub(super) fn led_by(&self, unit: NodeId) -> &[LibraryId] {
        let lead = self.leads.iter().find(|(leader, _)| *leader == unit);
        lead.map(|(_, led)| led.as_slice()).unwrap_or_default()
    }

    pub(super) fn acted(&mut self, act: &Act) {
        self.note(|| format!("  act {act:?}"));
        match act {
            Act::Run(Job { test, number, slot, places, .. }) => {
                let told = self.to_run.take();
                self.require(told == Some((*test, *number, *slot)), "what starts is told first");
                let wanted = self.spec.libraries_before(*test);
                let given: Vec<LibraryId> = places.0.iter().map(|(id, _)| *id).collect();
                self.require(given == wanted, "an attempt knows where its libraries are");
            }
            Act::Import(import) => {
                self.comes(import.library);
                let given: Vec<LibraryId> = import.places.0.iter().map(|(id, _)| *id).collect();
                let needed = self.spec.libraries_behind(import.library);
                self.require(given == needed, "an import knows where what it needs is");
            }
            Act::Look { library, .. } => self.comes(*library),
            Act::GoOn(unit) => {
                let Unit::Preload(library) = *self.spec.agenda.graph().payload(*unit) else {
                    unreachable!("seed {}: only imports go on", self.seed)
                };
                let is_so = self.wanting.remove(&library);
                self.require(is_so, "only who waits goes on");
            }
            Act::Admit { unit, libraries } => {
                self.starts_nothing_after_a_stop_but(self.test_of(*unit));
                let before = self.spec.libraries_before(self.test_of(*unit));
                let unmade = |id: &LibraryId| self.libraries[id.index()] == Shelf::Unmade;
                let needed: Vec<LibraryId> = before.into_iter().filter(unmade).collect();
                self.require(*libraries == needed, "all that is not made is to be led");
                self.require(self.led_by(*unit).is_empty(), "nobody leads twice");
                self.nobody_asks_but(None);
                self.admitting.insert(*unit);
            }
            Act::GiveLeadUp { unit, by_itself } => {
                self.lead_ends(*unit);
                let course = &self.tests[self.test_of(*unit).index()];
                self.require(
                    !course.has_passed(),
                    "what a test made that has passed is remembered",
                );
                self.require(
                    *by_itself == course.may_have_made_whole(),
                    "whoever is killed leaves halves",
                );
            }
            Act::Remember { unit } => {
                self.lead_ends(*unit);
                let course = &self.tests[self.test_of(*unit).index()];
                self.require(
                    course.has_passed(),
                    "only of a test that has passed it is remembered what it made",
                );
            }
            Act::Use { unit, libraries } => {
                self.starts_nothing_after_a_stop_but(self.test_of(*unit));
                self.nobody_asks_but(self.answered.filter(|answered| answered == unit));
                self.require(!self.uses.contains(unit), "nobody uses twice");
                let led = self.led_by(*unit);
                let mut made = self.spec.libraries_before(self.test_of(*unit));
                made.retain(|id| self.spec.is_made_in_place(*id) && !led.contains(id));
                self.require(
                    *libraries == made,
                    "all that is made in place is used, but what the user makes",
                );
                self.asking.insert(*unit);
            }
            Act::EndUse { unit } => {
                let is_so = self.uses.remove(unit);
                self.require(is_so, "a use is given up once");
            }
            Act::StartService(start) => self.service_asked_to_start(start),
            Act::StopService(id) => self.service_asked_to_end(*id),
            Act::Examine(case) => {
                let test = self.test_of(case.unit);
                let is_so = self.to_examine.take() == Some(test);
                self.require(is_so, "what is examined is told first");
            }
            Act::Cancel => {
                self.cancels += 1;
                self.require(
                    self.cancels <= 3,
                    "a run is cancelled once, and once more by its time and by a signal",
                );
                self.counted_out.append(&mut self.wanting);
                self.counted_out.append(&mut self.parked);
            }
            Act::Stop(signal) => {
                let ordered = self.ordered.take();
                self.kills |= *signal == Signal::KILL;
                let is_right = ordered == Some(*signal);
                self.require(is_right, "signals are passed on, the second one as SIGKILL");
            }
            Act::Suspend | Act::Resume | Act::AskIdle => {}
        }
    }

    /// Handles what a passed test with a lead has made. The gate opens if the library is there, if that cannot be known, or if
    /// enough tests have passed without making it.
    pub(super) fn remembered(&mut self, remembered: &Remembered) {
        let library = remembered.library;
        let is_certain = self.spec.score().is_certain(library);
        let barren = self.barren.entry(library).or_default();
        if let (Made::Missing(_), true) = (&remembered.made, is_certain) {
            *barren += 1;
            if *barren < self.spec.leaders() {
                return;
            }
        }
        self.may_open.push(library);
        self.to_open.insert(library);
    }

    fn lead_ends(&mut self, unit: NodeId) {
        let before = self.leads.len();
        self.leads.retain(|(leader, _)| *leader != unit);
        self.require(self.leads.len() + 1 == before, "a lead is given up once");
    }

    /// A test that asks whether it may use something is first in line until it gets its answer. Only this one has got one.
    pub(super) fn nobody_asks_but(&self, answered: Option<NodeId>) {
        let is_so = self.asking.is_empty() || answered.is_some();
        self.require(is_so, "who was first in line starts first");
    }

    fn comes(&mut self, library: LibraryId) {
        let shelf = &mut self.libraries[library.index()];
        let was = std::mem::replace(shelf, Shelf::Comes);
        self.require(was == Shelf::Started, "a preload is asked for once, and told first");
    }

    pub(super) fn starts_nothing_after_a_stop(&self) {
        self.require(self.stop.is_none(), "nothing starts after a stop");
    }

    /// Handles whether a test may use what it needs. `elapsed` is the wall clock.
    pub(super) fn used(&mut self, unit: NodeId, usage: &Usage, elapsed: Duration) {
        self.asking.remove(&unit);
        match usage {
            Usage::Granted => {
                self.uses.insert(unit);
                self.refused.remove(&unit);
            }
            Usage::Free => {
                self.free_uses.insert(unit);
                self.refused.remove(&unit);
            }
            Usage::Refused { .. } => {
                let since = *self.refused.entry(unit).or_insert(elapsed);
                let test = self.test_of(unit);
                let has_to_end = match self.stop {
                    None => elapsed - since >= self.spec.lock_timeout,
                    Some(_) => self.goes_on(test),
                };
                if has_to_end {
                    self.refused.remove(&unit);
                    self.to_end = Some(test);
                }
            }
        }
    }

    /// Checks that no event or order is missing.
    pub(super) fn is_square(&self) {
        self.require(self.to_run.is_none(), "what was told to start is asked for");
        self.require(self.to_open.is_empty(), "what a test has made opens its gate");
        self.require(self.to_examine.is_none(), "what was told to be examined is asked for");
        self.require(self.to_block.is_none(), "who is blocked is told");
        self.require(self.to_tell_aside == 0, "what was moved aside is told");
        self.require(self.to_tell_left.is_none(), "what a command has left is told");
        let is_told = self.servants.in_trouble.is_none();
        self.require(is_told, "that a command beside a service has failed is told");
        self.require(self.ordered.is_none(), "a signal is passed on");
        self.require(self.to_end.is_none(), "nobody waits too long for whoever makes something");
        let waits = |course: &Course| {
            matches!(course.stand, Stand::Waits { has_failed: true, .. })
                && !self.spec.test(course.id).is_finally
        };
        let is_left = self.stop.is_some() && self.tests.iter().any(waits);
        self.require(!is_left, "a stop gives up who has failed and waits");
        let heard = self.tests.iter().all(|course| course.told.is_none());
        self.require(heard, "every end of an attempt has a consequence that is told");
        let max = self.spec.settings.max_failures.map(|max| max.get() as usize);
        let is_late = max.is_some_and(|max| self.failed >= max && self.stop.is_none());
        self.require(!is_late, "a run is stopped when as many have failed as may");
        let nobody = self.servants.doomed.is_empty();
        self.require(nobody, "who waits for another attempt and has lost a service is given up");
        self.require(self.to_cut.is_empty(), "builds are cut short by a stop");
        self.require(self.stop.is_none() || self.cancels > 0, "a stop tells imports so");
    }
}
