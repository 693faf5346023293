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
    /// Whether the test needs a library that may not be there. Then it has been parked, or a scout will report what follows.
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

    /// Handles what a passed test with a lead has made. The next test may make the rest.
    pub(super) fn remembered(&mut self, turn: &mut Turn<'_>, unit: NodeId, made: Vec<Remembered>) {
        let test = self.score.test(unit).0;
        for Remembered { library, place, made } in made {
            match made {
                Made::There => {}
                // The test may not have used the library at all.
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

    /// Reports the libraries that tests with the lead did not make, after the run has ended by itself.
    pub(super) fn name_what_nobody_made(&mut self, turn: &mut Turn<'_>) {
        if self.summary.stop.is_none() {
            for (library, barren) in self.gates.barren() {
                self.nobody_makes(turn, library, barren, "");
            }
        }
    }

    /// Handles the end of a test with a lead. Returns whether its end is reported to the scheduler later, after its libraries
    /// were found.
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
            // The next test may try, here or elsewhere. What this one was making may be incomplete.
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

    /// Gives up the lead of a test that does not start now.
    pub(super) fn give_lead_up(&mut self, turn: &mut Turn<'_>, unit: NodeId) {
        if self.leads.remove(&unit).is_some() {
            turn.act(Act::GiveLeadUp { unit, by_itself: true });
        }
    }

    /// Looks again whether another process still has the lead of this library's tests.
    pub(super) fn look_again(&mut self, turn: &mut Turn<'_>, preload: NodeId) {
        let (library, _) = self.score.preload(preload);
        for unit in self.gates.look_again(library) {
            self.wake(turn, unit);
        }
    }

    /// Handles the result of looking for a library that tests make.
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

    /// Handles whether a test that may make what it needs may run.
    pub(super) fn admitted(&mut self, turn: &mut Turn<'_>, unit: NodeId, admission: Admission) {
        if self.is_stopped(unit) {
            // Nothing starts any more, so a new lead is given up.
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

    /// Handles a test that runs finally after the run was stopped, and would have to wait for a process that makes what it
    /// needs.
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

    /// Reports which files were moved aside for a test that is about to make a library.
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

    /// Notes that the library is there, so that no test waits for it any more.
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

/// The name of the process that holds a lock.
pub(super) fn name_of(holder: Option<&Holder>) -> String {
    holder.map_or_else(|| "another process".to_owned(), ToString::to_string)
}
