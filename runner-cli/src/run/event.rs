//! What happens during a run, as the reporters hear it: the only thing between running and reporting.
//!
//! An event borrows what it tells of; it knows neither who listens nor what has been printed.

use std::path::{Path, PathBuf};
use std::time::Duration;

use probe_loader::{Holder, Imported};
use probe_scenario::{Library, LibraryId, Test, TestId};

use super::attempt::Attempt;
use super::summary::{ImportFailure, Summary};
use super::verdict::Finding;

/// One thing that happened.
#[derive(Debug)]
pub(crate) enum Event<'a> {
    /// The run begins.
    Started(Extent),
    /// A library's import begins to build, download or copy.
    Importing { library: &'a Library, work: Work<'a> },
    /// A library's import has waited for another process for a while.
    PreloadWaiting { library: &'a Library, holder: Option<&'a Holder>, waited: Duration },
    /// An attempt at an import has failed, and another one follows after `delay`.
    PreloadRetrying { library: &'a Library, cause: &'a str, delay: Duration },
    /// A library is there.
    PreloadPassed {
        id: LibraryId,
        library: &'a Library,
        imported: &'a Imported,
        took: Duration,
        done: usize,
    },
    /// A library could not be imported, so that `blocked` tests will not run.
    PreloadFailed {
        library: &'a Library,
        failure: &'a ImportFailure,
        took: Duration,
        done: usize,
        blocked: usize,
    },
    /// It is known whether a library that tests make is there.
    Looked { library: &'a Library, is_known: bool, done: usize },
    /// A test starts alone among those that need a library, since it may make it.
    TestLeads { test: &'a Test, library: &'a Library },
    /// As many tests wait, and have for a while, for a test of another process that may make the library.
    LedElsewhere {
        library: &'a Library,
        holder: Option<&'a Holder>,
        waited: Duration,
        tests: usize,
    },
    /// A test has run for longer than its `slow` says.
    TestSlow { test: &'a Test, running: Duration },
    /// Attempt `number` of at most `of` has failed, and the next one starts after `delay`.
    TestRetried {
        test: &'a Test,
        attempt: &'a Attempt,
        number: u32,
        of: u32,
        delay: Duration,
        finding: Option<&'a Finding>,
        whole: &'a [PathBuf],
    },
    /// Attempt `number` has failed by a race, and the next one starts after `delay`.
    TestRaced {
        test: &'a Test,
        attempt: &'a Attempt,
        number: u32,
        finding: &'a Finding,
        delay: Duration,
        whole: &'a [PathBuf],
    },
    /// The examination of a test's failed attempt waits for whoever writes to a file.
    TestAwaits { test: &'a Test, path: &'a Path, waited: Duration },
    /// A test could not be started, since the machine had no room for it, and is tried again after `delay`.
    TestPostponed { test: &'a Test, reason: &'a str, delay: Duration },
    /// A test has ended, at attempt `number`. `whole` names the files that hold the whole of output that was too long to
    /// show.
    TestEnded {
        id: TestId,
        test: &'a Test,
        attempt: &'a Attempt,
        number: u32,
        /// How many attempts before this one failed by a race.
        races: u32,
        done: usize,
        finding: Option<&'a Finding>,
        whole: &'a [PathBuf],
    },
    /// Something beside the run does not work as it should.
    Warning(&'a str),
    /// Nothing more is started.
    Stopping(Stop),
    /// The run is over.
    Ended(&'a Summary),
}

/// How much there is to run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Extent {
    /// Tests that are selected.
    pub(crate) tests: usize,
    /// Libraries that these need.
    pub(crate) libraries: usize,
    /// Tests that are not selected.
    pub(crate) skipped: usize,
    /// Tests that run at once.
    pub(crate) jobs: usize,
    /// Names the run, and seeds every random choice in it.
    pub(crate) run_id: u64,
}

/// What an import does that takes time.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Work<'a> {
    /// Runs this command.
    Build(&'a str),
    /// Downloads or copies from there.
    Fetch(&'a str),
}

/// Why a run ends before everything has run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stop {
    /// Probe received this signal.
    Signal(i32),
    /// As many tests have failed as `--max-failures` allows.
    MaxFailures(u32),
}

/// Hears of everything, in the order in which it happened.
pub(crate) trait Reporter {
    fn event(&mut self, event: &Event<'_>);
}
