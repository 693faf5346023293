//! Checks each event of a run against what the judge knows by then.

use probe_scenario::LibraryId;

use super::super::course::{End, Stand, Told};
use super::{Judge, Shelf};
use crate::event::Event;
use crate::stop::Stop;

impl Judge<'_> {
    pub(in crate::conductor::model) fn event(&mut self, event: &Event<'_>) {
        self.note(|| format!("  {event:?}"));
        let given_up = std::mem::take(&mut self.given_up);
        match *event {
            Event::PreloadStarted { id, library } => {
                self.starts_nothing_after_a_stop();
                self.nobody_asks_but(None);
                let was = std::mem::replace(&mut self.libraries[id.index()], Shelf::Started);
                self.require(was == Shelf::Waits, "a preload starts once");
                let there = |id: LibraryId| self.libraries[id.index()] == Shelf::There;
                let needs_are_there = library.needs.iter().all(|need| there(need.library));
                self.require(needs_are_there, "what a library needs is there before");
            }
            Event::PreloadParked { id, .. } => {
                let is_so = self.parked.insert(id);
                self.require(is_so, "who is parked has a place");
            }
            Event::PreloadResumed { id, .. } => {
                self.starts_nothing_after_a_stop();
                self.require(self.wanting.contains(&id), "who goes on has waited");
            }
            Event::PreloadPassed { id, done, .. } => {
                let early = self.spec.early.has(id);
                self.library_ends(id, Shelf::There, done, early);
            }
            Event::Looked { id, done, .. } => {
                self.library_ends(id, Shelf::Unmade, done, false);
                self.require(self.spec.is_led(id), "only what tests make is looked for");
            }
            Event::Checked { id, done, .. } => {
                self.library_ends(id, Shelf::There, done, false);
                self.require(self.spec.is_check(id), "only a check is checked");
            }
            Event::LibraryOpened { library } => {
                let mut all = self.spec.suite.libraries.iter();
                let index = all.position(|other| other.name == library.name).expect("it is one");
                self.require(self.libraries[index] != Shelf::There, "a library comes once");
                self.libraries[index] = Shelf::There;
                let id = LibraryId::new(index);
                let is_so = self.may_open.contains(&id);
                self.require(is_so, "a gate stays closed while its library has not been made");
                self.to_open.remove(&id);
            }
            Event::PreloadFailed { id, done, blocked, spared, .. } => {
                self.starts_nothing_after_a_stop();
                let early = self.spec.early.has(id);
                let expected = self.spec.is_spared(id);
                self.require(spared == expected, "what nobody has declared holds up nobody");
                // Its tests run as if it were there.
                let shelf = if spared { Shelf::There } else { Shelf::Failed };
                self.library_ends(id, shelf, done, early);
                if spared {
                    self.require(blocked.is_empty(), "nobody is blocked by what is spared");
                    return;
                }
                let expected = self.block(|spec, test| {
                    spec.libraries_before(test).contains(&id)
                        || spec.libraries_of_services(test).contains(&id)
                });
                self.require(blocked == expected, "who needs a library that failed is blocked");
            }
            Event::BuildCutShort { cut, .. } => {
                let is_so = self.to_cut.remove(&cut.library);
                self.require(is_so, "only what builds is cut short");
            }
            Event::Importing { id, ref work, .. } => {
                if let crate::event::Work::Build(..) = work {
                    self.builds.insert(id);
                }
            }
            Event::ServiceStarting { .. }
            | Event::ServiceReady { .. }
            | Event::ServiceFailed { .. }
            | Event::ServiceDied { .. }
            | Event::ServiceRestarting { .. }
            | Event::ServiceBlocks { .. }
            | Event::ServiceStopping { .. }
            | Event::ServiceStopped { .. }
            | Event::ServiceTrouble { .. } => self.service_event(event),
            Event::TestLeads { id, library, .. } => {
                let unit = self.unit(id);
                let leads =
                    |led: &LibraryId| self.spec.suite.libraries[led.index()].name == library.name;
                let does = self.led_by(unit).iter().any(leads);
                self.require(does, "only who was admitted leads");
            }
            Event::TestStarted { id, number, slot, .. } => self.test_started(id, number, slot),
            Event::TestSlow { id, running, .. } => self.test_slow(id, running),
            Event::TestExamined { id, .. } => {
                let told = self.tests[id.index()].told.take();
                let has_evidence = matches!(told, Some(Told::Attempt { has_evidence: true, .. }));
                self.servants.bereft.remove(&id);
                self.require(has_evidence, "only what there is evidence of is examined");
                self.tests[id.index()].stand = Stand::Examined;
                self.to_examine = Some(id);
            }
            Event::TestRetried { id, number, of, delay, .. } => {
                self.test_retried(id, number, of, delay);
            }
            Event::TestRaced { id, number, delay, .. } => self.test_raced(id, number, delay),
            Event::TestPostponed { id, delay, .. } => self.test_postponed(id, delay),
            Event::TestGivenUp { id, .. } => {
                let stand = self.tests[id.index()].stand;
                let is_finally = self.spec.test(id).is_finally;
                let waits = matches!(stand, Stand::Waits { has_failed: true, .. })
                    && (!is_finally || self.services_of_are_lost(id) || self.is_over && self.kills);
                let is_examined = stand == Stand::Examined && self.is_over;
                let is_bereaved = self.services_of_are_lost(id);
                if is_bereaved && self.stop.is_none() {
                    self.tests_done += 1;
                    self.servants.doomed.remove(&id);
                }
                self.require(
                    self.stop.is_some() || is_bereaved,
                    "only a stop, or a lost service, gives tests up",
                );
                self.require(waits || is_examined, "only who has failed and waits is given up");
                self.tests[id.index()].stand = Stand::Ended(End::Failed);
                self.failed += 1;
                self.given_up = given_up + 1;
            }
            Event::TestEnded { id, attempt, number, races, done, .. } => {
                self.tests_done += 1;
                self.require(done == self.tests_done, "every test that is done is counted");
                self.require(number == self.tests[id.index()].number(), "attempts are counted");
                self.require(races == self.tests[id.index()].races, "races are counted");
                self.test_ended(id, &attempt.ending);
                self.tests[id.index()].took = attempt.took;
            }
            Event::TestsBlocked { by, blocked } => {
                let expected = self.to_block.take();
                let is_right = expected == Some((by, blocked.to_vec()));
                self.require(is_right, "who comes after a test that failed is blocked");
            }
            Event::RunTimedOut(overtime) => self.run_timed_out(overtime),
            Event::Stopping(stop) => {
                let is_first = match self.stop {
                    None => true,
                    // A signal or the time limit may still stop a run that enough failures have stopped.
                    Some(Stop::MaxFailures(_)) => !matches!(stop, Stop::MaxFailures(_)),
                    Some(Stop::RunTimeout(_)) => matches!(stop, Stop::Signal(_)),
                    Some(Stop::Signal(_)) => false,
                };
                self.require(is_first, "a run is stopped once");
                let max = self.spec.settings.max_failures;
                let is_right = match stop {
                    Stop::Signal(signal) => self.ordered == Some(signal),
                    Stop::RunTimeout(_) => self.overtime.is_some(),
                    Stop::MaxFailures(most) => {
                        // Several may be given up at once.
                        let before = self.failed - given_up.max(1);
                        let is_reached = (before + 1..=self.failed).contains(&(most as usize));
                        max.is_some_and(|max| max.get() == most) && is_reached
                    }
                };
                self.require(is_right, "a run is stopped for a reason");
                self.stop = Some(stop);
                self.to_cut = std::mem::take(&mut self.builds);
            }
            Event::CommandLeft { command, left } => {
                let told = self.to_tell_left.take();
                let is_so = told.as_deref() == Some(command) && !left.is_empty();
                self.require(is_so, "what a command has left is told once");
            }
            Event::MovedAside { .. } => {
                self.require(self.to_tell_aside > 0, "what was moved aside is told once");
                self.to_tell_aside -= 1;
            }
            Event::Started { .. }
            | Event::Transferred { .. }
            | Event::PreloadWaiting { .. }
            | Event::PreloadRetrying { .. }
            | Event::LedElsewhere { .. }
            | Event::TestAwaits { .. }
            | Event::Suspending
            | Event::Resumed
            | Event::Warning(_)
            | Event::Ended(_) => {}
        }
    }

    fn library_ends(&mut self, id: LibraryId, end: Shelf, done: usize, early: bool) {
        let was = std::mem::replace(&mut self.libraries[id.index()], end);
        let expected = if early { Shelf::Started } else { Shelf::Comes };
        self.require(was == expected, "a preload ends once, after it has started");
        let is_out = self.counted_out.contains(&id);
        self.require(!is_out, "what a stop has counted out is told no more");
        self.builds.remove(&id);
        self.parked.remove(&id);
        self.libraries_done += 1;
        // A failure after a stop is counted but not reported.
        let is_counted = done == self.libraries_done || self.stop.is_some();
        self.require(is_counted, "every library that is done is counted");
    }
}
