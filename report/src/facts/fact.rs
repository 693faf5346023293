//! A fact: an event of a run and its time. Defines the shapes and names that other programs rely on.
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
        /// The version of the format.
        version: u32,
        /// The version of probe.
        probe: Cow<'a, str>,
        /// The id of the run: 16 hexadecimal digits.
        run: Cow<'a, str>,
        /// The time of day in RFC 3339 format.
        clock: Cow<'a, str>,
        /// The number of selected tests.
        tests: usize,
        /// The number of libraries that these need.
        libraries: usize,
        /// The number of services that these need.
        #[serde(default, skip_serializing_if = "is_none")]
        services: usize,
        /// The number of tests that are not selected.
        skipped: usize,
        /// The number of tests that run at the same time.
        jobs: usize,
        /// The seed of the order of starts, if the order is random.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        shuffle: Option<u64>,
        /// The shard of the suite, if several machines share it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        shard: Option<Dealt>,
    },
    /// A library is part of the run.
    LibraryPlanned(LibraryPlanned<'a>),
    /// A service is part of the run. All services follow the libraries.
    ServicePlanned(ServicePlanned<'a>),
    /// Tests are part of the run.
    TestsPlanned(TestsPlanned<'a>),
    /// The preparation of a library starts, or a check whether it is ready.
    PreloadStarted {
        /// The library.
        library: LibraryName<'a>,
    },
    /// The preparation of a library starts to build, download or copy.
    PreloadWorking {
        /// The library.
        library: LibraryName<'a>,
        /// What it does.
        does: PreloadWork,
        /// The command, or the source of the bytes.
        what: Cow<'a, str>,
    },
    /// Bytes of a library have arrived.
    PreloadTransferred {
        /// The library.
        library: LibraryName<'a>,
        /// The number of bytes so far.
        bytes: u64,
        /// The total, if the sender gave it.
        #[serde(skip_serializing_if = "Option::is_none")]
        total: Option<u64>,
    },
    /// The preparation of a library gives up its place in the preload lane while it waits.
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
        /// The process that it waits for, if known.
        #[serde(skip_serializing_if = "Option::is_none")]
        holder: Option<HeldBy<'a>>,
        /// The time waited.
        waited: Seconds,
    },
    /// An attempt to prepare a library has failed. Another one follows.
    PreloadRetrying {
        /// The library.
        library: LibraryName<'a>,
        /// The cause of the failure.
        cause: Cow<'a, str>,
        /// The time until the next attempt.
        delay: Seconds,
    },
    /// A library is ready.
    PreloadPassed {
        /// The library.
        library: LibraryName<'a>,
        /// How it was prepared.
        how: PreloadHow,
        /// Whether its source has confirmed the file, if it was found in place.
        #[serde(default = "yes", skip_serializing_if = "is_yes")]
        is_confirmed: bool,
        /// The path of the library.
        path: Cow<'a, str>,
        /// The SHA-256 digest, in hexadecimal.
        sha256: Cow<'a, str>,
        /// The size in bytes.
        size: u64,
        /// The time spent waiting for other preparations.
        waited: Seconds,
        /// The time that it took.
        took: Seconds,
    },
    /// probe has checked whether a library that tests make exists.
    PreloadLooked {
        /// The library.
        library: LibraryName<'a>,
        /// Whether it exists, as far as probe knows.
        is_known: bool,
    },
    /// A check that many tests share has run once for all of them.
    PreloadChecked {
        /// The library that stands for the check.
        library: LibraryName<'a>,
        /// Whether it found no errors. If it found some, each test checks for itself.
        is_clean: bool,
        /// The time that it took.
        took: Seconds,
    },
    /// A file of a library that tests make was incomplete. probe moved it aside.
    LibraryMovedAside {
        /// The library.
        library: LibraryName<'a>,
        /// The condition of the file.
        condition: Cow<'a, str>,
        /// Its old path.
        from: Cow<'a, str>,
        /// Its new path.
        to: Cow<'a, str>,
    },
    /// A library could not be prepared.
    PreloadFailed {
        /// The library.
        library: LibraryName<'a>,
        /// The cause of the failure.
        cause: Cow<'a, str>,
        /// The cause with the library and the place: fits after "failed to".
        message: Cow<'a, str>,
        /// The way out, or the output of a command, in several lines.
        #[serde(skip_serializing_if = "Option::is_none")]
        help: Option<Cow<'a, str>>,
        /// The attempts that failed in another way than the last one.
        #[serde(default, skip_serializing_if = "<[_]>::is_empty")]
        attempts: Vec<ImportAttempt<'a>>,
        /// The tests that do not run because of it.
        blocked: Vec<TestName<'a>>,
        /// Whether no manifest declares it, so that all tests run without it.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        is_spared: bool,
        /// The time that it took.
        took: Seconds,
    },
    /// Tests have waited for a while for a test of another process that may make a library.
    TestsWaitingForLeader {
        /// The library.
        library: LibraryName<'a>,
        /// The process that they wait for, if known.
        #[serde(skip_serializing_if = "Option::is_none")]
        holder: Option<HeldBy<'a>>,
        /// The number of tests that wait.
        tests: usize,
        /// The time waited.
        waited: Seconds,
    },
    /// A service starts because a test needs it.
    ServiceStarting {
        /// Its name.
        service: Cow<'a, str>,
        /// The instance: `slot 2`, or `test NAME`. Empty for the run's own.
        #[serde(default, skip_serializing_if = "str::is_empty")]
        of: Cow<'a, str>,
    },
    /// A service is ready.
    ServiceReady {
        /// Its name.
        service: Cow<'a, str>,
        /// The instance: `slot 2`, or `test NAME`. Empty for the run's own.
        #[serde(default, skip_serializing_if = "str::is_empty")]
        of: Cow<'a, str>,
        /// The ports that it got.
        #[serde(default, skip_serializing_if = "<[_]>::is_empty")]
        ports: Vec<u16>,
        /// The time that it took.
        took: Seconds,
    },
    /// A service did not become ready.
    ServiceFailed {
        /// Its name.
        service: Cow<'a, str>,
        /// The instance: `slot 2`, or `test NAME`. Empty for the run's own.
        #[serde(default, skip_serializing_if = "str::is_empty")]
        of: Cow<'a, str>,
        /// The cause.
        cause: Cow<'a, str>,
        /// The last lines of its output.
        #[serde(default, skip_serializing_if = "<[_]>::is_empty")]
        lines: Vec<Cow<'a, str>>,
        /// The tests that do not run because of it.
        blocked: Vec<TestName<'a>>,
        /// The time from its start to its end.
        took: Seconds,
    },
    /// A service has died while tests may still need it.
    ServiceDied {
        /// Its name.
        service: Cow<'a, str>,
        /// The instance: `slot 2`, or `test NAME`. Empty for the run's own.
        #[serde(default, skip_serializing_if = "str::is_empty")]
        of: Cow<'a, str>,
        /// How it died.
        cause: Cow<'a, str>,
        /// The last lines of its output.
        #[serde(default, skip_serializing_if = "<[_]>::is_empty")]
        lines: Vec<Cow<'a, str>>,
        /// The running tests that need it.
        running: Vec<TestName<'a>>,
        /// The tests that do not run because of it.
        blocked: Vec<TestName<'a>>,
        /// The time from its start to its end.
        took: Seconds,
    },
    /// A service has ended unasked and will start again.
    ServiceRestarting {
        /// Its name.
        service: Cow<'a, str>,
        /// The instance: `slot 2`, or `test NAME`. Empty for the run's own.
        #[serde(default, skip_serializing_if = "str::is_empty")]
        of: Cow<'a, str>,
        /// How it ended.
        cause: Cow<'a, str>,
        /// The last lines of its output.
        #[serde(default, skip_serializing_if = "<[_]>::is_empty")]
        lines: Vec<Cow<'a, str>>,
        /// Whether it was ready before.
        was_ready: bool,
        /// The running tests that need it.
        running: Vec<TestName<'a>>,
        /// The number of this restart.
        restart: u32,
        /// The most restarts allowed.
        restarts: u32,
        /// The time until it starts again.
        delay: Seconds,
        /// The time from its start to its end.
        took: Seconds,
    },
    /// More tests do not run because of a service whose loss was reported before.
    ServiceBlocks {
        /// Its name.
        service: Cow<'a, str>,
        /// The tests that do not run because of it.
        blocked: Vec<TestName<'a>>,
    },
    /// probe asks a service to end, because no test can need it any more.
    ServiceStopping {
        /// Its name.
        service: Cow<'a, str>,
        /// The instance: `slot 2`, or `test NAME`. Empty for the run's own.
        #[serde(default, skip_serializing_if = "str::is_empty")]
        of: Cow<'a, str>,
    },
    /// A service has ended as asked.
    ServiceStopped {
        /// Its name.
        service: Cow<'a, str>,
        /// The instance: `slot 2`, or `test NAME`. Empty for the run's own.
        #[serde(default, skip_serializing_if = "str::is_empty")]
        of: Cow<'a, str>,
        /// How it ended.
        cause: Cow<'a, str>,
        /// The time from its start to its end.
        took: Seconds,
    },
    /// A command of a service has failed.
    ServiceTrouble {
        /// The service's name.
        service: Cow<'a, str>,
        /// The instance: `slot 2`, or `test NAME`. Empty for the run's own.
        #[serde(default, skip_serializing_if = "str::is_empty")]
        of: Cow<'a, str>,
        /// The purpose of the command: `stop` or `cleanup`.
        command: Cow<'a, str>,
        /// How it failed.
        cause: Cow<'a, str>,
        /// The last lines of its output.
        #[serde(default, skip_serializing_if = "<[_]>::is_empty")]
        lines: Vec<Cow<'a, str>>,
    },
    /// A test starts before the others that need a library, because it may make the library.
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
        /// The number of the attempt, from 1.
        attempt: u32,
        /// Its slot, from 0. No other test has this slot at the same time.
        slot: usize,
    },
    /// A test has run for longer than its `slow` time.
    TestSlow {
        /// The test.
        test: TestName<'a>,
        /// The time so far.
        running: Seconds,
    },
    /// The process of an attempt has ended. probe examines files to find out why it failed.
    TestExamined {
        /// The test.
        test: TestName<'a>,
    },
    /// The examination of an attempt waits for a process that writes to a file.
    TestAwaits {
        /// The test.
        test: TestName<'a>,
        /// The file.
        path: Cow<'a, str>,
        /// The time waited.
        waited: Seconds,
    },
    /// A test could not start, because the system had no room for it. It will start later.
    TestPostponed {
        /// The test.
        test: TestName<'a>,
        /// Why there was no room.
        reason: Cow<'a, str>,
        /// The time until the next try.
        delay: Seconds,
    },
    /// An attempt has failed by a race for a library. Another one follows.
    TestRaced {
        /// The test.
        test: TestName<'a>,
        /// The number of the attempt, from 1.
        attempt: u32,
        /// Its process after its end.
        #[serde(flatten)]
        process: Process<'a>,
        /// The time until the next attempt.
        delay: Seconds,
    },
    /// An attempt has failed. Another one follows.
    TestRetried {
        /// The test.
        test: TestName<'a>,
        /// The number of the attempt, from 1.
        attempt: u32,
        /// The most attempts allowed.
        attempts: u32,
        /// Its process after its end.
        #[serde(flatten)]
        process: Process<'a>,
        /// The time until the next attempt.
        delay: Seconds,
    },
    /// A test has ended.
    TestEnded {
        /// The test.
        test: TestName<'a>,
        /// The result of the test.
        status: Status,
        /// The number of the attempt, from 1.
        attempt: u32,
        /// The number of earlier attempts that failed by a race.
        races: u32,
        /// Its process after its end.
        #[serde(flatten)]
        process: Process<'a>,
    },
    /// A test that waited for its next attempt, or for the verdict on its last one, has failed because the run is stopping.
    TestGivenUp {
        /// The test.
        test: TestName<'a>,
    },
    /// A test has failed for good, so that tests that come after it do not run.
    TestsBlocked {
        /// The test that failed.
        by: TestName<'a>,
        /// The tests that come after it.
        tests: Vec<TestName<'a>>,
    },
    /// Something outside the run does not work as it should.
    Warning {
        /// The warning.
        text: Cow<'a, str>,
    },
    /// The run has reached its time limit. probe asks all running processes to end.
    RunTimedOut {
        /// The time limit.
        limit: Seconds,
        /// The running tests.
        tests: Vec<TestRunning<'a>>,
        /// The libraries in preparation.
        libraries: Vec<LibraryRunning<'a>>,
        /// The tests whose process has not started.
        not_started: Vec<TestName<'a>>,
    },
    /// The run starts nothing more.
    RunStopping {
        /// The reason.
        #[serde(flatten)]
        why: StopCause<'a>,
    },
    /// The run is over. Always the last line of a log.
    RunEnded {
        /// The exit code of probe, if all reports can be written.
        exit_code: u8,
        /// The number of tests whose process ran.
        run: usize,
        /// The number of tests that passed.
        passed: usize,
        /// The number of tests that failed.
        failed: usize,
        /// The number of tests that failed as expected.
        #[serde(default)]
        expected: usize,
        /// The number of tests that passed at a later attempt.
        flaky: usize,
        /// The number of tests that passed after a race.
        recovered: usize,
        /// The number of tests in which nothing ran.
        empty: usize,
        /// The number of tests that skipped themselves, and of tests that come after them.
        #[serde(default)]
        skips: usize,
        /// The number of tests that did not run because something that they need failed.
        blocked: usize,
        /// The number of tests that did not run because the run stopped.
        not_run: usize,
        /// The number of tests that are not selected.
        skipped: usize,
        /// Places that several tests name that failed at the same time.
        #[serde(default, skip_serializing_if = "<[_]>::is_empty")]
        suspicions: Vec<Suspected<'a>>,
        /// Files in caches that were written several times.
        #[serde(default, skip_serializing_if = "<[_]>::is_empty")]
        duplicates: Vec<Duplicate<'a>>,
        /// The lower bound of every `peak`, in bytes.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        peak_floor: Option<u64>,
        /// The time that the run took.
        took: Seconds,
    },
    /// A fact of a later version, unknown to this one.
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
