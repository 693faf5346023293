//! A fact: what happened in a run, and when; the shapes and names that other programs rely on.
//!
//! Knows nothing of events.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::named::{LibraryName, TestName};
use super::planned::{LibraryPlanned, TestsPlanned};
use super::preload::{HeldBy, ImportAttempt, PreloadHow, PreloadWork};
use super::process::Process;
use super::seconds::Seconds;
use super::status::Status;

/// The version of the format. A change that a reader can overlook (a new type of line, a new field) leaves it as it is.
pub(super) const VERSION: u32 = 1;

/// A line of a log: what happened, and when.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Line<F> {
    /// Since the run began.
    pub(crate) at: Seconds,
    #[serde(flatten)]
    pub(crate) fact: F,
}

/// What happened.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case", rename_all_fields = "kebab-case")]
pub(crate) enum Fact<'a> {
    RunStarted {
        version: u32,
        /// Of probe.
        probe: Cow<'a, str>,
        run: Cow<'a, str>,
        /// The time of day, as RFC 3339 has it.
        clock: Cow<'a, str>,
        tests: usize,
        libraries: usize,
        skipped: usize,
        jobs: usize,
    },
    LibraryPlanned(LibraryPlanned<'a>),
    TestsPlanned(TestsPlanned<'a>),
    PreloadStarted {
        library: LibraryName<'a>,
    },
    PreloadWorking {
        library: LibraryName<'a>,
        does: PreloadWork,
        what: Cow<'a, str>,
    },
    PreloadTransferred {
        library: LibraryName<'a>,
        bytes: u64,
        #[serde(skip_serializing_if = "Option::is_none")]
        total: Option<u64>,
    },
    PreloadParked {
        library: LibraryName<'a>,
    },
    PreloadResumed {
        library: LibraryName<'a>,
    },
    PreloadWaiting {
        library: LibraryName<'a>,
        #[serde(skip_serializing_if = "Option::is_none")]
        holder: Option<HeldBy<'a>>,
        waited: Seconds,
    },
    PreloadRetrying {
        library: LibraryName<'a>,
        cause: Cow<'a, str>,
        delay: Seconds,
    },
    PreloadPassed {
        library: LibraryName<'a>,
        how: PreloadHow,
        /// Whether its origin has said that it is this one, where it was found in place.
        #[serde(default = "yes", skip_serializing_if = "is_yes")]
        is_confirmed: bool,
        path: Cow<'a, str>,
        sha256: Cow<'a, str>,
        size: u64,
        waited: Seconds,
        took: Seconds,
    },
    PreloadLooked {
        library: LibraryName<'a>,
        is_known: bool,
    },
    LibraryMovedAside {
        library: LibraryName<'a>,
        condition: Cow<'a, str>,
        from: Cow<'a, str>,
        to: Cow<'a, str>,
    },
    PreloadFailed {
        library: LibraryName<'a>,
        cause: Cow<'a, str>,
        message: Cow<'a, str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        help: Option<Cow<'a, str>>,
        /// The attempts that went wrong in another way than the last.
        #[serde(default, skip_serializing_if = "<[_]>::is_empty")]
        attempts: Vec<ImportAttempt<'a>>,
        blocked: Vec<TestName<'a>>,
        took: Seconds,
    },
    TestsWaitingForLeader {
        library: LibraryName<'a>,
        #[serde(skip_serializing_if = "Option::is_none")]
        holder: Option<HeldBy<'a>>,
        tests: usize,
        waited: Seconds,
    },
    TestLeads {
        test: TestName<'a>,
        library: LibraryName<'a>,
    },
    TestStarted {
        test: TestName<'a>,
        attempt: u32,
        slot: usize,
    },
    TestSlow {
        test: TestName<'a>,
        running: Seconds,
    },
    TestExamined {
        test: TestName<'a>,
    },
    TestAwaits {
        test: TestName<'a>,
        path: Cow<'a, str>,
        waited: Seconds,
    },
    TestPostponed {
        test: TestName<'a>,
        reason: Cow<'a, str>,
        delay: Seconds,
    },
    TestRaced {
        test: TestName<'a>,
        attempt: u32,
        #[serde(flatten)]
        process: Process<'a>,
        delay: Seconds,
    },
    TestRetried {
        test: TestName<'a>,
        attempt: u32,
        attempts: u32,
        #[serde(flatten)]
        process: Process<'a>,
        delay: Seconds,
    },
    TestEnded {
        test: TestName<'a>,
        status: Status,
        attempt: u32,
        /// How many attempts before this one failed by a race.
        races: u32,
        #[serde(flatten)]
        process: Process<'a>,
    },
    TestGivenUp {
        test: TestName<'a>,
    },
    TestsBlocked {
        by: TestName<'a>,
        tests: Vec<TestName<'a>>,
    },
    Warning {
        text: Cow<'a, str>,
    },
    RunStopping {
        #[serde(flatten)]
        why: StopCause<'a>,
    },
    RunEnded {
        exit_code: u8,
        run: usize,
        passed: usize,
        failed: usize,
        flaky: usize,
        recovered: usize,
        empty: usize,
        blocked: usize,
        not_run: usize,
        skipped: usize,
        took: Seconds,
    },
    /// What a later version tells, and this one does not know.
    #[serde(other, skip_serializing)]
    Unknown,
}

/// Why a run ends before everything has run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum StopCause<'a> {
    /// Probe received this signal.
    Signal(Cow<'a, str>),
    /// As many tests have failed as are allowed.
    MaxFailures(u32),
}

impl StopCause<'_> {
    /// The same, to keep it.
    pub(crate) fn to_owned(&self) -> StopCause<'static> {
        match self {
            Self::Signal(name) => StopCause::Signal(Cow::Owned(name.clone().into_owned())),
            Self::MaxFailures(count) => StopCause::MaxFailures(*count),
        }
    }
}

impl<'a> Fact<'a> {
    /// The tests and libraries that it names, to be looked up.
    pub(super) fn names(&mut self) -> (Vec<&mut TestName<'a>>, Vec<&mut LibraryName<'a>>) {
        match self {
            Self::RunStarted { .. }
            | Self::Warning { .. }
            | Self::RunStopping { .. }
            | Self::RunEnded { .. }
            | Self::Unknown => (Vec::new(), Vec::new()),
            Self::LibraryPlanned(planned) => {
                let LibraryPlanned { library, needs, .. } = planned;
                (Vec::new(), std::iter::once(library).chain(needs).collect())
            }
            Self::TestsPlanned(planned) => {
                let tests = planned.tests.iter_mut();
                let tests = tests.flat_map(|planned| {
                    std::iter::once(&mut planned.test).chain(&mut planned.after)
                });
                (tests.collect(), planned.needs.iter_mut().collect())
            }
            Self::PreloadStarted { library }
            | Self::PreloadWorking { library, .. }
            | Self::PreloadTransferred { library, .. }
            | Self::PreloadParked { library }
            | Self::PreloadResumed { library }
            | Self::PreloadWaiting { library, .. }
            | Self::PreloadRetrying { library, .. }
            | Self::PreloadPassed { library, .. }
            | Self::PreloadLooked { library, .. }
            | Self::LibraryMovedAside { library, .. }
            | Self::TestsWaitingForLeader { library, .. } => (Vec::new(), vec![library]),
            Self::PreloadFailed { library, blocked, .. } => {
                (blocked.iter_mut().collect(), vec![library])
            }
            Self::TestLeads { test, library } => (vec![test], vec![library]),
            Self::TestStarted { test, .. }
            | Self::TestSlow { test, .. }
            | Self::TestExamined { test }
            | Self::TestAwaits { test, .. }
            | Self::TestPostponed { test, .. }
            | Self::TestGivenUp { test } => (vec![test], Vec::new()),
            Self::TestRaced { test, process, .. }
            | Self::TestRetried { test, process, .. }
            | Self::TestEnded { test, process, .. } => {
                let files = process.verdict.iter_mut().flat_map(|account| &mut account.files);
                (vec![test], files.map(|file| &mut file.library).collect())
            }
            Self::TestsBlocked { by, tests } => {
                (std::iter::once(by).chain(tests).collect(), Vec::new())
            }
        }
    }
}

fn yes() -> bool {
    true
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it so")]
fn is_yes(is_so: &bool) -> bool {
    *is_so
}
