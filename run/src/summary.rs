//! What a run came to. Does not know how it is printed.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use probe_loader::Pin;
use probe_process::Leak;
use probe_scenario::{LibraryId, Results, Subtest, Tally, TestId};

use crate::ending::Ending;
use crate::exit::Exit;
use crate::import_failure::ImportFailure;
use crate::overtime::Overtime;
use crate::service_end::ServiceLost;
use crate::shard::Shard;
use crate::stop::Stop;
use crate::verdict::{Doubled, Finding, Gathering, Suspicion, Watched, suspicions};

/// Tests within a process that are named where it failed.
const NAMED: usize = 10;
/// Characters of their lines.
const LINE: usize = 240;

/// The outcome of a run, by test.
#[derive(Debug, Default)]
pub struct Summary {
    /// Tests that passed.
    pub passed: usize,
    /// Tests that did not pass, in the order in which they ended.
    pub failed: Vec<Failure>,
    /// Tests that failed as is expected of them, in the order in which they ended.
    pub expected: Vec<Failure>,
    /// Tests among those that passed which did so only at a later attempt.
    pub flaky: Vec<Flaky>,
    /// Tests among those that passed which did so after a race.
    pub recovered: Vec<Flaky>,
    /// Attempts that failed by a race, or by what looks like one, in the order in which that turned out.
    pub raced: Vec<Raced>,
    /// Attempts that failed in other words while files came into one place, in the order in which that turned out.
    pub gathered: Vec<(TestId, Gathering)>,
    /// Files in caches that were written several times, the most times first.
    pub doubled: Vec<Doubled>,
    /// Tests among those that passed which took longer than their `slow` says, in the order in which they ended.
    pub slow: Vec<Slow>,
    /// Tests that left processes behind, in the order in which they ended.
    pub leaky: Vec<Leaky>,
    /// Processes that tests left behind, and that do not say which.
    pub strays: Vec<Leak>,
    /// Libraries that could not be prepared, in the order in which that turned out.
    pub not_imported: Vec<NotImported>,
    /// Services that did not become ready, or died while they were needed, in the order in which that turned out.
    pub services: Vec<ServiceLost>,
    /// Libraries whose commands were ended because the run was stopped.
    pub cut_short: Vec<CutShort>,
    /// Tests that did not run because a test that they come after failed, with that test.
    pub after_failed: Vec<(TestId, TestId)>,
    /// Tests that did not run because the run was stopped.
    pub not_run: usize,
    /// Tests that were not selected.
    pub skipped: usize,
    /// Tests of which a process ran, and nothing in it, in the order in which they ended.
    pub empty: Vec<TestId>,
    /// Tests that have skipped themselves, in the order in which they ended.
    pub skips: Vec<Skipped>,
    /// Tests that did not run because a test that they come after has skipped itself, or ran nothing, with that test.
    pub after_skipped: Vec<(TestId, TestId)>,
    /// What the runners of tests say that they have run, and of how many tests they say so.
    pub within: (Tally, usize),
    /// Where the imported libraries are, by [`LibraryId`].
    pub places: Vec<Option<PathBuf>>,
    /// What the imported downloads were, in the order in which they came.
    pub downloads: Vec<(LibraryId, Pin)>,
    /// What their files are watched by, by [`LibraryId`].
    pub watched: Vec<Option<Arc<Watched>>>,
    /// What had not been done when the run had taken as long as it may, if it has.
    pub overtime: Option<Overtime>,
    /// What the peaks of its tests cannot fall below, in bytes: the most memory that probe itself had at once.
    pub peak_floor: Option<u64>,
    /// What names the order in which tests were started, if that was left to chance.
    pub shuffle: Option<u64>,
    /// Which part of the suite this was, if machines share it.
    pub shard: Option<Shard>,
    /// Why the run ended early, if it did.
    pub stop: Option<Stop>,
    /// How long it took.
    pub took: Duration,
}

/// A test that did not pass.
#[derive(Debug)]
pub struct Failure {
    /// The test.
    pub test: TestId,
    /// How its last attempt ended.
    pub ending: Ending,
    /// How long its last attempt ran.
    pub took: Duration,
    /// How many attempts it had.
    pub attempts: u32,
    /// The tests in it that failed, as far as it has written them down.
    pub within: Within,
}

/// The tests within a process that failed: some with names, the others counted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Within {
    /// Each in a line, with why.
    pub named: Vec<String>,
    /// How many more there are.
    pub more: u64,
}

impl Within {
    pub(crate) fn of(results: Option<&Results>) -> Self {
        let Some(results) = results else { return Self::default() };
        let line = |subtest: &Subtest| match subtest.message.as_str() {
            "" => subtest.label(),
            message => format!("{}: {message}", subtest.label()),
        };
        let named = results.failed().take(NAMED).map(|subtest| bounded(line(subtest)));
        let named: Vec<String> = named.collect();
        Self { more: results.tally.failed.saturating_sub(named.len() as u64), named }
    }
}

/// A line that is still one where it stands among others.
fn bounded(mut line: String) -> String {
    if let Some((end, _)) = line.char_indices().nth(LINE) {
        line.truncate(end);
        line.push('…');
    }
    line
}

/// What tests come to that passed only at a later attempt. Those that come after them run in any case.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FlakyOutcome {
    #[default]
    /// They have passed.
    Passed,
    /// They have failed.
    Failed,
}

/// A test that passed at a later attempt.
#[derive(Debug)]
pub struct Flaky {
    /// The test.
    pub test: TestId,
    /// How many attempts it took, the good one included.
    pub attempts: u32,
}

/// A test that has skipped itself.
#[derive(Debug)]
pub struct Skipped {
    /// The test.
    pub test: TestId,
    /// Why, as far as it says so.
    pub reason: String,
}

/// A test that passed and took longer than its `slow` says.
#[derive(Debug)]
pub struct Slow {
    /// The test.
    pub test: TestId,
    /// What its last attempt took.
    pub took: Duration,
}

/// An attempt that failed by a race, or by what looks like one.
#[derive(Debug)]
pub struct Raced {
    /// The test.
    pub test: TestId,
    /// What the examination came to.
    pub finding: Finding,
}

/// A test that left processes behind.
#[derive(Debug)]
pub struct Leaky {
    /// The test.
    pub test: TestId,
    /// The processes.
    pub left: Vec<Leak>,
}

/// A library that could not be prepared, and the tests that did not run for it.
#[derive(Debug)]
pub struct NotImported {
    /// The library.
    pub library: LibraryId,
    /// Why.
    pub failure: ImportFailure,
    /// In the order of the manifest.
    pub blocked: Vec<TestId>,
}

/// A library whose command was ended because the run was stopped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CutShort {
    /// The library.
    pub library: LibraryId,
    /// Its command, as it was written.
    pub command: String,
    /// How long it had been running when the run was stopped.
    pub running: Duration,
    /// The last line that it printed.
    pub said: Option<String>,
}

impl Summary {
    /// Tests of which a process has ended.
    pub fn done(&self) -> usize {
        self.run() + self.empty.len() + self.skips.len()
    }

    /// Tests that are left out since there was nothing to run in them, or in what they come after.
    pub fn left_out(&self) -> usize {
        self.empty.len() + self.skips.len() + self.after_skipped.len()
    }

    /// Tests that have shown something.
    pub fn run(&self) -> usize {
        self.passed + self.failed.len() + self.expected.len()
    }

    /// Tests that did not run because something that they need failed.
    pub fn blocked(&self) -> usize {
        self.after_failed.len()
            + self.not_imported.iter().map(|library| library.blocked.len()).sum::<usize>()
            + self.services.iter().map(|service| service.blocked.len()).sum::<usize>()
    }

    /// The places for which several tests speak that failed at the same time, while files came there.
    pub fn suspicions(&self) -> Vec<Suspicion> {
        suspicions(self.gathered.iter().map(|(test, gathering)| (*test, gathering)))
    }

    /// The files that were written several times, of which nothing else was said.
    pub fn doubled(&self) -> impl Iterator<Item = &Doubled> {
        let suspicions = self.suspicions();
        let raced = |doubled: &Doubled| {
            let strays = self.raced.iter().flat_map(|raced| &raced.finding.strays);
            strays.into_iter().any(|stray| stray.path == doubled.path)
        };
        self.doubled.iter().filter(move |doubled| {
            let is_suspected =
                suspicions.iter().any(|place| doubled.path.starts_with(&place.folder));
            !is_suspected && !raced(doubled)
        })
    }

    /// How probe ends after this run: a signal decides before failed tests, and these before libraries. A run that has taken
    /// as long as it may has not shown that its tests pass.
    pub fn exit(&self) -> Exit {
        match self.stop {
            Some(Stop::Signal(signal)) => {
                Exit::Signal(u8::try_from(signal.number()).expect("signal numbers are small"))
            }
            _ if self.overtime.is_some() || !self.failed.is_empty() => Exit::TestsFailed,
            // A failure that is expected does not cover what it blocks.
            _ if !self.after_failed.is_empty() => Exit::TestsFailed,
            _ if !self.not_imported.is_empty() || self.services.iter().any(has_blocked) => {
                Exit::ImportFailed
            }
            // There may be more machines than tests, and the others run them.
            _ if self.shard.is_some_and(|shard| shard.tests > 0) && self.done() == 0 => {
                Exit::Passed
            }
            _ if self.passed + self.expected.len() == 0 => Exit::NoTests,
            _ => Exit::Passed,
        }
    }
}

/// Whether tests did not run for it. One that died when nobody was left to need it has done no harm.
fn has_blocked(service: &ServiceLost) -> bool {
    !service.was_ready || !service.blocked.is_empty()
}
