//! The reporter that hands a run on to the history: it hears what other reporters hear, and waits for nothing until the run
//! is over.

use std::thread::Scope;
use std::time::Duration;

use probe_loader::How;
use probe_scenario::{LibraryId, Suite, TestId};

use super::History;
use super::recent::Outcome;
use super::writer::{Fact, Run, Writer};
use crate::run::{Attempt, Ending, Event, Reporter};

/// Records a run, and passes its events on.
#[derive(Debug)]
pub(crate) struct Recorder<'a, 'scope, R> {
    inner: R,
    history: &'a mut History,
    /// By [`TestId`], whether the test belongs to the run and has not come to its end.
    open: Vec<bool>,
    writer: Option<Writer<'scope>>,
}

impl<'a, 'scope, R: Reporter> Recorder<'a, 'scope, R> {
    /// Records the run `run_id` of `tests` from a thread of its own in `threads`.
    pub(crate) fn new<'env: 'scope>(
        history: &'a mut History,
        threads: &'scope Scope<'scope, 'env>,
        suite: &'env Suite,
        tests: &[TestId],
        run_id: u64,
        inner: R,
    ) -> Self {
        let mut open = vec![false; suite.tests.len()];
        for test in tests {
            open[test.index()] = true;
        }
        let run = Run { root: history.root.clone(), suite, id: run_id };
        let writer = Writer::start(threads, run, history.take());
        let writer = writer.map_err(|trouble| history.troubles.push(trouble)).ok();
        Self { inner, history, open, writer }
    }

    fn tell(&self, fact: Fact) {
        if let Some(writer) = &self.writer {
            writer.tell(fact);
        }
    }

    fn test_ended(&mut self, test: TestId, attempt: &Attempt, attempts: u32) {
        let outcome = match &attempt.ending {
            Ending::Passed => Outcome::Passed,
            Ending::Exited(_) | Ending::Killed(_) => Outcome::Failed,
            Ending::TimedOut => Outcome::TimedOut,
            // That says nothing about the test: it stays open.
            Ending::Interrupted | Ending::NotStarted(_) => return,
        };
        self.open[test.index()] = false;
        self.tell(Fact::TestEnded { test, outcome, attempts, took: attempt.took });
    }

    fn imported(&self, library: LibraryId, how: How, took: Duration) {
        match how {
            How::Fetched | How::Built => self.tell(Fact::LibraryMade { library, took }),
            // How long it takes to find a library, or to wait for somebody else's import, says nothing about the next one.
            How::Cached | How::Adopted | How::FetchedByOther | How::BuiltByOther => {}
        }
    }

    /// Says what was found wrong with the history.
    fn warn(&mut self) {
        for trouble in self.history.take_troubles() {
            self.inner.event(&Event::Warning(&trouble.to_string()));
        }
    }

    /// Waits until everything is written.
    fn finish(&mut self, exit: u8) {
        for (index, _) in self.open.iter().enumerate().filter(|(_, open)| **open) {
            self.tell(Fact::TestOutstanding(TestId::new(index)));
        }
        self.tell(Fact::RunEnded { exit });
        if let Some(writer) = self.writer.take() {
            self.history.troubles.extend(writer.finish());
        }
    }
}

impl<R: Reporter> Reporter for Recorder<'_, '_, R> {
    fn event(&mut self, event: &Event<'_>) {
        match *event {
            Event::TestEnded { id, attempt, number, .. } => self.test_ended(id, attempt, number),
            Event::PreloadPassed { id, imported, took, .. } => {
                self.imported(id, imported.how, took);
            }
            // Before the others hear of it: what goes wrong here belongs above the summary.
            Event::Ended(summary) => {
                self.finish(summary.exit().code());
                self.warn();
            }
            _ => {}
        }
        self.inner.event(event);
        if let Event::Started(_) = event {
            self.warn();
        }
    }
}
