//! What facts say of an attempt's process after its end.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::named::LibraryName;
use super::seconds::Seconds;
use super::subtest::Subtest;

/// An attempt's process after its end.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Process<'a> {
    /// How it ended.
    pub ending: Finish<'a>,
    /// How long it ran.
    pub took: Seconds,
    /// What it has used, with those of its descendants that it has waited for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub usage: Option<Used>,
    /// What was kept of what it printed: nothing of an empty stream.
    #[serde(default, skip_serializing_if = "<[_]>::is_empty")]
    pub output: Vec<Printed<'a>>,
    /// How many tests its runner says that it has run in it, if that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tests: Option<TestsWithin>,
    /// These tests, as far as it has written them down.
    #[serde(default, skip_serializing_if = "<[_]>::is_empty")]
    pub subtests: Vec<Subtest<'a>>,
    /// How many more it has written down than are here.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub subtests_left_out: u64,
    /// What went wrong after it, where that is not how it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub aside: Option<Cow<'a, str>>,
    /// Files that hold the whole of output that is not shown whole.
    #[serde(default, skip_serializing_if = "<[_]>::is_empty")]
    pub whole: Vec<Cow<'a, str>>,
    /// Processes that it left behind.
    #[serde(default, skip_serializing_if = "<[_]>::is_empty")]
    pub left_behind: Vec<Left<'a>>,
    /// What its services said last.
    #[serde(default, skip_serializing_if = "<[_]>::is_empty")]
    pub services: Vec<ServiceSaid<'a>>,
    /// What it has to do with its libraries, if that was looked at.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verdict: Option<Account<'a>>,
}

/// What a process has used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Used {
    /// Of processors, by its own code.
    pub user: Seconds,
    /// Of processors, by the system for it.
    pub system: Seconds,
    /// The most memory that one of the processes had at once, in bytes; see `peak-floor` of the run's end.
    pub peak: u64,
}

impl Used {
    /// Of processors, in all.
    pub fn cpu(&self) -> std::time::Duration {
        self.user.duration() + self.system.duration()
    }
}

/// How many tests a runner says that it has run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TestsWithin {
    /// Those that passed.
    pub passed: u64,
    /// Those that failed, or had an error.
    pub failed: u64,
    /// Those that were skipped, ignored, or are still to be written.
    pub skipped: u64,
}

impl TestsWithin {
    /// All of them.
    pub fn all(self) -> u64 {
        self.passed.saturating_add(self.failed).saturating_add(self.skipped)
    }

    /// The counts that are not zero, in words: "10 passed, 2 skipped".
    pub fn words(self) -> String {
        let counts = [(self.passed, "passed"), (self.failed, "failed"), (self.skipped, "skipped")];
        let counts = counts.iter().filter(|(count, _)| *count > 0);
        let counts: Vec<String> = counts.map(|(count, what)| format!("{count} {what}")).collect();
        counts.join(", ")
    }
}

/// How it ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Finish<'a> {
    /// It exited with 0.
    Passed,
    /// It exited with 0, but left processes behind, which is a failure for this test.
    Leaked,
    /// It exited with 0 after attempts that failed by themselves, which is a failure for this run.
    Flaky,
    /// It ended well, and ran nothing.
    Empty,
    /// It says that it has skipped itself, or all that is in it.
    Skipped {
        /// Why, as far as it says so.
        #[serde(default, skip_serializing_if = "str::is_empty")]
        reason: Cow<'a, str>,
    },
    /// It exited with 0, and has not passed for all that.
    Belied {
        /// What belies its exit code: "it ended before its result".
        reason: Cow<'a, str>,
    },
    /// What runs before it failed.
    Unprepared {
        /// How.
        reason: Cow<'a, str>,
    },
    /// It passed, and what runs after it failed.
    Uncleared {
        /// How.
        reason: Cow<'a, str>,
    },
    /// It failed, as is expected of it.
    Expected {
        /// How it failed.
        of: Box<Finish<'a>>,
        /// Why that is expected.
        reason: Cow<'a, str>,
    },
    /// It passed, and was expected to fail.
    Unexpected {
        /// Why that was expected.
        reason: Cow<'a, str>,
    },
    /// It exited with another code.
    Exited {
        /// The code.
        code: i32,
    },
    /// A signal killed it.
    Killed {
        /// Its name: `SIGSEGV`.
        signal: Cow<'a, str>,
    },
    /// It ran longer than its timeout, and was ended.
    TimedOut {
        /// How long it was allowed to run.
        timeout: Seconds,
        /// After which it was killed, if that was necessary.
        #[serde(skip_serializing_if = "Option::is_none")]
        grace: Option<Seconds>,
    },
    /// It was ended because the run was stopped.
    Interrupted,
    /// It never ran.
    NotStarted {
        /// Why.
        reason: Cow<'a, str>,
    },
    /// It failed while a service that it needs had died.
    ServiceLost {
        /// The service.
        service: Cow<'a, str>,
        /// How that ended.
        cause: Cow<'a, str>,
        /// How the test's own process ended.
        own: Cow<'a, str>,
    },
}

/// The beginning and the end of what was printed; the end is left out where the beginning is all of it. Bytes that are not
/// UTF-8 are replaced.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Printed<'a> {
    /// Where it was printed to.
    pub stream: StreamName,
    /// The beginning, or all of it.
    pub head: Cow<'a, str>,
    /// Bytes left out between head and tail.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub omitted: u64,
    /// The end of what is long.
    #[serde(default, skip_serializing_if = "str::is_empty")]
    pub tail: Cow<'a, str>,
}

/// Which stream it was printed to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StreamName {
    /// Standard output.
    Stdout,
    /// Standard error.
    Stderr,
    /// Both as one.
    Output,
}

/// What a service has said last.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ServiceSaid<'a> {
    /// Its name.
    pub service: Cow<'a, str>,
    /// The lines.
    pub lines: Vec<Cow<'a, str>>,
}

/// A process that was left behind.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Left<'a> {
    /// Its number.
    pub pid: u32,
    /// What it runs.
    pub command: Cow<'a, str>,
}

/// What an attempt has to do with its libraries.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Account<'a> {
    /// What follows from it.
    pub kind: AccountKind,
    /// What pointed at a library.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub symptom: Option<Cow<'a, str>>,
    /// Files that were not as they should be.
    pub files: Vec<FileSeen<'a>>,
    /// What a person is told, line by line.
    pub lines: Vec<Cow<'a, str>>,
}

/// What follows from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AccountKind {
    /// It raced for a library, and is run again.
    Race,
    /// It raced for one that cannot be mended.
    Unmended,
    /// It probably raced for a file that no library declares.
    Undeclared,
    /// The failure is its own.
    Real,
}

/// A file of a library that was not as it should be.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct FileSeen<'a> {
    /// Whose it is.
    pub library: LibraryName<'a>,
    /// The file.
    pub path: Cow<'a, str>,
    /// How it was seen.
    pub seen: Seen,
}

/// How it was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Seen {
    /// Its end was missing.
    Torn,
    /// It was another file.
    WrongContent,
    /// The test itself had left it so.
    LeftDamaged,
    /// It was not there.
    Missing,
    /// It was written or replaced while the test ran.
    Changed,
    /// It was whole.
    Intact,
}

impl Finish<'_> {
    /// Whether it ended well.
    pub fn is_good(&self) -> bool {
        matches!(self, Self::Passed | Self::Empty | Self::Skipped { .. } | Self::Expected { .. })
    }

    /// The same, to keep it.
    pub fn to_owned(&self) -> Finish<'static> {
        let owned = |text: &str| Cow::Owned(text.to_owned());
        match self {
            Self::Passed => Finish::Passed,
            Self::Leaked => Finish::Leaked,
            Self::Flaky => Finish::Flaky,
            Self::Empty => Finish::Empty,
            Self::Skipped { reason } => Finish::Skipped { reason: owned(reason) },
            Self::Expected { of, reason } => {
                Finish::Expected { of: Box::new((**of).to_owned()), reason: owned(reason) }
            }
            Self::Unexpected { reason } => Finish::Unexpected { reason: owned(reason) },
            Self::Unprepared { reason } => Finish::Unprepared { reason: owned(reason) },
            Self::Uncleared { reason } => Finish::Uncleared { reason: owned(reason) },
            Self::Belied { reason } => Finish::Belied { reason: owned(reason) },
            Self::Exited { code } => Finish::Exited { code: *code },
            Self::Killed { signal } => Finish::Killed { signal: owned(signal) },
            Self::TimedOut { timeout, grace } => {
                Finish::TimedOut { timeout: *timeout, grace: *grace }
            }
            Self::Interrupted => Finish::Interrupted,
            Self::NotStarted { reason } => Finish::NotStarted { reason: owned(reason) },
            Self::ServiceLost { service, cause, own } => Finish::ServiceLost {
                service: owned(service),
                cause: owned(cause),
                own: owned(own),
            },
        }
    }
}

impl StreamName {
    /// As it is shown.
    pub fn word(self) -> &'static str {
        match self {
            Self::Stdout => "stdout",
            Self::Stderr => "stderr",
            Self::Output => "output",
        }
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it so")]
fn is_zero(number: &u64) -> bool {
    *number == 0
}
