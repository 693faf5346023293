//! What happens during a run, as the reporters hear it: the only thing between running and reporting.
//!
//! An event borrows what it tells of; it knows neither who listens nor what has been printed.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use probe_loader::{Aside, Holder, Imported};
use probe_process::{LastLine, Leak};
use probe_scenario::{Library, LibraryId, Test, TestId};

use super::attempt::Attempt;
use super::summary::{CutShort, ImportFailure, Summary};
use super::verdict::Finding;

/// One thing that happened.
#[derive(Debug)]
#[expect(dead_code, reason = "the ids are for reports that keep a record")]
pub(crate) enum Event<'a> {
    /// The run begins, at this time of day.
    Started { extent: Extent, clock: SystemTime },
    /// The preload of a library starts: its import, or for what tests make a look whether it is there.
    PreloadStarted { id: LibraryId, library: &'a Library },
    /// A library's import begins to build, download or copy.
    Importing { id: LibraryId, library: &'a Library, work: Work<'a> },
    /// Bytes of a library have arrived: so many, of how many if the sender said. Told several times a second at most, and
    /// not for every transfer.
    Transferred { id: LibraryId, library: &'a Library, bytes: u64, total: Option<u64> },
    /// An import gives its place in the preload lane away while it waits, for a lock or between attempts.
    PreloadParked { id: LibraryId, library: &'a Library },
    /// An import has a place in the lane again.
    PreloadResumed { id: LibraryId, library: &'a Library },
    /// A library's import has waited for another process for a while.
    PreloadWaiting {
        id: LibraryId,
        library: &'a Library,
        holder: Option<&'a Holder>,
        waited: Duration,
    },
    /// An attempt at an import has failed, and another one follows after `delay`.
    PreloadRetrying { id: LibraryId, library: &'a Library, cause: &'a str, delay: Duration },
    /// A library is there.
    PreloadPassed {
        id: LibraryId,
        library: &'a Library,
        imported: &'a Imported,
        took: Duration,
        done: usize,
    },
    /// A library could not be imported, so that the tests `blocked` will not run.
    PreloadFailed {
        id: LibraryId,
        library: &'a Library,
        failure: &'a ImportFailure,
        took: Duration,
        done: usize,
        blocked: &'a [TestId],
    },
    /// The command of a library has left processes behind in its group, which have been killed.
    CommandLeft { command: &'a str, left: &'a [Leak] },
    /// The run is stopped, and with it the command that builds a library.
    BuildCutShort { cut: &'a CutShort, library: &'a Library },
    /// It is known whether a library that tests make is there.
    Looked { id: LibraryId, library: &'a Library, is_known: bool, done: usize },
    /// A file of a library that tests make was torn, and is out of the way of the one that makes it anew.
    MovedAside { library: &'a Library, aside: &'a Aside },
    /// A test starts alone among those that need a library, since it may make it.
    TestLeads { id: TestId, test: &'a Test, library: &'a Library },
    /// As many tests wait, and have for a while, for a test of another process that may make the library.
    LedElsewhere {
        library: &'a Library,
        holder: Option<&'a Holder>,
        waited: Duration,
        tests: usize,
    },
    /// Attempt `number` of a test starts, in a slot that no other test has meanwhile; slots count from 0.
    TestStarted { id: TestId, test: &'a Test, number: u32, slot: usize },
    /// A test has run for longer than its `slow` says.
    TestSlow { id: TestId, test: &'a Test, running: Duration },
    /// The process of an attempt has ended, and files are looked at to find out why it failed. Its slot is free.
    TestExamined { id: TestId, test: &'a Test, attempt: &'a Attempt },
    /// Attempt `number` of at most `of` has failed, and the next one starts after `delay`.
    TestRetried {
        id: TestId,
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
        id: TestId,
        test: &'a Test,
        attempt: &'a Attempt,
        number: u32,
        finding: &'a Finding,
        delay: Duration,
        whole: &'a [PathBuf],
    },
    /// The examination of a test's failed attempt waits for whoever writes to a file.
    TestAwaits { id: TestId, test: &'a Test, path: &'a Path, waited: Duration },
    /// A test could not be started, since the machine had no room for it, and is tried again after `delay`.
    TestPostponed { id: TestId, test: &'a Test, reason: &'a str, delay: Duration },
    /// A test that waited for its next attempt, or for what becomes of its last one, has failed: the run is stopped.
    TestGivenUp { id: TestId, test: &'a Test },
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
    /// A test has failed for good, so that the tests `blocked`, which come after it, will not run.
    TestsBlocked { by: TestId, blocked: &'a [TestId] },
    /// A library that tests make is there: nobody waits for it any more.
    LibraryOpened { library: &'a Library },
    /// Probe is about to stop itself for job control (^Z).
    Suspending,
    /// Probe goes on after it was stopped, by itself or by others.
    Resumed,
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
    /// Runs this command, and this is what that says last.
    Build(&'a str, &'a Arc<LastLine>),
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
pub(crate) trait Reporter: Send {
    /// Takes what has happened, `at` so long after the run began.
    fn event(&mut self, at: Duration, event: &Event<'_>);
}

impl<R: Reporter + ?Sized> Reporter for &mut R {
    fn event(&mut self, at: Duration, event: &Event<'_>) {
        (**self).event(at, event);
    }
}

/// Several reporters, each of which hears of everything, in this order.
pub(crate) type Reporters<'a> = Vec<Box<dyn Reporter + 'a>>;

impl Reporter for Reporters<'_> {
    fn event(&mut self, at: Duration, event: &Event<'_>) {
        for reporter in self {
            reporter.event(at, event);
        }
    }
}

/// Tells a reporter what happens, and when.
pub(super) struct Teller<'a> {
    reporter: &'a mut dyn Reporter,
    /// When the run began.
    started: Instant,
}

impl<'a> Teller<'a> {
    pub(super) fn new(reporter: &'a mut dyn Reporter, started: Instant) -> Self {
        Self { reporter, started }
    }

    pub(super) fn event(&mut self, event: &Event<'_>) {
        self.reporter.event(self.started.elapsed(), event);
    }
}
