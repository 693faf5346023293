//! A fact: what happened in a run, and when; the shapes and names that other programs rely on.
//!
//! Knows nothing of events.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::named::{LibraryName, TestName};
use super::planned::{LibraryPlanned, ServicePlanned, TestsPlanned};
use super::preload::{HeldBy, ImportAttempt, PreloadHow, PreloadWork};
use super::process::Process;
use super::seconds::Seconds;
use super::shard::Dealt;
use super::status::Status;
use super::stopping::{LibraryRunning, StopCause, TestRunning};
use super::suspected::{Duplicate, Suspected};

/// What happened.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case", rename_all_fields = "kebab-case")]
pub enum Fact<'a> {
    /// The run begins. Always the first line of a log.
    RunStarted {
        /// Of the format.
        version: u32,
        /// Of probe.
        probe: Cow<'a, str>,
        /// Names the run: 16 hexadecimal digits.
        run: Cow<'a, str>,
        /// The time of day, as RFC 3339 has it.
        clock: Cow<'a, str>,
        /// Tests that are selected.
        tests: usize,
        /// Libraries that these need.
        libraries: usize,
        /// Services that these need.
        #[serde(default, skip_serializing_if = "is_none")]
        services: usize,
        /// Tests that are not selected.
        skipped: usize,
        /// Tests that run at once.
        jobs: usize,
        /// What names the order of starts, if that is left to chance.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        shuffle: Option<u64>,
        /// Which part of the suite this is, if machines share it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        shard: Option<Dealt>,
    },
    /// A library belongs to the run.
    LibraryPlanned(LibraryPlanned<'a>),
    /// A service of the run. All of them follow the libraries.
    ServicePlanned(ServicePlanned<'a>),
    /// Tests belong to the run.
    TestsPlanned(TestsPlanned<'a>),
    /// The preload of a library starts: its import, or a look whether it is there.
    PreloadStarted {
        /// The library.
        library: LibraryName<'a>,
    },
    /// The preparation of a library begins to build, download or copy.
    PreloadWorking {
        /// The library.
        library: LibraryName<'a>,
        /// What it does.
        does: PreloadWork,
        /// The command, or from where.
        what: Cow<'a, str>,
    },
    /// Bytes of a library have arrived.
    PreloadTransferred {
        /// The library.
        library: LibraryName<'a>,
        /// So far.
        bytes: u64,
        /// In all, if the sender said.
        #[serde(skip_serializing_if = "Option::is_none")]
        total: Option<u64>,
    },
    /// The preparation of a library gives its place in the preload lane away while it waits.
    PreloadParked {
        /// The library.
        library: LibraryName<'a>,
    },
    /// The preparation of a library has a place in the lane again.
    PreloadResumed {
        /// The library.
        library: LibraryName<'a>,
    },
    /// The preparation of a library has waited for another process for a while.
    PreloadWaiting {
        /// The library.
        library: LibraryName<'a>,
        /// Who is waited for, if that is known.
        #[serde(skip_serializing_if = "Option::is_none")]
        holder: Option<HeldBy<'a>>,
        /// For so long.
        waited: Seconds,
    },
    /// An attempt to prepare a library has failed; another one follows.
    PreloadRetrying {
        /// The library.
        library: LibraryName<'a>,
        /// What went wrong.
        cause: Cow<'a, str>,
        /// After so long.
        delay: Seconds,
    },
    /// A library is there.
    PreloadPassed {
        /// The library.
        library: LibraryName<'a>,
        /// How it came to be there.
        how: PreloadHow,
        /// Whether its origin has said that it is this one, where it was found in place.
        #[serde(default = "yes", skip_serializing_if = "is_yes")]
        is_confirmed: bool,
        /// Where it is.
        path: Cow<'a, str>,
        /// Its digest, in hexadecimal.
        sha256: Cow<'a, str>,
        /// In bytes.
        size: u64,
        /// For other imports.
        waited: Seconds,
        /// How long that took.
        took: Seconds,
    },
    /// It is known whether a library that tests make is there.
    PreloadLooked {
        /// The library.
        library: LibraryName<'a>,
        /// Whether it is there, as far as is known.
        is_known: bool,
    },
    /// What many tests have in common has been checked once for all of them.
    PreloadChecked {
        /// What stands for it among the libraries.
        library: LibraryName<'a>,
        /// Whether no errors were found. Else each test checks for itself.
        is_clean: bool,
        /// How long that took.
        took: Seconds,
    },
    /// A file of a library that tests make was torn, and is out of the way.
    LibraryMovedAside {
        /// The library.
        library: LibraryName<'a>,
        /// What it was like.
        condition: Cow<'a, str>,
        /// Where it was.
        from: Cow<'a, str>,
        /// Where it is now.
        to: Cow<'a, str>,
    },
    /// A library could not be prepared.
    PreloadFailed {
        /// The library.
        library: LibraryName<'a>,
        /// What went wrong.
        cause: Cow<'a, str>,
        /// The same with the library and the place: fits after "failed to".
        message: Cow<'a, str>,
        /// The way out, or what a command printed; several lines.
        #[serde(skip_serializing_if = "Option::is_none")]
        help: Option<Cow<'a, str>>,
        /// The attempts that went wrong in another way than the last.
        #[serde(default, skip_serializing_if = "<[_]>::is_empty")]
        attempts: Vec<ImportAttempt<'a>>,
        /// Tests that will not run for it.
        blocked: Vec<TestName<'a>>,
        /// Whether nobody has declared it, so that all tests run without it.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        is_spared: bool,
        /// How long that took.
        took: Seconds,
    },
    /// Tests have waited for a while for a test of another process that may make a library.
    TestsWaitingForLeader {
        /// The library.
        library: LibraryName<'a>,
        /// Who is waited for, if that is known.
        #[serde(skip_serializing_if = "Option::is_none")]
        holder: Option<HeldBy<'a>>,
        /// How many wait.
        tests: usize,
        /// For so long.
        waited: Seconds,
    },
    /// A service starts, since somebody wants it.
    ServiceStarting {
        /// Its name.
        service: Cow<'a, str>,
        /// Which of several: `slot 2`, or `test NAME`; not said of the run's own.
        #[serde(default, skip_serializing_if = "str::is_empty")]
        of: Cow<'a, str>,
    },
    /// A service can be used.
    ServiceReady {
        /// Its name.
        service: Cow<'a, str>,
        /// Which of several: `slot 2`, or `test NAME`; not said of the run's own.
        #[serde(default, skip_serializing_if = "str::is_empty")]
        of: Cow<'a, str>,
        /// The ports that it was given.
        #[serde(default, skip_serializing_if = "<[_]>::is_empty")]
        ports: Vec<u16>,
        /// How long that took.
        took: Seconds,
    },
    /// A service did not become ready.
    ServiceFailed {
        /// Its name.
        service: Cow<'a, str>,
        /// Which of several: `slot 2`, or `test NAME`; not said of the run's own.
        #[serde(default, skip_serializing_if = "str::is_empty")]
        of: Cow<'a, str>,
        /// Why.
        cause: Cow<'a, str>,
        /// Its last lines.
        #[serde(default, skip_serializing_if = "<[_]>::is_empty")]
        lines: Vec<Cow<'a, str>>,
        /// Tests that will not run for it.
        blocked: Vec<TestName<'a>>,
        /// From its start to its end.
        took: Seconds,
    },
    /// A service has died while somebody could need it.
    ServiceDied {
        /// Its name.
        service: Cow<'a, str>,
        /// Which of several: `slot 2`, or `test NAME`; not said of the run's own.
        #[serde(default, skip_serializing_if = "str::is_empty")]
        of: Cow<'a, str>,
        /// How.
        cause: Cow<'a, str>,
        /// Its last lines.
        #[serde(default, skip_serializing_if = "<[_]>::is_empty")]
        lines: Vec<Cow<'a, str>>,
        /// Tests that need it and run.
        running: Vec<TestName<'a>>,
        /// Tests that will not run for it.
        blocked: Vec<TestName<'a>>,
        /// From its start to its end.
        took: Seconds,
    },
    /// A service has ended by itself, and will be started again.
    ServiceRestarting {
        /// Its name.
        service: Cow<'a, str>,
        /// Which of several: `slot 2`, or `test NAME`; not said of the run's own.
        #[serde(default, skip_serializing_if = "str::is_empty")]
        of: Cow<'a, str>,
        /// How.
        cause: Cow<'a, str>,
        /// Its last lines.
        #[serde(default, skip_serializing_if = "<[_]>::is_empty")]
        lines: Vec<Cow<'a, str>>,
        /// Whether it had been ready.
        was_ready: bool,
        /// Tests that need it and run.
        running: Vec<TestName<'a>>,
        /// How often it will have been started again.
        restart: u32,
        /// How often it may be.
        restarts: u32,
        /// How long that waits.
        delay: Seconds,
        /// From its start to its end.
        took: Seconds,
    },
    /// More tests will not run, since a service is lost of which that was told.
    ServiceBlocks {
        /// Its name.
        service: Cow<'a, str>,
        /// Tests that will not run for it.
        blocked: Vec<TestName<'a>>,
    },
    /// A service is asked to end: nobody can need it any more.
    ServiceStopping {
        /// Its name.
        service: Cow<'a, str>,
        /// Which of several: `slot 2`, or `test NAME`; not said of the run's own.
        #[serde(default, skip_serializing_if = "str::is_empty")]
        of: Cow<'a, str>,
    },
    /// A service that was asked to end has ended.
    ServiceStopped {
        /// Its name.
        service: Cow<'a, str>,
        /// Which of several: `slot 2`, or `test NAME`; not said of the run's own.
        #[serde(default, skip_serializing_if = "str::is_empty")]
        of: Cow<'a, str>,
        /// How.
        cause: Cow<'a, str>,
        /// From its start to its end.
        took: Seconds,
    },
    /// A command beside a service did not do its work.
    ServiceTrouble {
        /// The service's name.
        service: Cow<'a, str>,
        /// Which of several: `slot 2`, or `test NAME`; not said of the run's own.
        #[serde(default, skip_serializing_if = "str::is_empty")]
        of: Cow<'a, str>,
        /// What it was to do: `stop` or `cleanup`.
        command: Cow<'a, str>,
        /// How it failed.
        cause: Cow<'a, str>,
        /// Its last lines.
        #[serde(default, skip_serializing_if = "<[_]>::is_empty")]
        lines: Vec<Cow<'a, str>>,
    },
    /// A test starts alone among those that need a library, since it may make it.
    TestLeads {
        /// The test.
        test: TestName<'a>,
        /// The library.
        library: LibraryName<'a>,
    },
    /// An attempt starts.
    TestStarted {
        /// The test.
        test: TestName<'a>,
        /// Counted from 1.
        attempt: u32,
        /// No other test has it meanwhile; counted from 0.
        slot: usize,
    },
    /// A test has run for longer than its `slow` says.
    TestSlow {
        /// The test.
        test: TestName<'a>,
        /// So far.
        running: Seconds,
    },
    /// The process of an attempt has ended, and files are looked at to find out why it failed.
    TestExamined {
        /// The test.
        test: TestName<'a>,
    },
    /// The examination of an attempt waits for whoever writes to a file.
    TestAwaits {
        /// The test.
        test: TestName<'a>,
        /// The file.
        path: Cow<'a, str>,
        /// For so long.
        waited: Seconds,
    },
    /// A test could not be started, since the machine had no room for it, and is tried again.
    TestPostponed {
        /// The test.
        test: TestName<'a>,
        /// Why there was no room.
        reason: Cow<'a, str>,
        /// After so long.
        delay: Seconds,
    },
    /// An attempt has failed by a race for a library, and another one follows.
    TestRaced {
        /// The test.
        test: TestName<'a>,
        /// Counted from 1.
        attempt: u32,
        /// Its process after its end.
        #[serde(flatten)]
        process: Process<'a>,
        /// After so long.
        delay: Seconds,
    },
    /// An attempt has failed, and another one follows.
    TestRetried {
        /// The test.
        test: TestName<'a>,
        /// Counted from 1.
        attempt: u32,
        /// At most so many.
        attempts: u32,
        /// Its process after its end.
        #[serde(flatten)]
        process: Process<'a>,
        /// After so long.
        delay: Seconds,
    },
    /// A test has ended.
    TestEnded {
        /// The test.
        test: TestName<'a>,
        /// What it has come to.
        status: Status,
        /// Counted from 1.
        attempt: u32,
        /// How many attempts before this one failed by a race.
        races: u32,
        /// Its process after its end.
        #[serde(flatten)]
        process: Process<'a>,
    },
    /// A test that waited for its next attempt, or for what becomes of its last one, has failed: the run is stopped.
    TestGivenUp {
        /// The test.
        test: TestName<'a>,
    },
    /// A test has failed for good, so that those that come after it will not run.
    TestsBlocked {
        /// The one that has failed.
        by: TestName<'a>,
        /// Those that come after it.
        tests: Vec<TestName<'a>>,
    },
    /// Something beside the run does not work as it should.
    Warning {
        /// What, in words.
        text: Cow<'a, str>,
    },
    /// The run has taken as long as it may: what still runs is told to end.
    RunTimedOut {
        /// How long it may take.
        limit: Seconds,
        /// The tests that run.
        tests: Vec<TestRunning<'a>>,
        /// The libraries that are being prepared.
        libraries: Vec<LibraryRunning<'a>>,
        /// The tests of which no process has started.
        not_started: Vec<TestName<'a>>,
    },
    /// Nothing more is started.
    RunStopping {
        /// Why.
        #[serde(flatten)]
        why: StopCause<'a>,
    },
    /// The run is over. Always the last line of a log.
    RunEnded {
        /// Of probe, if all reports can be written.
        exit_code: u8,
        /// Tests of which a process ran.
        run: usize,
        /// Tests that passed.
        passed: usize,
        /// Tests that failed.
        failed: usize,
        /// Tests that failed as is expected of them.
        #[serde(default)]
        expected: usize,
        /// Those that passed at a later attempt.
        flaky: usize,
        /// Those that passed after a race.
        recovered: usize,
        /// Tests in which nothing ran.
        empty: usize,
        /// Tests that have skipped themselves, and those that come after them.
        #[serde(default)]
        skips: usize,
        /// Not run because something that they need failed.
        blocked: usize,
        /// Not run because the run was stopped.
        not_run: usize,
        /// Not selected.
        skipped: usize,
        /// Places of which several tests speak that failed at once.
        #[serde(default, skip_serializing_if = "<[_]>::is_empty")]
        suspicions: Vec<Suspected<'a>>,
        /// Files in caches that were written several times.
        #[serde(default, skip_serializing_if = "<[_]>::is_empty")]
        duplicates: Vec<Duplicate<'a>>,
        /// What no `peak` of a test can fall below, in bytes.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        peak_floor: Option<u64>,
        /// How long that took.
        took: Seconds,
    },
    /// What a later version tells, and this one does not know.
    #[serde(other, skip_serializing)]
    Unknown,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it so")]
fn is_none(count: &usize) -> bool {
    *count == 0
}

fn yes() -> bool {
    true
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it so")]
fn is_yes(is_so: &bool) -> bool {
    *is_so
}
