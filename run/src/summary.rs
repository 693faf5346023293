//! The result of a run. Does not know how it is printed.

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

/// How many failed tests within a process are named.
const NAMED: usize = 10;
/// The longest line of such a test, in characters.
const LINE: usize = 240;

/// The result of a run.
#[derive(Debug, Default)]
pub struct Summary {
    /// The number of tests that passed.
    pub passed: usize,
    /// Tests that did not pass, in the order in which they ended.
    pub failed: Vec<Failure>,
    /// Tests that failed as expected, in the order in which they ended.
    pub expected: Vec<Failure>,
    /// Tests that passed, but not at the first attempt.
    pub flaky: Vec<Flaky>,
    /// Tests that passed after a race.
    pub recovered: Vec<Flaky>,
    /// Attempts that failed by a race or a likely race, in the order in which probe found that out.
    pub raced: Vec<Raced>,
    /// Attempts whose failure may come from a cache that another test filled, in the order in which probe found that out.
    pub gathered: Vec<(TestId, Gathering)>,
    /// Files in caches that were written several times, the most frequent first.
    pub doubled: Vec<Doubled>,
    /// Tests that passed but took longer than their `slow`, in the order in which they ended.
    pub slow: Vec<Slow>,
    /// Tests that left processes behind, in the order in which they ended.
    pub leaky: Vec<Leaky>,
    /// Processes that tests left behind and that belong to no known test.
    pub strays: Vec<Leak>,
    /// Libraries that could not be prepared, in the order in which they failed.
    pub not_imported: Vec<NotImported>,
    /// Services that did not become ready, or died while tests needed them, in the order in which that happened.
    pub services: Vec<ServiceLost>,
    /// Libraries whose commands probe ended because the run was stopped.
    pub cut_short: Vec<CutShort>,
    /// Tests that did not run because a test before them failed, each with that test.
    pub after_failed: Vec<(TestId, TestId)>,
    /// The number of tests that did not run because the run was stopped.
    pub not_run: usize,
    /// The number of tests that were not selected.
    pub skipped: usize,
    /// Tests whose process ran no test, in the order in which they ended.
    pub empty: Vec<TestId>,
    /// Tests that skipped themselves, in the order in which they ended.
    pub skips: Vec<Skipped>,
    /// Tests that did not run because a test before them skipped itself or ran nothing, each with that test.
    pub after_skipped: Vec<(TestId, TestId)>,
    /// The tests that runners report within processes, and how many processes have such a report.
    pub within: (Tally, usize),
    /// The paths of the imported libraries, by [`LibraryId`].
    pub places: Vec<Option<PathBuf>>,
    /// The downloads of imported libraries, in the order in which they arrived.
    pub downloads: Vec<(LibraryId, Pin)>,
    /// Watches the files of imported libraries, by [`LibraryId`].
    pub watched: Vec<Option<Arc<Watched>>>,
    /// The unfinished work, if the run exceeded its time limit.
    pub overtime: Option<Overtime>,
    /// The peak memory of probe itself, in bytes. The measured peak of a test cannot be lower.
    pub peak_floor: Option<u64>,
    /// The seed of the order of starts, if the order was random.
    pub shuffle: Option<u64>,
    /// The part of the suite that this run was, if several machines share the suite.
    pub shard: Option<Shard>,
    /// Why the run ended early, if it did.
    pub stop: Option<Stop>,
    /// How long the run took.
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
    /// The tests within its process that failed, as far as it wrote results.
    pub within: Within,
}

/// The tests within a process that failed: some with names, the others only counted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Within {
    /// One line for each: its name and why it failed.
    pub named: Vec<String>,
    /// The number of further failed tests.
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

/// Cuts a line that is too long for a list.
fn bounded(mut line: String) -> String {
    if let Some((end, _)) = line.char_indices().nth(LINE) {
        line.truncate(end);
        line.push('…');
    }
    line
}

/// Whether a test that passed only at a later attempt counts as passed. Tests that come after it run in any case.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FlakyOutcome {
    #[default]
    /// The test counts as passed.
    Passed,
    /// The test counts as failed.
    Failed,
}

/// A test that passed, but not at the first attempt.
#[derive(Debug)]
pub struct Flaky {
    /// The test.
    pub test: TestId,
    /// The number of attempts, the one that passed included.
    pub attempts: u32,
}

/// A test that skipped itself.
#[derive(Debug)]
pub struct Skipped {
    /// The test.
    pub test: TestId,
    /// The reason, if the test gives one; otherwise empty.
    pub reason: String,
}

/// A test that passed but took longer than its `slow`.
#[derive(Debug)]
pub struct Slow {
    /// The test.
    pub test: TestId,
    /// The duration of its last attempt.
    pub took: Duration,
}

/// An attempt that failed by a race or a likely race.
#[derive(Debug)]
pub struct Raced {
    /// The test.
    pub test: TestId,
    /// The result of its examination.
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

/// A library that could not be prepared, and the tests that did not run because of it.
#[derive(Debug)]
pub struct NotImported {
    /// The library.
    pub library: LibraryId,
    /// Why.
    pub failure: ImportFailure,
    /// The tests that did not run, in the order of the manifest.
    pub blocked: Vec<TestId>,
}

/// A library whose command probe ended because the run was stopped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CutShort {
    /// The library.
    pub library: LibraryId,
    /// Its command, as the manifest has it.
    pub command: String,
    /// How long it had been running when the run was stopped.
    pub running: Duration,
    /// The last line that it printed.
    pub said: Option<String>,
}

impl Summary {
    /// The number of tests whose process has ended.
    pub fn done(&self) -> usize {
        self.run() + self.empty.len() + self.skips.len()
    }

    /// The number of tests that had nothing to run, or come after a test that had nothing to run.
    pub fn left_out(&self) -> usize {
        self.empty.len() + self.skips.len() + self.after_skipped.len()
    }

    /// The number of tests that passed or failed.
    pub fn run(&self) -> usize {
        self.passed + self.failed.len() + self.expected.len()
    }

    /// The number of tests that did not run because something that they need failed.
    pub fn blocked(&self) -> usize {
        self.after_failed.len()
            + self.not_imported.iter().map(|library| library.blocked.len()).sum::<usize>()
            + self.services.iter().map(|service| service.blocked.len()).sum::<usize>()
    }

    /// The folders that several attempts speak of, which failed at the same time while files appeared there.
    pub fn suspicions(&self) -> Vec<Suspicion> {
        suspicions(self.gathered.iter().map(|(test, gathering)| (*test, gathering)))
    }

    /// The files that were written several times, without those that a race or a suspicion already reports.
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

    /// The exit code of probe after this run. A signal wins over failed tests, and failed tests win over libraries. A run that
    /// exceeded its time limit counts as failed.
    pub fn exit(&self) -> Exit {
        match self.stop {
            Some(Stop::Signal(signal)) => {
                Exit::Signal(u8::try_from(signal.number()).expect("signal numbers are small"))
            }
            _ if self.overtime.is_some() || !self.failed.is_empty() => Exit::TestsFailed,
            // An expected failure does not excuse the tests that it blocks.
            _ if !self.after_failed.is_empty() => Exit::TestsFailed,
            _ if !self.not_imported.is_empty() || self.services.iter().any(has_blocked) => {
                Exit::ImportFailed
            }
            // There may be more machines than tests. Then the other machines run them.
            _ if self.shard.is_some_and(|shard| shard.tests > 0) && self.done() == 0 => {
                Exit::Passed
            }
            _ if self.passed + self.expected.len() == 0 => Exit::NoTests,
            _ => Exit::Passed,
        }
    }
}

/// Whether tests did not run because of the service. A service that died after its last test did no harm.
fn has_blocked(service: &ServiceLost) -> bool {
    !service.was_ready || !service.blocked.is_empty()
}
