//! Hands a run on to the history, and waits for nothing until the run is over. Does not know who else hears of it.

use std::collections::BTreeMap;
use std::thread::Scope;
use std::time::Duration;

use probe_report::facts::{Fact, Finish, PreloadHow, Status, Told};
use probe_run::Event;
use probe_scenario::{LibraryId, Service, ServiceId, Suite, TestId};

use super::History;
use super::database::Spent;
use super::recent::Outcome;
use super::trouble::Trouble;
use super::writer::{Note, Run, Writer};

/// Records a run: whatever its facts say.
#[derive(Debug)]
pub(crate) struct Recorder<'a, 'scope> {
    history: &'a mut History,
    suite: &'a Suite,
    /// The tests and libraries of the run, by their places in its plan.
    tests: &'a [TestId],
    libraries: &'a [LibraryId],
    /// Tests of several copies, some of which have not ended: the history knows one outcome a run.
    copies: BTreeMap<TestId, Copies>,
    /// By place, whether a test has not come to its end.
    open: Vec<bool>,
    /// Tests that have failed, in the order in which they did.
    failed: Vec<TestId>,
    /// The last test in which there was nothing to run.
    left_out: Option<TestId>,
    writer: Option<Writer<'scope>>,
}

/// What the copies of a test have come to so far.
#[derive(Clone, Copy, Debug)]
struct Copies {
    open: u32,
    ended: Ended,
}

/// What a test has come to; of several copies, the worst of each.
#[derive(Clone, Copy, Debug)]
struct Ended {
    outcome: Outcome,
    attempts: u32,
    took: Duration,
    spent: Option<Spent>,
}

impl<'a, 'scope> Recorder<'a, 'scope> {
    /// Records the run `run_id`, whose events `told` makes facts of, from a thread of its own in `threads`.
    pub(crate) fn new<'env: 'scope + 'a>(
        history: &'a mut History,
        threads: &'scope Scope<'scope, 'env>,
        suite: &'env Suite,
        told: &'a Told<'a>,
        run_id: u64,
    ) -> Self {
        let (tests, libraries) = (told.tests(), told.libraries());
        let mut copies = BTreeMap::new();
        for copy in tests.iter().filter_map(|test| suite.tests[test.index()].copy) {
            copies.entry(copy.of).or_insert(Copies::NONE).open += 1;
        }
        let run = Run { root: history.root.clone(), suite, id: run_id };
        let writer = Writer::start(threads, run, history.take());
        let writer = writer.map_err(|trouble| history.troubles.push(trouble)).ok();
        let (open, failed) = (vec![true; tests.len()], Vec::new());
        let left_out = None;
        Self { history, suite, tests, libraries, copies, open, failed, left_out, writer }
    }
}

impl Recorder<'_, '_> {
    /// Whether [`fact`](Self::fact) makes anything of what an event says.
    pub(crate) fn hears(event: &Event<'_>) -> bool {
        matches!(
            event,
            Event::Started { .. }
                | Event::TestEnded { .. }
                | Event::TestGivenUp { .. }
                | Event::TestsBlocked { .. }
                | Event::PreloadPassed { .. }
                | Event::PreloadFailed { .. }
                | Event::ServiceReady { .. }
                | Event::Ended(_)
        )
    }

    /// Takes what has happened; of a process its outcome is enough. At the end of the run it waits until everything is
    /// written.
    pub(crate) fn fact(&mut self, fact: &Fact<'_>) {
        match fact {
            Fact::RunStarted { shuffle: Some(seed), .. } => {
                self.tell(Note::RunShuffled { seed: *seed });
            }
            Fact::TestEnded { test, status, attempt, races, process } => {
                let id = self.tests[test.id().index()];
                if matches!(status, Status::Skip | Status::Empty) {
                    self.left_out = Some(test.id());
                }
                if status.is_failure() {
                    self.failed.push(id);
                }
                if let Some(outcome) = outcome(&process.ending, *attempt, *races) {
                    self.open[test.id().index()] = false;
                    let took = process.took.duration();
                    let used = process.usage;
                    let spent = used.map(|used| Spent { cpu: used.cpu(), peak: used.peak });
                    self.test_ended(id, Ended { outcome, attempts: *attempt, took, spent });
                }
            }
            Fact::TestGivenUp { test } => self.failed.push(self.tests[test.id().index()]),
            Fact::PreloadPassed { library, how, took, .. } => {
                let library = self.libraries[library.id().index()];
                self.imported(library, *how, took.duration());
            }
            Fact::TestsBlocked { by, tests } if self.left_out == Some(by.id()) => {
                tests.iter().for_each(|test| self.open[test.id().index()] = false);
            }
            Fact::PreloadFailed { library, took, .. } => {
                let library = self.libraries[library.id().index()];
                let took = took.duration();
                self.tell(Note::LibraryImported { library, outcome: Outcome::Failed, took });
            }
            Fact::ServiceReady { service, took, .. } => {
                let named = |known: &Service| known.name == **service;
                if let Some(place) = self.suite.services.iter().position(named) {
                    let (service, took) = (ServiceId::new(place), took.duration());
                    self.tell(Note::ServiceReady { service, took });
                }
            }
            Fact::RunEnded { exit_code, .. } => self.ended(*exit_code),
            _ => {}
        }
    }

    /// Nothing more is known of the run: what has not come to its end is left to be run again.
    pub(crate) fn cut_off(&mut self, exit: u8) {
        self.ended(exit);
    }

    /// What was found wrong with the history since the last call.
    pub(crate) fn take_troubles(&mut self) -> Vec<Trouble> {
        self.history.take_troubles()
    }

    fn tell(&self, note: Note) {
        if let Some(writer) = &self.writer {
            writer.tell(note);
        }
    }

    fn test_ended(&mut self, test: TestId, ended: Ended) {
        if let Some(Ended { outcome, attempts, took, spent }) = self.last_of_copies(test, ended) {
            let test = self.suite.original(test);
            self.tell(Note::TestEnded { test, outcome, attempts, took, spent });
        }
    }

    /// What the test has come to, when all of its copies have ended.
    fn last_of_copies(&mut self, test: TestId, ended: Ended) -> Option<Ended> {
        let Some(copy) = self.suite.tests[test.index()].copy else { return Some(ended) };
        let copies = self.copies.get_mut(&copy.of).expect("every copy of the run is counted");
        copies.open -= 1;
        copies.ended = copies.ended.worse(ended);
        (copies.open == 0).then_some(copies.ended)
    }

    fn imported(&self, library: LibraryId, how: PreloadHow, took: Duration) {
        match how {
            PreloadHow::Fetched | PreloadHow::Built => {
                self.tell(Note::LibraryImported { library, outcome: Outcome::Passed, took });
            }
            // How long it takes to find a library, or to wait for somebody else's import, says nothing about the next one.
            PreloadHow::Cached
            | PreloadHow::Placed
            | PreloadHow::Adopted
            | PreloadHow::FetchedByOther
            | PreloadHow::BuiltByOther => {}
        }
    }

    /// What has not come to its end, and what has failed, is left to be run again.
    fn ended(&mut self, exit: u8) {
        let open = self.tests.iter().zip(&self.open).filter(|(_, open)| **open);
        // The failed copies of a test of which others have not ended are among those that failed.
        for &test in open.map(|(test, _)| test).chain(&self.failed) {
            self.tell(Note::TestOutstanding(self.suite.original(test)));
        }
        self.tell(Note::RunEnded { exit });
        if let Some(writer) = self.writer.take() {
            self.history.troubles.extend(writer.finish());
        }
    }
}

/// What an end says of a test; `None` if that is nothing, so that the test stays open.
fn outcome(ending: &Finish<'_>, attempts: u32, races: u32) -> Option<Outcome> {
    Some(match ending {
        Finish::Passed if races > 0 && attempts == races + 1 => Outcome::PassedAfterRace,
        // That it counts as failed is for the end of the run.
        Finish::Passed | Finish::Flaky => Outcome::Passed,
        Finish::Empty => Outcome::Empty,
        Finish::Skipped { .. } => Outcome::Skipped,
        // It is what it was to be.
        Finish::Expected { .. } => Outcome::Expected,
        Finish::Unexpected { .. } => Outcome::Passed,
        Finish::Unprepared { .. } | Finish::Uncleared { .. } => Outcome::Failed,
        Finish::Exited { .. } | Finish::Belied { .. } | Finish::Killed { .. } | Finish::Leaked => {
            Outcome::Failed
        }
        Finish::TimedOut { .. } => Outcome::TimedOut,
        // It says nothing of the test that a service died.
        Finish::Interrupted | Finish::NotStarted { .. } | Finish::ServiceLost { .. } => {
            return None;
        }
    })
}

impl Copies {
    const NONE: Self = Self {
        open: 0,
        ended: Ended { outcome: Outcome::Passed, attempts: 0, took: Duration::ZERO, spent: None },
    };
}

impl Ended {
    fn worse(self, other: Self) -> Self {
        Self {
            outcome: self.outcome.max(other.outcome),
            attempts: self.attempts.max(other.attempts),
            took: self.took.max(other.took),
            spent: match (self.spent, other.spent) {
                (Some(one), Some(other)) => {
                    Some(Spent { cpu: one.cpu.max(other.cpu), peak: one.peak.max(other.peak) })
                }
                (one, other) => one.or(other),
            },
        }
    }
}
