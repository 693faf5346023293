//! The reporter that hands a run on to the history: it hears what other reporters hear, and waits for nothing until the run
//! is over.

use std::collections::BTreeMap;
use std::thread::Scope;
use std::time::Duration;

use probe_loader::How;
use probe_run::{Attempt, Ending, Event, Reporter, Summary};
use probe_scenario::{LibraryId, Suite, TestId};

use super::History;
use super::recent::Outcome;
use super::writer::{Fact, Run, Writer};

/// Records a run, and passes its events on.
#[derive(Debug)]
pub(crate) struct Recorder<'a, 'scope, R> {
    inner: R,
    history: &'a mut History,
    suite: &'a Suite,
    /// Tests of several copies, some of which have not ended: the history knows one outcome a run.
    copies: BTreeMap<TestId, Copies>,
    /// By [`TestId`], whether the test belongs to the run and has not come to its end.
    open: Vec<bool>,
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
}

impl<'a, 'scope, R: Reporter> Recorder<'a, 'scope, R> {
    /// Records the run `run_id` of `tests` from a thread of its own in `threads`.
    pub(crate) fn new<'env: 'scope + 'a>(
        history: &'a mut History,
        threads: &'scope Scope<'scope, 'env>,
        suite: &'env Suite,
        tests: &[TestId],
        run_id: u64,
        inner: R,
    ) -> Self {
        let mut open = vec![false; suite.tests.len()];
        let mut copies = BTreeMap::new();
        for test in tests {
            open[test.index()] = true;
            if let Some(copy) = suite.tests[test.index()].copy {
                copies.entry(copy.of).or_insert(Copies::NONE).open += 1;
            }
        }
        let run = Run { root: history.root.clone(), suite, id: run_id };
        let writer = Writer::start(threads, run, history.take());
        let writer = writer.map_err(|trouble| history.troubles.push(trouble)).ok();
        Self { inner, history, suite, copies, open, writer }
    }

    fn tell(&self, fact: Fact) {
        if let Some(writer) = &self.writer {
            writer.tell(fact);
        }
    }

    fn test_ended(&mut self, test: TestId, attempt: &Attempt, attempts: u32, races: u32) {
        let outcome = match &attempt.ending {
            Ending::Passed if races > 0 && attempts == races + 1 => Outcome::PassedAfterRace,
            // That it counts as failed is for the end of the run.
            Ending::Passed | Ending::Flaky => Outcome::Passed,
            Ending::Empty => Outcome::Empty,
            Ending::Exited(_) | Ending::Belied(_) | Ending::Killed(_) | Ending::Leaked => {
                Outcome::Failed
            }
            Ending::TimedOut(_) => Outcome::TimedOut,
            // That says nothing about the test: it stays open.
            Ending::Interrupted | Ending::NotStarted(_) | Ending::NoRoom(_) => return,
        };
        self.open[test.index()] = false;
        let ended = Ended { outcome, attempts, took: attempt.took };
        if let Some(Ended { outcome, attempts, took }) = self.last_of_copies(test, ended) {
            let test = self.suite.original(test);
            self.tell(Fact::TestEnded { test, outcome, attempts, took });
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

    fn imported(&self, library: LibraryId, how: How, took: Duration) {
        match how {
            How::Fetched | How::Built => {
                self.tell(Fact::LibraryImported { library, outcome: Outcome::Passed, took });
            }
            // How long it takes to find a library, or to wait for somebody else's import, says nothing about the next one.
            How::Cached
            | How::Placed
            | How::Adopted
            | How::Unconfirmed
            | How::FetchedByOther
            | How::BuiltByOther => {}
        }
    }

    /// Says what was found wrong with the history.
    fn warn(&mut self, at: Duration) {
        for trouble in self.history.take_troubles() {
            self.inner.event(at, &Event::Warning(&trouble.to_string()));
        }
    }

    /// Waits until everything is written.
    fn finish(&mut self, summary: &Summary) {
        let open = self.open.iter().enumerate().filter(|(_, open)| **open);
        let open = open.map(|(index, _)| TestId::new(index));
        // The failed copies of a test of which others have not ended are among those that failed.
        let failed = summary.failed.iter().map(|failure| failure.test);
        for test in open.chain(failed) {
            self.tell(Fact::TestOutstanding(self.suite.original(test)));
        }
        self.tell(Fact::RunEnded { exit: summary.exit().code() });
        if let Some(writer) = self.writer.take() {
            self.history.troubles.extend(writer.finish());
        }
    }
}

impl Copies {
    const NONE: Self = Self {
        open: 0,
        ended: Ended { outcome: Outcome::Passed, attempts: 0, took: Duration::ZERO },
    };
}

impl Ended {
    fn worse(self, other: Self) -> Self {
        Self {
            outcome: self.outcome.max(other.outcome),
            attempts: self.attempts.max(other.attempts),
            took: self.took.max(other.took),
        }
    }
}

impl<R: Reporter> Reporter for Recorder<'_, '_, R> {
    fn event(&mut self, at: Duration, event: &Event<'_>) {
        match *event {
            Event::TestEnded { id, attempt, number, races, .. } => {
                self.test_ended(id, attempt, number, races);
            }
            Event::PreloadPassed { id, imported, took, .. } => {
                self.imported(id, imported.how, took);
            }
            Event::PreloadFailed { id: library, took, .. } => {
                self.tell(Fact::LibraryImported { library, outcome: Outcome::Failed, took });
            }
            // Before the others hear of it: what goes wrong here belongs above the summary.
            Event::Ended(summary) => {
                self.finish(summary);
                self.warn(at);
            }
            _ => {}
        }
        self.inner.event(at, event);
        if let Event::Started { .. } = event {
            self.warn(at);
        }
    }
}
