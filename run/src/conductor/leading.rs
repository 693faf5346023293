//! What follows if tests make a library. One of them runs at a time on this machine, until one has passed and made the library,
//! or until several have passed without making it.
//!
//! Within this run, the scheduler has a group for each such library, which runs one test at a time. Between processes, a scout
//! takes the lead before such a test starts. If it is refused, the test is parked until it is time to look again.

use std::path::PathBuf;
use std::time::Duration;

use probe_loader::{Aside, Holder};
use probe_scenario::{LibraryId, TestId};
use probe_scheduler::{NodeId, Outcome, State};

use super::act::Act;
use super::gates::Barren;
use super::message::{Admission, Known, Looked, Made, Remembered};
use super::state::Conductor;
use super::timers::Timer;
use super::turn::Turn;
use crate::attempt::Attempt;
use crate::ending::Ending;
use crate::event::Event;

impl Conductor<'_> {
    /// Whether the test needs a library that is not known to be there. Then it has been parked, or a scout will say how it
    /// goes on.
    pub(super) fn must_lead(&mut self, turn: &mut Turn<'_>, unit: NodeId, test: TestId) -> bool {
        let mut wanted = self.score.agenda.led_before(self.score.suite, test);
        wanted.retain(|&library| self.gates.is_closed(library));
        if wanted.is_empty() {
            return false;
        }
        if wanted.iter().any(|&library| self.gates.holds_back(library, unit)) {
            self.run.park(unit);
            return true;
        }
        turn.act(Act::Admit { unit, libraries: wanted });
        true
    }

    /// A leader has passed, and it is known what it has made. What it has not made, the next one may make.
    pub(super) fn remembered(&mut self, turn: &mut Turn<'_>, unit: NodeId, made: Vec<Remembered>) {
        let test = self.score.test(unit).0;
        for Remembered { library, place, made } in made {
            match made {
                Made::There => {}
                // It need not have used it at all.
                Made::Missing(_) if !self.score.is_certain(library) => {}
                Made::Missing(cause) => {
                    let barren = self.gates.passed_without(library, test, cause);
                    if barren.tests < self.score.leaders {
                        continue;
                    }
                    self.nobody_makes(turn, library, &barren, "; those that follow run together");
                }
                Made::Unknown(cause) => self.not_remembered(turn, unit, library, &cause),
            }
            self.open(turn, library, place);
        }
        self.run.finish(unit, Outcome::Passed);
    }

    /// Says of the libraries that tests were to make, and have not made, that they are not there. The run has ended by itself.
    pub(super) fn name_what_nobody_made(&mut self, turn: &mut Turn<'_>) {
        if self.summary.stop.is_none() {
            for (library, barren) in self.gates.barren() {
                self.nobody_makes(turn, library, barren, "");
            }
        }
    }

    /// The leader of a library has ended. Whether its end is reported to the scheduler later, once it is known that what
    /// it made is there.
    pub(super) fn leader_ended(
        &mut self,
        turn: &mut Turn<'_>,
        unit: NodeId,
        ending: &Ending,
    ) -> bool {
        if self.leads.remove(&unit).is_none() {
            return false;
        }
        let ending = match ending {
            Ending::Bereft(bereft) => &bereft.ending,
            ending => ending,
        };
        let by_itself = match ending {
            Ending::Passed | Ending::Flaky | Ending::Unexpected(_) => {
                turn.act(Act::Remember { unit });
                return true;
            }
            // The next one may try, here or elsewhere. What this one was about to make may be there by half.
            Ending::TimedOut(_) | Ending::Interrupted | Ending::Killed(_) => false,
            Ending::Leaked
            | Ending::Empty
            | Ending::Skipped(_)
            | Ending::Unprepared(_)
            | Ending::Uncleared(_)
            | Ending::Expected { .. }
            | Ending::Exited(_)
            | Ending::Belied(_)
            | Ending::NotStarted(_)
            | Ending::NoRoom(_)
            | Ending::Bereft(_) => true,
        };
        turn.act(Act::GiveLeadUp { unit, by_itself });
        false
    }

    /// The libraries that this test leads.
    pub(super) fn led_by(&self, unit: NodeId) -> &[LibraryId] {
        self.leads.get(&unit).map(Vec::as_slice).unwrap_or_default()
    }

    /// A test that was to lead does not start now.
    pub(super) fn give_lead_up(&mut self, turn: &mut Turn<'_>, unit: NodeId) {
        if self.leads.remove(&unit).is_some() {
            turn.act(Act::GiveLeadUp { unit, by_itself: true });
        }
    }

    /// It is time to look again whether another process still leads this library's tests.
    pub(super) fn look_again(&mut self, turn: &mut Turn<'_>, preload: NodeId) {
        let (library, _) = self.score.preload(preload);
        for unit in self.gates.look_again(library) {
            self.wake(turn, unit);
        }
    }

    /// It is known whether a library is there that tests make.
    pub(super) fn looked(&mut self, turn: &mut Turn<'_>, unit: NodeId, looked: Looked) {
        if self.run.state(unit) != State::Running {
            return;
        }
        let Looked { place, known } = looked;
        match known {
            Ok(is_known) => {
                self.libraries_done += 1;
                let done = self.libraries_done;
                let (id, library) = self.score.preload(unit);
                turn.tell(&Event::Looked { id, library, is_known, done });
                if is_known {
                    self.open(turn, id, place);
                } else {
                    self.summary.places[id.index()] = Some(place.unwrap_or_default());
                }
                self.run.finish(unit, Outcome::Passed);
            }
            Err(failure) => self.preload_failed(turn, unit, failure, Duration::ZERO),
        }
    }

    /// It is known whether a test may run that may make what it needs.
    pub(super) fn admitted(&mut self, turn: &mut Turn<'_>, unit: NodeId, admission: Admission) {
        if self.is_stopped(unit) {
            // Nothing starts any more; a lead that came is given up.
            if let Admission::Leading { .. } = admission {
                turn.act(Act::GiveLeadUp { unit, by_itself: true });
            }
            self.starts_no_more(unit);
            return;
        }
        let (id, test) = self.score.test(unit);
        match admission {
            Admission::Freely(known) => {
                self.open_all(turn, known);
                self.use_and_start(turn, unit, id);
            }
            Admission::Leading { led, known, cleared } => {
                self.open_all(turn, known);
                for (library, cleared) in &cleared {
                    self.moved_aside(turn, *library, cleared);
                }
                for &led in &led {
                    self.gates.lead(led);
                    let library = self.score.library(led);
                    turn.tell(&Event::TestLeads { id, test, led, library });
                }
                self.leads.insert(unit, led);
                self.use_and_start(turn, unit, id);
            }
            Admission::Refused { library: id, holder } if self.summary.stop.is_some() => {
                self.waits_for_nobody(turn, unit, id, &name_of(holder.as_ref()));
            }
            Admission::Refused { library: id, holder } => {
                let wait = self.gates.refuse(id, unit, turn.now);
                if let Some((waited, tests)) = wait.announced {
                    let library = self.score.library(id);
                    let holder = holder.as_ref();
                    turn.tell(&Event::LedElsewhere { id, library, holder, waited, tests });
                }
                let preload = self.score.agenda.preload(id);
                self.timers.set(turn.now + wait.delay, preload, Timer::Look);
                self.park(turn, unit);
            }
            Admission::Unknown(reason) => {
                self.test_ended(turn, unit, Attempt::not_started(reason), None);
            }
        }
    }

    /// The run is stopped, and a test that runs finally would have to wait for who makes what it needs.
    pub(super) fn waits_for_nobody(
        &mut self,
        turn: &mut Turn<'_>,
        unit: NodeId,
        library: LibraryId,
        holder: &str,
    ) {
        let library = &self.score.library(library).name;
        let reason = format!("{holder} makes library `{library}`, and the run is stopped");
        self.test_ended(turn, unit, Attempt::not_started(reason), None);
    }

    /// Says what was in the way of a test that is about to make a library.
    fn moved_aside(
        &mut self,
        turn: &mut Turn<'_>,
        id: LibraryId,
        cleared: &Result<Vec<Aside>, String>,
    ) {
        let library = self.score.library(id);
        match cleared {
            Ok(aside) => {
                for aside in aside {
                    turn.tell(&Event::MovedAside { id, library, aside });
                }
            }
            Err(cause) => {
                let warning = format!("cannot make way for library `{}`: {cause}", library.name);
                turn.tell(&Event::Warning(&warning));
            }
        }
    }

    fn open_all(&mut self, turn: &mut Turn<'_>, known: Vec<Known>) {
        for (library, place) in known {
            self.open(turn, library, place);
        }
    }

    /// The library is there: nobody waits for it any more.
    fn open(&mut self, turn: &mut Turn<'_>, library: LibraryId, place: Option<PathBuf>) {
        self.summary.places[library.index()] = Some(place.unwrap_or_default());
        if let Some(gate) = self.score.agenda.gate(library) {
            self.run.open(gate);
        }
        turn.tell(&Event::LibraryOpened { library: self.score.library(library) });
        for unit in self.gates.open(library) {
            self.wake(turn, unit);
        }
    }

    fn nobody_makes(
        &self,
        turn: &mut Turn<'_>,
        library: LibraryId,
        Barren { first, tests, cause }: &Barren,
        then: &str,
    ) {
        let library = &self.score.library(library).name;
        let first = &self.score.suite.tests[first.index()];
        let passed = match tests - 1 {
            0 => format!("`{first}` has passed, which needs it"),
            more => {
                let s = if more == 1 { "" } else { "s" };
                format!("`{first}` and {more} more test{s} have passed that need it, one at a time")
            }
        };
        turn.tell(&Event::Warning(&format!(
            "library `{library}` is not there, though {passed}: {cause}{then}; correct its `paths`, or let only those tests need \
             it that make it"
        )));
    }

    fn not_remembered(
        &mut self,
        turn: &mut Turn<'_>,
        unit: NodeId,
        library: LibraryId,
        cause: &str,
    ) {
        if self.summary.stop.is_some() {
            return;
        }
        let test = self.score.test(unit).1;
        let library = &self.score.library(library).name;
        let warning = format!(
            "`{test}` passed, but library `{library}` is not known to be there after it: {cause}"
        );
        turn.tell(&Event::Warning(&warning));
    }
}

/// Whoever keeps a lock.
pub(super) fn name_of(holder: Option<&Holder>) -> String {
    holder.map_or_else(|| "another process".to_owned(), ToString::to_string)
}
