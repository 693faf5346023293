//! What follows where tests make a library: one of them runs at a time, on this machine, until one has passed.
//!
//! Among the tests of this run the scheduler sees to that, by a group for each such library. Before such a test starts, a
//! scout takes the lead among the processes; a test that is refused is parked until it is time to look again.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use probe_loader::Lead;
use probe_scenario::{LibraryId, TestId};
use probe_scheduler::{NodeId, Outcome, State, Unit};

use super::{Conductor, Timer};
use crate::attempt::{Attempt, Ending};
use crate::event::Event;
use crate::gates::Gates;
use crate::scouts::{Admitted, Cleared, Made, Place, Scouted, Scouts, Wanted};
use crate::stage::Stage;

/// What tests make, and who does.
pub(super) struct Leaders<'scope, 'env> {
    scouts: Scouts<'scope, 'env>,
    gates: Gates,
    /// The tests that lead, with what they lead.
    leads: BTreeMap<NodeId, (Lead, Vec<Wanted>)>,
}

impl<'scope, 'env> Leaders<'scope, 'env> {
    pub(super) fn new(stage: &Stage<'_>, scouts: Scouts<'scope, 'env>) -> Self {
        let gates = Gates::new(stage.agenda.led(), stage.settings.run_id);
        Self { scouts, gates, leads: BTreeMap::new() }
    }
}

impl Conductor<'_, '_, '_> {
    /// Starts the preload of a library that tests make: a look whether it is there.
    pub(super) fn look(&mut self, unit: NodeId, id: LibraryId) {
        let made = self.made(id);
        self.leaders.scouts.look(self.messages.clone(), unit, made);
    }

    /// Whether the test needs a library that is not known to be there. Then it has been parked, or a scout will say how it
    /// goes on.
    pub(super) fn must_lead(&mut self, unit: NodeId, test: TestId) -> bool {
        let suite = self.stage.suite;
        let mut wanted = self.stage.agenda.led_before(suite, test);
        wanted.retain(|&library| self.leaders.gates.is_closed(library));
        if wanted.is_empty() {
            return false;
        }
        if wanted.iter().any(|&library| self.leaders.gates.holds_back(library, unit)) {
            self.run.park(unit);
            return true;
        }
        let wanted = wanted.into_iter().map(|library| self.made(library)).collect();
        self.leaders.scouts.admit(self.messages.clone(), unit, wanted);
        true
    }

    pub(super) fn scouted(&mut self, unit: NodeId, scouted: Scouted) {
        match scouted {
            Scouted::Looked { place, known, watched } => {
                self.summary.watched[place.0.index()] = watched;
                self.looked(unit, place, known);
            }
            Scouted::Admitted(admitted) => self.admitted(unit, admitted),
            Scouted::Remembered(remembered) => {
                for ((library, place), result) in remembered {
                    if let Err(cause) = result {
                        self.not_remembered(unit, library, &cause);
                    }
                    self.open(library, place);
                }
                self.run.finish(unit, Outcome::Passed);
            }
        }
    }

    /// The leader of a library has ended. Whether its end is reported to the scheduler later, once it is known that what
    /// it made is there.
    pub(super) fn leader_ended(&mut self, unit: NodeId, ending: &Ending) -> bool {
        let Some((mut lead, led)) = self.leaders.leads.remove(&unit) else { return false };
        match ending {
            Ending::Passed | Ending::Flaky => {
                let made =
                    led.into_iter().map(|(library, inputs)| (self.made(library), inputs)).collect();
                self.leaders.scouts.remember(self.messages.clone(), unit, made, lead);
                true
            }
            // The next one may try, here or elsewhere. What this one was about to make may be there by half.
            Ending::TimedOut(_) | Ending::Interrupted | Ending::Killed(_) => false,
            Ending::Leaked
            | Ending::Empty
            | Ending::Exited(_)
            | Ending::Belied(_)
            | Ending::NotStarted(_)
            | Ending::NoRoom(_) => {
                lead.ended_by_itself();
                false
            }
        }
    }

    /// The libraries that this test leads.
    pub(super) fn led_by(&self, unit: NodeId) -> Vec<LibraryId> {
        let led = self.leaders.leads.get(&unit).map(|(_, led)| led.as_slice()).unwrap_or_default();
        led.iter().map(|(library, _)| *library).collect()
    }

    /// A test that was to lead does not start now.
    pub(super) fn give_lead_up(&mut self, unit: NodeId) {
        if let Some((mut lead, _)) = self.leaders.leads.remove(&unit) {
            lead.ended_by_itself();
        }
    }

    /// It is time to look again whether another process still leads this library's tests.
    pub(super) fn look_again(&mut self, preload: NodeId) {
        let Unit::Preload(library) = *self.stage.agenda.graph().payload(preload) else {
            unreachable!("only preloads have gates")
        };
        for unit in self.leaders.gates.look_again(library) {
            self.run.wake(unit);
        }
    }

    fn looked(
        &mut self,
        unit: NodeId,
        (id, place): Place,
        known: Result<bool, crate::import_failure::ImportFailure>,
    ) {
        if self.run.state(unit) != State::Running {
            return;
        }
        match known {
            Ok(is_known) => {
                self.libraries_done += 1;
                let done = self.libraries_done;
                let library = &self.stage.suite.libraries[id.index()];
                self.reporter.event(&Event::Looked { id, library, is_known, done });
                if is_known {
                    self.open(id, place);
                } else {
                    self.summary.places[id.index()] = Some(place.unwrap_or_default());
                }
                self.run.finish(unit, Outcome::Passed);
            }
            Err(failure) => self.preload_failed(unit, id, failure, Duration::ZERO),
        }
    }

    fn admitted(&mut self, unit: NodeId, admitted: Admitted) {
        if self.summary.stop.is_some() {
            // Nothing starts any more; a lead that came is given up.
            if let Admitted::Leading { mut lead, .. } = admitted {
                lead.ended_by_itself();
            }
            self.run.park(unit);
            return;
        }
        let (id, test) = self.test(unit);
        match admitted {
            Admitted::Freely(known) => {
                self.open_all(known);
                self.start_test(unit, id);
            }
            Admitted::Leading { lead, led, known, cleared } => {
                self.open_all(known);
                for cleared in &cleared {
                    self.moved_aside(cleared);
                }
                for &(library, _) in &led {
                    self.leaders.gates.lead(library);
                    let library = &self.stage.suite.libraries[library.index()];
                    self.reporter.event(&Event::TestLeads { id, test, library });
                }
                self.leaders.leads.insert(unit, (lead, led));
                self.start_test(unit, id);
            }
            Admitted::Refused { library: id, holder } => {
                let now = Instant::now();
                let wait = self.leaders.gates.refuse(id, unit, now);
                if let Some((waited, tests)) = wait.announced {
                    let library = &self.stage.suite.libraries[id.index()];
                    let holder = holder.as_ref();
                    self.reporter.event(&Event::LedElsewhere { library, holder, waited, tests });
                }
                self.run.park(unit);
                let preload = self.stage.agenda.preload(id);
                self.timers.push(Reverse((now + wait.delay, preload, Timer::Look)));
            }
            Admitted::Unknown(reason) => self.test_ended(unit, Attempt::not_started(reason), None),
        }
    }

    /// Says what was in the way of a test that is about to make a library.
    fn moved_aside(&mut self, (id, cleared): &Cleared) {
        let library = &self.stage.suite.libraries[id.index()];
        match cleared {
            Ok(aside) => {
                for aside in aside {
                    self.reporter.event(&Event::MovedAside { library, aside });
                }
            }
            Err(error) => {
                let cause = error.cause();
                let warning = format!("cannot make way for library `{}`: {cause}", library.name);
                self.reporter.event(&Event::Warning(&warning));
            }
        }
    }

    fn open_all(&mut self, known: Vec<Place>) {
        for (library, place) in known {
            self.open(library, place);
        }
    }

    /// The library is there: nobody waits for it any more.
    fn open(&mut self, library: LibraryId, place: Option<std::path::PathBuf>) {
        self.summary.places[library.index()] = Some(place.unwrap_or_default());
        if let Some(gate) = self.stage.agenda.gate(library) {
            self.run.open(gate);
        }
        let opened = &self.stage.suite.libraries[library.index()];
        self.reporter.event(&Event::LibraryOpened { library: opened });
        for unit in self.leaders.gates.open(library) {
            self.run.wake(unit);
        }
    }

    fn not_remembered(&mut self, unit: NodeId, library: LibraryId, cause: &str) {
        if self.summary.stop.is_some() {
            return;
        }
        let test = self.test(unit).1;
        let library = &self.stage.suite.libraries[library.index()].name;
        let warning = format!(
            "`{test}` passed, but library `{library}` is not known to be there after it: {cause}"
        );
        self.reporter.event(&Event::Warning(&warning));
    }

    fn made(&self, library: LibraryId) -> Made {
        (library, self.stage.provider.made(library))
    }
}
