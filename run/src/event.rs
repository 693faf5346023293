//! What happens during a run. Reporters learn of a run only through these events.
//!
//! An event borrows its data. It does not know who listens nor what has been printed.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use probe_loader::{Aside, Holder, Imported};
use probe_process::{LastLine, Leak};
use probe_scenario::{Library, LibraryId, Service, ServiceGround, ServiceId, Test, TestId};

use crate::attempt::Attempt;
use crate::import_failure::ImportFailure;
use crate::instance::Owner;
use crate::overtime::Overtime;
use crate::service_end::{ServiceEnd, Trouble};
use crate::shard::Shard;
use crate::stop::Stop;
use crate::summary::{CutShort, Summary};
use crate::verdict::Finding;

/// One thing that happened.
#[derive(Debug)]
pub enum Event<'a> {
    /// The run begins.
    Started {
        /// How much there is to run.
        extent: Extent,
        /// When the run begins, as time of day.
        clock: SystemTime,
    },
    /// The preload of a library starts: its import, or for a library that tests make, a look whether it is there.
    PreloadStarted {
        /// Its number in the suite.
        id: LibraryId,
        /// The library.
        library: &'a Library,
    },
    /// An import begins to build, download or copy a library.
    Importing {
        /// Its number in the suite.
        id: LibraryId,
        /// The library.
        library: &'a Library,
        /// What it does.
        work: Work<'a>,
    },
    /// Bytes of a library have arrived. Sent at most several times a second, and not for every transfer.
    Transferred {
        /// Its number in the suite.
        id: LibraryId,
        /// The library.
        library: &'a Library,
        /// The bytes so far.
        bytes: u64,
        /// The total number of bytes, if the sender gave one.
        total: Option<u64>,
    },
    /// A preload gives up its place in the preload lane while it waits for a lock or for its next attempt.
    PreloadParked {
        /// Its number in the suite.
        id: LibraryId,
        /// The library.
        library: &'a Library,
    },
    /// A preload has a place in the lane again.
    PreloadResumed {
        /// Its number in the suite.
        id: LibraryId,
        /// The library.
        library: &'a Library,
    },
    /// An import has waited for another process for a while.
    PreloadWaiting {
        /// Its number in the suite.
        id: LibraryId,
        /// The library.
        library: &'a Library,
        /// The other process, if it is known.
        holder: Option<&'a Holder>,
        /// How long it has waited.
        waited: Duration,
    },
    /// An attempt to prepare a library failed. The next one starts after `delay`.
    PreloadRetrying {
        /// Its number in the suite.
        id: LibraryId,
        /// The library.
        library: &'a Library,
        /// Why it failed.
        cause: &'a str,
        /// The time until the next attempt.
        delay: Duration,
    },
    /// A library is ready.
    PreloadPassed {
        /// Its number in the suite.
        id: LibraryId,
        /// The library.
        library: &'a Library,
        /// What was imported.
        imported: &'a Imported,
        /// How long it took.
        took: Duration,
        /// How many preloads are done, this one included.
        done: usize,
    },
    /// A library could not be prepared. The tests in `blocked` will not run; if it is `spared`, all tests run without it.
    PreloadFailed {
        /// Its number in the suite.
        id: LibraryId,
        /// The library.
        library: &'a Library,
        /// Why.
        failure: &'a ImportFailure,
        /// How long it took.
        took: Duration,
        /// How many preloads are done, this one included.
        done: usize,
        /// The tests that will not run, in the order of the manifest.
        blocked: &'a [TestId],
        /// Whether no manifest declares the library, so that no test waits for it any more.
        spared: bool,
    },
    /// The command of a library left processes behind in its group, and probe killed them.
    CommandLeft {
        /// The command, as the manifest has it.
        command: &'a str,
        /// The processes.
        left: &'a [Leak],
    },
    /// The run stops, and with it the command that builds a library.
    BuildCutShort {
        /// The command, and how long it ran.
        cut: &'a CutShort,
        /// The library.
        library: &'a Library,
    },
    /// The look for a library that tests make has ended.
    Looked {
        /// Its number in the suite.
        id: LibraryId,
        /// The library.
        library: &'a Library,
        /// Whether the library is there.
        is_known: bool,
        /// How many preloads are done, this one included.
        done: usize,
    },
    /// A check that many tests share has run once for all of them.
    Checked {
        /// Its number in the suite.
        id: LibraryId,
        /// The library entry that stands for the check.
        library: &'a Library,
        /// Whether the check found no errors. If it did, each test checks for itself.
        is_clean: bool,
        /// How long it took.
        took: Duration,
        /// How many preloads are done, this one included.
        done: usize,
    },
    /// An incomplete file of a library that tests make was moved aside, so that a test can make it again.
    MovedAside {
        /// The library's number in the suite.
        id: LibraryId,
        /// The library.
        library: &'a Library,
        /// Which file, and where it is now.
        aside: &'a Aside,
    },
    /// A service starts because a test or another service needs it.
    ServiceStarting {
        /// Its number in the suite.
        id: ServiceId,
        /// The service.
        service: &'a Service,
        /// Which copy of the service it is.
        owner: Owner<'a>,
    },
    /// A service is ready for use.
    ServiceReady {
        /// Its number in the suite.
        id: ServiceId,
        /// The service.
        service: &'a Service,
        /// Which copy of the service it is.
        owner: Owner<'a>,
        /// Its ports, directory and other values.
        ground: &'a ServiceGround,
        /// How long its start took.
        took: Duration,
    },
    /// A service did not become ready. The tests in `blocked` will not run.
    ServiceFailed {
        /// Its number in the suite.
        id: ServiceId,
        /// The service.
        service: &'a Service,
        /// Which copy of the service it is.
        owner: Owner<'a>,
        /// How it ended.
        end: &'a ServiceEnd,
        /// The tests that will not run, in the order of the manifest.
        blocked: &'a [TestId],
    },
    /// A service has died while tests could still need it.
    ServiceDied {
        /// Its number in the suite.
        id: ServiceId,
        /// The service.
        service: &'a Service,
        /// Which copy of the service it is.
        owner: Owner<'a>,
        /// How it ended.
        end: &'a ServiceEnd,
        /// The running tests that need it, in the order of the manifest.
        bereft: &'a [TestId],
        /// The tests that will not run, in the order of the manifest.
        blocked: &'a [TestId],
    },
    /// A service ended by itself, and probe will start it again.
    ServiceRestarting {
        /// Its number in the suite.
        id: ServiceId,
        /// The service.
        service: &'a Service,
        /// Which copy of the service it is.
        owner: Owner<'a>,
        /// How it ended.
        end: &'a ServiceEnd,
        /// Whether it had been ready.
        was_ready: bool,
        /// The running tests that need it, in the order of the manifest.
        bereft: &'a [TestId],
        /// The number of this restart.
        number: u32,
        /// How many restarts are allowed.
        of: u32,
        /// The delay before the restart. It begins when nothing of the service is left.
        delay: Duration,
    },
    /// More tests will not run because of a service that was already reported as lost.
    ServiceBlocks {
        /// Its number in the suite.
        id: ServiceId,
        /// The service.
        service: &'a Service,
        /// The tests, in the order of the manifest.
        blocked: &'a [TestId],
    },
    /// probe asks a service to end, because nothing can need it any more.
    ServiceStopping {
        /// Its number in the suite.
        id: ServiceId,
        /// The service.
        service: &'a Service,
        /// Which copy of the service it is.
        owner: Owner<'a>,
    },
    /// A service has ended after probe asked it to.
    ServiceStopped {
        /// Its number in the suite.
        id: ServiceId,
        /// The service.
        service: &'a Service,
        /// Which copy of the service it is.
        owner: Owner<'a>,
        /// How it ended.
        end: &'a ServiceEnd,
    },
    /// A command beside a service failed.
    ServiceTrouble {
        /// Its number in the suite.
        id: ServiceId,
        /// The service.
        service: &'a Service,
        /// Which copy of the service it is.
        owner: Owner<'a>,
        /// Which command, and how it failed.
        trouble: &'a Trouble,
    },
    /// A test starts alone among the tests that need a library, because it may make the library.
    TestLeads {
        /// Its number in the suite.
        id: TestId,
        /// The test.
        test: &'a Test,
        /// The library's number in the suite.
        led: LibraryId,
        /// The library.
        library: &'a Library,
    },
    /// Tests have waited for a while for a test of another process that may make the library.
    LedElsewhere {
        /// The library's number in the suite.
        id: LibraryId,
        /// The library.
        library: &'a Library,
        /// The other process, if it is known.
        holder: Option<&'a Holder>,
        /// How long they have waited.
        waited: Duration,
        /// How many tests wait.
        tests: usize,
    },
    /// Attempt `number` of a test starts.
    TestStarted {
        /// Its number in the suite.
        id: TestId,
        /// The test.
        test: &'a Test,
        /// Counted from 1.
        number: u32,
        /// Its slot, counted from 0. No other running test has the same one.
        slot: usize,
    },
    /// A test has run for longer than its `slow` says.
    TestSlow {
        /// Its number in the suite.
        id: TestId,
        /// The test.
        test: &'a Test,
        /// How long it has run so far.
        running: Duration,
    },
    /// The process of an attempt has ended and its slot is free. probe now examines files to find out why it failed.
    TestExamined {
        /// Its number in the suite.
        id: TestId,
        /// The test.
        test: &'a Test,
        /// How it ended.
        attempt: &'a Attempt,
    },
    /// Attempt `number` of at most `of` failed. The next one starts after `delay`.
    TestRetried {
        /// Its number in the suite.
        id: TestId,
        /// The test.
        test: &'a Test,
        /// How it ended.
        attempt: &'a Attempt,
        /// Counted from 1.
        number: u32,
        /// The largest number of attempts.
        of: u32,
        /// The time until the next attempt.
        delay: Duration,
        /// The result of its examination, if there was one.
        finding: Option<&'a Finding>,
        /// The files with the full output, if it was too long to show.
        whole: &'a [PathBuf],
    },
    /// Attempt `number` failed by a race. The next one starts after `delay`.
    TestRaced {
        /// Its number in the suite.
        id: TestId,
        /// The test.
        test: &'a Test,
        /// How it ended.
        attempt: &'a Attempt,
        /// Counted from 1.
        number: u32,
        /// The result of its examination.
        finding: &'a Finding,
        /// The time until the next attempt.
        delay: Duration,
        /// The files with the full output, if it was too long to show.
        whole: &'a [PathBuf],
    },
    /// A test waits for a process that makes what it needs, or the examination of its failed attempt waits for a process that
    /// writes to a file.
    TestAwaits {
        /// Its number in the suite.
        id: TestId,
        /// The test.
        test: &'a Test,
        /// The path that is being made or written.
        path: &'a Path,
        /// How long it has waited.
        waited: Duration,
    },
    /// A test could not start because the machine had no room for it. probe tries again after `delay`.
    TestPostponed {
        /// Its number in the suite.
        id: TestId,
        /// The test.
        test: &'a Test,
        /// Why it could not start, in words.
        reason: &'a str,
        /// The time until the next try.
        delay: Duration,
    },
    /// A test waited for its next attempt or for the examination of its last one, and has now failed: the run stops, or a
    /// service that it needs is lost.
    TestGivenUp {
        /// Its number in the suite.
        id: TestId,
        /// The test.
        test: &'a Test,
    },
    /// A test has ended, at attempt `number`.
    TestEnded {
        /// Its number in the suite.
        id: TestId,
        /// The test.
        test: &'a Test,
        /// How it ended.
        attempt: &'a Attempt,
        /// Counted from 1.
        number: u32,
        /// How many attempts before this one failed by a race.
        races: u32,
        /// How many tests are done, this one included.
        done: usize,
        /// The result of its examination, if there was one.
        finding: Option<&'a Finding>,
        /// The files with the full output, if it was too long to show.
        whole: &'a [PathBuf],
    },
    /// A test failed after its last attempt. The tests in `blocked` come after it and will not run.
    TestsBlocked {
        /// The test that failed.
        by: TestId,
        /// The tests that will not run, in the order of the manifest.
        blocked: &'a [TestId],
    },
    /// A library that tests make is there, and no test waits for it any more.
    LibraryOpened {
        /// The library.
        library: &'a Library,
    },
    /// Probe is about to stop itself for job control (^Z).
    Suspending,
    /// probe continues after it or another process stopped it.
    Resumed,
    /// Something beside the run does not work as it should.
    Warning(&'a str),
    /// The run has exceeded its time limit; the value says what it has not done. [`Stopping`](Self::Stopping) follows.
    RunTimedOut(&'a Overtime),
    /// The run starts nothing more, for this reason.
    Stopping(Stop),
    /// The run is over. The process may end right after this event, so a reporter must finish its work while it handles it.
    Ended(&'a Summary),
}

/// The size of a run, and its settings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Extent {
    /// The number of selected tests.
    pub tests: usize,
    /// The number of libraries that these need.
    pub libraries: usize,
    /// The number of services that these need.
    pub services: usize,
    /// The number of tests that are not selected.
    pub skipped: usize,
    /// The largest number of tests that run at once.
    pub jobs: usize,
    /// The seed of the order of starts, if the order is random.
    pub shuffle: Option<u64>,
    /// The part of the suite that this run is, if several machines share the suite.
    pub shard: Option<Shard>,
    /// The run's id, and the seed of every random choice in it.
    pub run_id: u64,
}

/// The part of an import that takes time.
#[derive(Clone, Copy, Debug)]
pub enum Work<'a> {
    /// Runs this command. The second value has the last line that it printed.
    Build(&'a str, &'a Arc<LastLine>),
    /// Downloads or copies from this place.
    Fetch(&'a str),
}
