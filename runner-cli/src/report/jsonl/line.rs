//! The lines of the report `jsonl`, version 1: the names and shapes that other programs rely on. `events.schema.json`
//! says the same for them.
//!
//! Knows nothing of events.

use std::borrow::Cow;
use std::path::Path;

use serde::{Serialize, Serializer};

/// The version of the format. A change that a reader can overlook (a new type of line, a new field) leaves it as it is.
pub(super) const VERSION: u32 = 1;

/// A line: what happened, and when.
#[derive(Debug, Serialize)]
pub(super) struct Line<'a> {
    /// Since the run began.
    pub(super) at: Seconds,
    #[serde(flatten)]
    pub(super) said: Said<'a>,
}

/// A duration in seconds, to the microsecond.
#[derive(Clone, Copy, Debug)]
pub(super) struct Seconds(pub(super) std::time::Duration);

impl Serialize for Seconds {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[expect(clippy::cast_precision_loss, reason = "exact for 285 years")]
        serializer.serialize_f64(self.0.as_micros() as f64 / 1e6)
    }
}

#[derive(Debug, Serialize)]
#[serde(tag = "type", rename_all = "kebab-case", rename_all_fields = "kebab-case")]
pub(super) enum Said<'a> {
    RunStarted {
        version: u32,
        /// Of probe.
        probe: &'a str,
        run: String,
        /// The time of day, as RFC 3339 has it.
        clock: String,
        tests: usize,
        libraries: usize,
        skipped: usize,
        jobs: usize,
    },
    PreloadStarted {
        library: &'a str,
    },
    PreloadWorking {
        library: &'a str,
        does: Work,
        what: &'a str,
    },
    PreloadTransferred {
        library: &'a str,
        bytes: u64,
        #[serde(skip_serializing_if = "Option::is_none")]
        total: Option<u64>,
    },
    PreloadParked {
        library: &'a str,
    },
    PreloadResumed {
        library: &'a str,
    },
    PreloadWaiting {
        library: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        holder: Option<Holder<'a>>,
        waited: Seconds,
    },
    PreloadRetrying {
        library: &'a str,
        cause: &'a str,
        delay: Seconds,
    },
    PreloadPassed {
        library: &'a str,
        how: How,
        path: Text<'a>,
        sha256: String,
        size: u64,
        waited: Seconds,
        took: Seconds,
    },
    PreloadLooked {
        library: &'a str,
        is_known: bool,
    },
    LibraryMovedAside {
        library: &'a str,
        condition: String,
        from: Text<'a>,
        to: Text<'a>,
    },
    PreloadFailed {
        library: &'a str,
        cause: &'a str,
        message: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        help: Option<&'a str>,
        /// The attempts that went wrong in another way than the last.
        #[serde(skip_serializing_if = "<[_]>::is_empty")]
        attempts: Vec<ImportAttempt<'a>>,
        blocked: Vec<String>,
        took: Seconds,
    },
    TestsWaitingForLeader {
        library: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        holder: Option<Holder<'a>>,
        tests: usize,
        waited: Seconds,
    },
    TestLeads {
        test: String,
        library: &'a str,
    },
    TestStarted {
        test: String,
        attempt: u32,
        slot: usize,
    },
    TestSlow {
        test: String,
        running: Seconds,
    },
    TestExamined {
        test: String,
    },
    TestAwaits {
        test: String,
        path: Text<'a>,
        waited: Seconds,
    },
    TestPostponed {
        test: String,
        reason: &'a str,
        delay: Seconds,
    },
    TestRaced {
        test: String,
        attempt: u32,
        #[serde(flatten)]
        process: Process<'a>,
        delay: Seconds,
    },
    TestRetried {
        test: String,
        attempt: u32,
        attempts: u32,
        #[serde(flatten)]
        process: Process<'a>,
        delay: Seconds,
    },
    TestEnded {
        test: String,
        status: &'a str,
        attempt: u32,
        /// How many attempts before this one failed by a race.
        races: u32,
        #[serde(flatten)]
        process: Process<'a>,
    },
    TestGivenUp {
        test: String,
    },
    TestsBlocked {
        by: String,
        tests: Vec<String>,
    },
    Warning {
        text: Cow<'a, str>,
    },
    RunStopping {
        #[serde(flatten)]
        why: Stop,
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
}

/// An attempt's process after its end.
#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Process<'a> {
    pub(super) ending: Ending<'a>,
    pub(super) took: Seconds,
    /// What was kept of what it printed: nothing of an empty stream.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    pub(super) output: Vec<Output<'a>>,
    /// Files that hold the whole of output that is not shown whole.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    pub(super) whole: Vec<Text<'a>>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    pub(super) left_behind: Vec<Left<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) verdict: Option<Finding<'a>>,
}

#[derive(Debug, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub(super) enum Ending<'a> {
    Passed,
    Leaked,
    Flaky,
    Empty,
    /// It exited with 0.
    Belied {
        reason: &'a str,
    },
    Exited {
        code: i32,
    },
    Killed {
        signal: Cow<'a, str>,
    },
    TimedOut,
    Interrupted,
    NotStarted {
        reason: &'a str,
    },
}

/// The beginning and the end of what was printed; the end is left out where the beginning is all of it.
#[derive(Debug, Serialize)]
pub(super) struct Output<'a> {
    pub(super) stream: &'static str,
    pub(super) head: Cow<'a, str>,
    #[serde(skip_serializing_if = "is_zero")]
    pub(super) omitted: u64,
    #[serde(skip_serializing_if = "str::is_empty")]
    pub(super) tail: Cow<'a, str>,
}

#[derive(Debug, Serialize)]
pub(super) struct Left<'a> {
    pub(super) pid: u32,
    pub(super) command: &'a str,
}

#[derive(Debug, Serialize)]
pub(super) struct Finding<'a> {
    pub(super) kind: Verdict,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) symptom: Option<String>,
    pub(super) files: Vec<File<'a>>,
    /// What a person is told, line by line.
    pub(super) lines: Vec<String>,
}

#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Verdict {
    Race,
    Unmended,
    Undeclared,
    Real,
}

#[derive(Debug, Serialize)]
pub(super) struct File<'a> {
    pub(super) library: &'a str,
    pub(super) path: Text<'a>,
    pub(super) seen: Seen,
}

#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Seen {
    Torn,
    WrongContent,
    LeftDamaged,
    Missing,
    Changed,
    Intact,
}

#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Work {
    Build,
    Fetch,
}

#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum How {
    Cached,
    Placed,
    Fetched,
    Built,
    Adopted,
    FetchedByOther,
    BuiltByOther,
}

#[derive(Debug, Serialize)]
pub(super) struct Holder<'a> {
    pub(super) pid: u32,
    pub(super) host: &'a str,
    pub(super) command: &'a str,
    /// In seconds since 1970.
    pub(super) since: u64,
}

#[derive(Debug, Serialize)]
pub(super) struct ImportAttempt<'a> {
    pub(super) origin: &'a str,
    pub(super) cause: &'a str,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Stop {
    Signal(Cow<'static, str>),
    MaxFailures(u32),
}

/// A path; what is not UTF-8 in it is replaced.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub(super) struct Text<'a>(Cow<'a, str>);

impl<'a> From<&'a Path> for Text<'a> {
    fn from(path: &'a Path) -> Self {
        Self(path.to_string_lossy())
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it so")]
fn is_zero(number: &u64) -> bool {
    *number == 0
}
