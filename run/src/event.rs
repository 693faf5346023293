//! What happens during a run, as the reporters hear it: the only thing between running and reporting.
//!
//! An event borrows what it tells of; it knows neither who listens nor what has been printed.

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
    /// The run begins, at this time of day.
    Started {
        /// How much there is to run.
        extent: Extent,
        /// The time of day.
        clock: SystemTime,
    },
    /// The preload of a library starts: its import, or for what tests make a look whether it is there.
    PreloadStarted {
        /// Its number in the suite.
        id: LibraryId,
        /// The library.
        library: &'a Library,
    },
    /// A library's import begins to build, download or copy.
    Importing {
        /// Its number in the suite.
        id: LibraryId,
        /// The library.
        library: &'a Library,
        /// What it does.
        work: Work<'a>,
    },
    /// Bytes of a library have arrived: so many, of how many if the sender said. Told several times a second at most, and
    /// not for every transfer.
    Transferred {
        /// Its number in the suite.
        id: LibraryId,
        /// The library.
        library: &'a Library,
        /// So many in all.
        bytes: u64,
        /// How many there will be, if that is known.
        total: Option<u64>,
    },
    /// The preparation of a library gives its place in the preload lane away while it waits, for a lock or between attempts.
    PreloadParked {
        /// Its number in the suite.
        id: LibraryId,
        /// The library.
        library: &'a Library,
    },
    /// The preparation of a library has a place in the lane again.
    PreloadResumed {
        /// Its number in the suite.
        id: LibraryId,
        /// The library.
        library: &'a Library,
    },
    /// A library's import has waited for another process for a while.
    PreloadWaiting {
        /// Its number in the suite.
        id: LibraryId,
        /// The library.
        library: &'a Library,
        /// Who it is, if that is known.
        holder: Option<&'a Holder>,
        /// For so long.
        waited: Duration,
    },
    /// An attempt to prepare a library has failed, and another one follows after `delay`.
    PreloadRetrying {
        /// Its number in the suite.
        id: LibraryId,
        /// The library.
        library: &'a Library,
        /// Why it failed.
        cause: &'a str,
        /// From now on.
        delay: Duration,
    },
    /// A library is there.
    PreloadPassed {
        /// Its number in the suite.
        id: LibraryId,
        /// The library.
        library: &'a Library,
        /// What has come.
        imported: &'a Imported,
        /// How long it took.
        took: Duration,
        /// How many are done, this one included.
        done: usize,
    },
    /// A library could not be prepared, so that the tests `blocked` will not run; or, if it is `spared`, all run without it.
    PreloadFailed {
        /// Its number in the suite.
        id: LibraryId,
        /// The library.
        library: &'a Library,
        /// Why.
        failure: &'a ImportFailure,
        /// How long it took.
        took: Duration,
        /// How many are done, this one included.
        done: usize,
        /// In the order of the manifest.
        blocked: &'a [TestId],
        /// Whether nobody has declared it, so that nobody waits for it any more.
        spared: bool,
    },
    /// The command of a library has left processes behind in its group, which have been killed.
    CommandLeft {
        /// As it was written.
        command: &'a str,
        /// The processes.
        left: &'a [Leak],
    },
    /// The run is stopped, and with it the command that builds a library.
    BuildCutShort {
        /// The command.
        cut: &'a CutShort,
        /// The library.
        library: &'a Library,
    },
    /// It is known whether a library that tests make is there.
    Looked {
        /// Its number in the suite.
        id: LibraryId,
        /// The library.
        library: &'a Library,
        /// Whether it is.
        is_known: bool,
        /// How many are done, this one included.
        done: usize,
    },
    /// What many tests have in common has been checked once for all of them.
    Checked {
        /// Its number in the suite.
        id: LibraryId,
        /// What stands for it among the libraries.
        library: &'a Library,
        /// Whether no errors were found. Else each test checks for itself.
        is_clean: bool,
        /// How long it took.
        took: Duration,
        /// How many are done, this one included.
        done: usize,
    },
    /// A file of a library that tests make was torn, and is out of the way of the one that makes it anew.
    MovedAside {
        /// The library's number in the suite.
        id: LibraryId,
        /// The library.
        library: &'a Library,
        /// What, and where it is now.
        aside: &'a Aside,
    },
    /// A service starts, since somebody wants it.
    ServiceStarting {
        /// Its number in the suite.
        id: ServiceId,
        /// The service.
        service: &'a Service,
        /// Whose it is.
        owner: Owner<'a>,
    },
    /// A service can be used.
    ServiceReady {
        /// Its number in the suite.
        id: ServiceId,
        /// The service.
        service: &'a Service,
        /// Whose it is.
        owner: Owner<'a>,
        /// What is known of it.
        ground: &'a ServiceGround,
        /// How long that took.
        took: Duration,
    },
    /// A service did not become ready, so that the tests `blocked` will not run.
    ServiceFailed {
        /// Its number in the suite.
        id: ServiceId,
        /// The service.
        service: &'a Service,
        /// Whose it is.
        owner: Owner<'a>,
        /// Why.
        end: &'a ServiceEnd,
        /// In the order of the manifest.
        blocked: &'a [TestId],
    },
    /// A service has died while somebody could need it.
    ServiceDied {
        /// Its number in the suite.
        id: ServiceId,
        /// The service.
        service: &'a Service,
        /// Whose it is.
        owner: Owner<'a>,
        /// How.
        end: &'a ServiceEnd,
        /// The tests that need it and run, in the order of the manifest.
        bereft: &'a [TestId],
        /// Those that will not run, in the order of the manifest.
        blocked: &'a [TestId],
    },
    /// A service has ended by itself, and will be started again.
    ServiceRestarting {
        /// Its number in the suite.
        id: ServiceId,
        /// The service.
        service: &'a Service,
        /// Whose it is.
        owner: Owner<'a>,
        /// How.
        end: &'a ServiceEnd,
        /// Whether it had been ready.
        was_ready: bool,
        /// The tests that need it and run, in the order of the manifest.
        bereft: &'a [TestId],
        /// How often it will have been started again.
        number: u32,
        /// How often it may be.
        of: u32,
        /// How long that waits, from when nothing of it is left.
        delay: Duration,
    },
    /// More tests will not run, since a service is lost of which that was told.
    ServiceBlocks {
        /// Its number in the suite.
        id: ServiceId,
        /// The service.
        service: &'a Service,
        /// In the order of the manifest.
        blocked: &'a [TestId],
    },
    /// A service is asked to end: nobody can need it any more.
    ServiceStopping {
        /// Its number in the suite.
        id: ServiceId,
        /// The service.
        service: &'a Service,
        /// Whose it is.
        owner: Owner<'a>,
    },
    /// A service that was asked to end has ended.
    ServiceStopped {
        /// Its number in the suite.
        id: ServiceId,
        /// The service.
        service: &'a Service,
        /// Whose it is.
        owner: Owner<'a>,
        /// How.
        end: &'a ServiceEnd,
    },
    /// A command beside a service did not do its work.
    ServiceTrouble {
        /// Its number in the suite.
        id: ServiceId,
        /// The service.
        service: &'a Service,
        /// Whose it is.
        owner: Owner<'a>,
        /// Which, and how it failed.
        trouble: &'a Trouble,
    },
    /// A test starts alone among those that need a library, since it may make it.
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
    /// As many tests wait, and have for a while, for a test of another process that may make the library.
    LedElsewhere {
        /// The library's number in the suite.
        id: LibraryId,
        /// The library.
        library: &'a Library,
        /// Who it is, if that is known.
        holder: Option<&'a Holder>,
        /// For so long.
        waited: Duration,
        /// How many wait.
        tests: usize,
    },
    /// Attempt `number` of a test starts, in a slot that no other test has meanwhile; slots count from 0.
    TestStarted {
        /// Its number in the suite.
        id: TestId,
        /// The test.
        test: &'a Test,
        /// Counted from 1.
        number: u32,
        /// Counted from 0.
        slot: usize,
    },
    /// A test has run for longer than its `slow` says.
    TestSlow {
        /// Its number in the suite.
        id: TestId,
        /// The test.
        test: &'a Test,
        /// For so long by now.
        running: Duration,
    },
    /// The process of an attempt has ended, and files are looked at to find out why it failed. Its slot is free.
    TestExamined {
        /// Its number in the suite.
        id: TestId,
        /// The test.
        test: &'a Test,
        /// How it ended.
        attempt: &'a Attempt,
    },
    /// Attempt `number` of at most `of` has failed, and the next one starts after `delay`.
    TestRetried {
        /// Its number in the suite.
        id: TestId,
        /// The test.
        test: &'a Test,
        /// How it ended.
        attempt: &'a Attempt,
        /// Counted from 1.
        number: u32,
        /// How many there are at most.
        of: u32,
        /// From now on.
        delay: Duration,
        /// What its examination came to, if there was one.
        finding: Option<&'a Finding>,
        /// The files that hold the whole of output that was too long to show.
        whole: &'a [PathBuf],
    },
    /// Attempt `number` has failed by a race, and the next one starts after `delay`.
    TestRaced {
        /// Its number in the suite.
        id: TestId,
        /// The test.
        test: &'a Test,
        /// How it ended.
        attempt: &'a Attempt,
        /// Counted from 1.
        number: u32,
        /// What its examination came to.
        finding: &'a Finding,
        /// From now on.
        delay: Duration,
        /// The files that hold the whole of output that was too long to show.
        whole: &'a [PathBuf],
    },
    /// A test waits for whoever makes what it needs, or the examination of its failed attempt for whoever writes to a file.
    TestAwaits {
        /// Its number in the suite.
        id: TestId,
        /// The test.
        test: &'a Test,
        /// What is being made, or the file.
        path: &'a Path,
        /// For so long.
        waited: Duration,
    },
    /// A test could not be started, since the machine had no room for it, and is tried again after `delay`.
    TestPostponed {
        /// Its number in the suite.
        id: TestId,
        /// The test.
        test: &'a Test,
        /// In words.
        reason: &'a str,
        /// From now on.
        delay: Duration,
    },
    /// A test that waited for its next attempt, or for what becomes of its last one, has failed: the run is stopped, or a service
    /// that it needs is lost.
    TestGivenUp {
        /// Its number in the suite.
        id: TestId,
        /// The test.
        test: &'a Test,
    },
    /// A test has ended, at attempt `number`. `whole` names the files that hold the whole of output that was too long to
    /// show.
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
        /// How many are done, this one included.
        done: usize,
        /// What its examination came to, if there was one.
        finding: Option<&'a Finding>,
        /// The files that hold the whole of output that was too long to show.
        whole: &'a [PathBuf],
    },
    /// A test has failed for good, so that the tests `blocked`, which come after it, will not run.
    TestsBlocked {
        /// The test that failed.
        by: TestId,
        /// In the order of the manifest.
        blocked: &'a [TestId],
    },
    /// A library that tests make is there: nobody waits for it any more.
    LibraryOpened {
        /// The library.
        library: &'a Library,
    },
    /// Probe is about to stop itself for job control (^Z).
    Suspending,
    /// Probe goes on after it was stopped, by itself or by others.
    Resumed,
    /// Something beside the run does not work as it should.
    Warning(&'a str),
    /// The run has taken as long as it may, and this is what it has not done. [`Stopping`](Self::Stopping) follows.
    RunTimedOut(&'a Overtime),
    /// Nothing more is started.
    Stopping(Stop),
    /// The run is over. The process may end as soon as that is told: what belongs to the end is done and said by whoever hears it.
    Ended(&'a Summary),
}

/// How much there is to run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Extent {
    /// Tests that are selected.
    pub tests: usize,
    /// Libraries that these need.
    pub libraries: usize,
    /// Services that these need.
    pub services: usize,
    /// Tests that are not selected.
    pub skipped: usize,
    /// Tests that run at once.
    pub jobs: usize,
    /// What names the order of starts, if that is left to chance.
    pub shuffle: Option<u64>,
    /// Which part of the suite this is, if machines share it.
    pub shard: Option<Shard>,
    /// Names the run, and seeds every random choice in it.
    pub run_id: u64,
}

/// What an import does that takes time.
#[derive(Clone, Copy, Debug)]
pub enum Work<'a> {
    /// Runs this command, and this is what that says last.
    Build(&'a str, &'a Arc<LastLine>),
    /// Downloads or copies from there.
    Fetch(&'a str),
}
