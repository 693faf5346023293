//! What a run came to, test by test and library by library, for reports that are documents: each begins with sums that are
//! known only at the end.
//!
//! Is kept only where such a report was asked for. Does not know what any of them looks like.

mod output;

use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use probe_loader::How;
use probe_run::{Ending, Event, Extent, Finding, ImportFailure, Stop, Verdict};
use probe_scenario::{LibraryId, Suite, TestId};

use super::status::Status;
use super::{describe, verdict};
pub(super) use output::{Kept, Outputs};

/// A run.
#[derive(Debug)]
pub(super) struct Record<'a> {
    pub(super) suite: &'a Suite,
    pub(super) extent: Extent,
    /// When it began.
    pub(super) clock: SystemTime,
    /// The tests of the run, in the order of the manifest.
    pub(super) tests: Vec<Test>,
    /// The libraries of the run, in the order in which their preloads started.
    pub(super) libraries: Vec<Library>,
    pub(super) stop: Option<Stop>,
    pub(super) took: Duration,
    outputs: Outputs,
    /// By [`TestId`], where the test is among `tests`.
    places: Vec<Option<usize>>,
}

/// A test of the run.
#[derive(Debug)]
pub(super) struct Test {
    pub(super) id: TestId,
    /// The last one may not have ended, where the run was stopped.
    pub(super) attempts: Vec<Attempt>,
    pub(super) came: Came,
}

/// What a test has come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Came {
    /// It did not run, or not to its end: the run was stopped.
    ToNothing,
    /// Its last attempt has failed, and it would have had another one.
    GivenUp,
    /// It did not run: the library could not be imported.
    BlockedByLibrary(LibraryId),
    /// It did not run: the test failed.
    BlockedByTest(TestId),
    To(Status),
}

/// A process of a test, from its start; what is known only after its end is missing before.
#[derive(Debug)]
pub(super) struct Attempt {
    pub(super) number: u32,
    pub(super) slot: usize,
    /// Since the run began.
    pub(super) started: Duration,
    pub(super) end: Option<End>,
}

/// The end of an attempt.
#[derive(Debug)]
pub(super) struct End {
    pub(super) took: Duration,
    pub(super) ending: Ending,
    pub(super) output: Vec<Kept>,
    /// Files with the whole of what is not kept whole.
    pub(super) whole: Vec<PathBuf>,
    /// What a person is told of its libraries.
    pub(super) verdict: Vec<String>,
    /// Processes that it left behind.
    pub(super) left: Vec<String>,
}

/// A library of the run.
#[derive(Debug)]
pub(super) struct Library {
    pub(super) id: LibraryId,
    /// Since the run began.
    pub(super) started: Duration,
    /// Unless it was cancelled.
    pub(super) ended: Option<Duration>,
    /// When it waited without a place in the lane.
    pub(super) parked: Vec<(Duration, Option<Duration>)>,
    /// Why attempts failed that were followed by others.
    pub(super) retried: Vec<(Duration, String)>,
    pub(super) came: LibraryCame,
}

/// What a library has come to.
#[derive(Debug)]
pub(super) enum LibraryCame {
    /// It was cancelled.
    ToNothing,
    Here {
        how: How,
        size: u64,
        path: PathBuf,
    },
    /// Tests make it, and one has, or not yet.
    Looked {
        is_known: bool,
    },
    Failed(ImportFailure),
}

impl<'a> Record<'a> {
    /// Nothing has happened yet to `tests`. Output is kept in unnamed files of `directory`.
    pub(super) fn new(suite: &'a Suite, tests: &[TestId], directory: &Path) -> io::Result<Self> {
        let mut places = vec![None; suite.tests.len()];
        let mut ids = tests.to_vec();
        ids.sort_unstable();
        for (place, id) in ids.iter().enumerate() {
            places[id.index()] = Some(place);
        }
        let tests =
            ids.into_iter().map(|id| Test { id, attempts: Vec::new(), came: Came::ToNothing });
        Ok(Self {
            suite,
            extent: Extent::default(),
            clock: SystemTime::UNIX_EPOCH,
            tests: tests.collect(),
            libraries: Vec::new(),
            stop: None,
            took: Duration::ZERO,
            outputs: Outputs::new(directory)?,
            places,
        })
    }

    /// Takes what has happened.
    ///
    /// # Errors
    ///
    /// When output cannot be kept.
    pub(super) fn event(&mut self, at: Duration, event: &Event<'_>) -> io::Result<()> {
        match *event {
            Event::Started { extent, clock } => (self.extent, self.clock) = (extent, clock),
            Event::PreloadStarted { id, .. } => self.libraries.push(Library {
                id,
                started: at,
                ended: None,
                parked: Vec::new(),
                retried: Vec::new(),
                came: LibraryCame::ToNothing,
            }),
            Event::PreloadParked { id, .. } => self.library(id).parked.push((at, None)),
            Event::PreloadResumed { id, .. } => self.library(id).resume(at),
            Event::PreloadRetrying { id, cause, .. } => {
                self.library(id).retried.push((at, cause.to_owned()));
            }
            Event::PreloadPassed { id, imported, .. } => {
                let path = imported.path.clone();
                let came = LibraryCame::Here { how: imported.how, size: imported.size, path };
                self.library(id).end(at, came);
            }
            Event::Looked { id, is_known, .. } => {
                self.library(id).end(at, LibraryCame::Looked { is_known });
            }
            Event::PreloadFailed { id, failure, blocked, .. } => {
                self.library(id).end(at, LibraryCame::Failed(failure.clone()));
                blocked.iter().for_each(|&test| self.test(test).came = Came::BlockedByLibrary(id));
            }
            Event::TestStarted { id, number, slot, .. } => {
                let attempt = Attempt { number, slot, started: at, end: None };
                self.test(id).add(attempt);
            }
            // That it could not be started does not count.
            Event::TestPostponed { id, .. } => drop(self.test(id).attempts.pop()),
            Event::TestRaced { id, attempt, finding, whole, .. } => {
                let verdict = match finding.verdict() {
                    Verdict::Undeclared => verdict::explanation(self.suite, finding),
                    _ => verdict::files(self.suite, finding),
                };
                self.attempt_ended(at, id, attempt, verdict, whole)?;
            }
            Event::TestRetried { id, attempt, finding, whole, .. } => {
                self.attempt_ended(at, id, attempt, self.explained(finding), whole)?;
            }
            Event::TestEnded { id, attempt, number, races, finding, whole, .. } => {
                self.attempt_ended(at, id, attempt, self.explained(finding), whole)?;
                self.test(id).came = Came::To(Status::new(attempt, number, races));
            }
            Event::TestGivenUp { id, .. } => self.test(id).came = Came::GivenUp,
            Event::TestsBlocked { by, blocked } => {
                blocked.iter().for_each(|&test| self.test(test).came = Came::BlockedByTest(by));
            }
            Event::Stopping(stop) => self.stop = Some(stop),
            Event::Ended(summary) => self.took = summary.took,
            _ => {}
        }
        Ok(())
    }

    /// The text of an output: the whole of a short one, the beginning and the end of a long one.
    pub(super) fn text(&self, kept: &Kept) -> io::Result<String> {
        self.outputs.text(kept)
    }

    /// The time of day at `at`.
    pub(super) fn time(&self, at: Duration) -> SystemTime {
        self.clock + at
    }

    /// A test's own entry in the suite.
    pub(super) fn defined(&self, id: TestId) -> &'a probe_scenario::Test {
        &self.suite.tests[id.index()]
    }

    /// The name of a library.
    pub(super) fn library_name(&self, id: LibraryId) -> &'a str {
        &self.suite.libraries[id.index()].name
    }

    /// Why a test did not run, in words; `None` if it did.
    pub(super) fn why_not_run(&self, test: &Test) -> Option<String> {
        match test.came {
            Came::To(Status::Empty) => Some("nothing ran in it".to_owned()),
            Came::To(_) | Came::GivenUp => None,
            Came::BlockedByLibrary(id) => {
                let mut libraries = self.libraries.iter();
                let cause = libraries.find_map(|library| match &library.came {
                    LibraryCame::Failed(failure) if library.id == id => Some(&failure.cause),
                    _ => None,
                });
                let cause = cause.map_or("", |cause| cause);
                Some(format!("dependency failed: library {}: {cause}", self.library_name(id)))
            }
            Came::BlockedByTest(id) => {
                Some(format!("dependency failed: test {}", self.defined(id)))
            }
            Came::ToNothing => Some(match self.stop {
                Some(Stop::Signal(signal)) => {
                    format!("not run: the run was stopped by {}", describe::signal_name(signal))
                }
                Some(Stop::MaxFailures(count)) => format!("not run: {count} failed before it"),
                None => "not run".to_owned(),
            }),
        }
    }

    fn attempt_ended(
        &mut self,
        at: Duration,
        id: TestId,
        attempt: &probe_run::Attempt,
        verdict: Vec<String>,
        whole: &[PathBuf],
    ) -> io::Result<()> {
        let output = self.outputs.keep(&attempt.output)?;
        let end = End {
            took: attempt.took,
            ending: attempt.ending.clone(),
            output,
            whole: whole.to_vec(),
            verdict,
            left: attempt.left.iter().map(describe::process).collect(),
        };
        let test = self.test(id);
        let last = test.attempts.last();
        if last.is_none_or(|last| last.end.is_some()) {
            // What could not even be started ends at once.
            let number = last.map_or(1, |last| last.number + 1);
            test.add(Attempt { number, slot: 0, started: at, end: None });
        }
        test.attempts.last_mut().expect("one was made").end = Some(end);
        Ok(())
    }

    fn explained(&self, finding: Option<&Finding>) -> Vec<String> {
        let lines = finding.map(|finding| verdict::explanation(self.suite, finding));
        lines.unwrap_or_default()
    }

    fn test(&mut self, id: TestId) -> &mut Test {
        let place = self.places[id.index()].expect("only tests of the run have events");
        &mut self.tests[place]
    }

    fn library(&mut self, id: LibraryId) -> &mut Library {
        let mut libraries = self.libraries.iter_mut();
        libraries.find(|library| library.id == id).expect("it is told first that a preload starts")
    }
}

impl Test {
    /// Hardly any test has a second attempt: the room that a list makes beforehand would be most of what a record holds.
    fn add(&mut self, attempt: Attempt) {
        self.attempts.reserve_exact(1);
        self.attempts.push(attempt);
    }

    /// Its last attempt that has ended.
    pub(super) fn last_end(&self) -> Option<(&Attempt, &End)> {
        let mut latest_first = self.attempts.iter().rev();
        latest_first.find_map(|attempt| Some((attempt, attempt.end.as_ref()?)))
    }

    /// Whether it counts as failed.
    pub(super) fn has_failed(&self) -> bool {
        match self.came {
            Came::To(status) => status.is_failure(),
            Came::GivenUp => true,
            Came::ToNothing | Came::BlockedByLibrary(_) | Came::BlockedByTest(_) => false,
        }
    }
}

impl Library {
    fn resume(&mut self, at: Duration) {
        if let Some((_, end @ None)) = self.parked.last_mut() {
            *end = Some(at);
        }
    }

    fn end(&mut self, at: Duration, came: LibraryCame) {
        self.resume(at);
        (self.ended, self.came) = (Some(at), came);
    }
}
