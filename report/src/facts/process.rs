//! Facts about an attempt's process after its end.

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
    /// The resources that it used, including those of the descendants that it waited for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub usage: Option<Used>,
    /// The output that was kept. Has no entry for an empty stream.
    #[serde(default, skip_serializing_if = "<[_]>::is_empty")]
    pub output: Vec<Printed<'a>>,
    /// The number of tests that its runner reports, if known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tests: Option<TestsWithin>,
    /// These tests, as far as the runner has written their results.
    #[serde(default, skip_serializing_if = "<[_]>::is_empty")]
    pub subtests: Vec<Subtest<'a>>,
    /// The number of further results that were left out.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub subtests_left_out: u64,
    /// A problem after its end that does not change its ending.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub aside: Option<Cow<'a, str>>,
    /// Files with the whole output, if it is not shown in full.
    #[serde(default, skip_serializing_if = "<[_]>::is_empty")]
    pub whole: Vec<Cow<'a, str>>,
    /// Processes that it left behind.
    #[serde(default, skip_serializing_if = "<[_]>::is_empty")]
    pub left_behind: Vec<Left<'a>>,
    /// The last lines of its services.
    #[serde(default, skip_serializing_if = "<[_]>::is_empty")]
    pub services: Vec<ServiceSaid<'a>>,
    /// Whether its libraries caused the end, if probe examined it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verdict: Option<Account<'a>>,
}

/// The resources that a process used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Used {
    /// Processor time in its own code.
    pub user: Seconds,
    /// Processor time in the system.
    pub system: Seconds,
    /// The most memory that one of the processes had at a time, in bytes. See `peak-floor` of the run's end.
    pub peak: u64,
}

impl Used {
    /// All processor time.
    pub fn cpu(&self) -> std::time::Duration {
        self.user.duration() + self.system.duration()
    }
}

/// The number of tests that a runner reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TestsWithin {
    /// Tests that passed.
    pub passed: u64,
    /// Tests that failed or had an error.
    pub failed: u64,
    /// Tests that were skipped, ignored or not yet written.
    pub skipped: u64,
}

impl TestsWithin {
    /// The sum of all.
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

/// How a process ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Finish<'a> {
    /// It exited with 0.
    Passed,
    /// It exited with 0 but left processes behind, and for this test that is a failure.
    Leaked,
    /// It exited with 0 after attempts with failures of their own, and for this run that is a failure.
    Flaky,
    /// It ended well but ran nothing.
    Empty,
    /// It reports that it skipped itself, or all tests in it.
    Skipped {
        /// The reason that it gives.
        #[serde(default, skip_serializing_if = "str::is_empty")]
        reason: Cow<'a, str>,
    },
    /// It exited with 0 but has not passed.
    Belied {
        /// Why its exit code is wrong: "it ended before its result".
        reason: Cow<'a, str>,
    },
    /// The command before it failed.
    Unprepared {
        /// How that command failed.
        reason: Cow<'a, str>,
    },
    /// It passed, and the command after it failed.
    Uncleared {
        /// How that command failed.
        reason: Cow<'a, str>,
    },
    /// It failed as expected.
    Expected {
        /// How it failed.
        of: Box<Finish<'a>>,
        /// Why the failure is expected.
        reason: Cow<'a, str>,
    },
    /// It passed although it was expected to fail.
    Unexpected {
        /// Why the failure was expected.
        reason: Cow<'a, str>,
    },
    /// It exited with another code.
    Exited {
        /// The code.
        code: i32,
    },
    /// A signal killed it.
    Killed {
        /// The signal's name: `SIGSEGV`.
        signal: Cow<'a, str>,
    },
    /// It ran longer than its timeout, and probe ended it.
    TimedOut {
        /// How long it was allowed to run.
        timeout: Seconds,
        /// The time after which probe killed it, if that was necessary.
        #[serde(skip_serializing_if = "Option::is_none")]
        grace: Option<Seconds>,
    },
    /// probe ended it because the run stopped.
    Interrupted,
    /// It never ran.
    NotStarted {
        /// The reason.
        reason: Cow<'a, str>,
    },
    /// It failed while a service that it needs had died.
    ServiceLost {
        /// The service.
        service: Cow<'a, str>,
        /// How the service ended.
        cause: Cow<'a, str>,
        /// How the test's own process ended.
        own: Cow<'a, str>,
    },
}

/// The beginning and the end of an output. If the beginning is all of it, the end is empty. Bytes that are not UTF-8 are
/// replaced.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Printed<'a> {
    /// The stream.
    pub stream: StreamName,
    /// The beginning, or all of it.
    pub head: Cow<'a, str>,
    /// Bytes left out between head and tail.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub omitted: u64,
    /// The end of a long output.
    #[serde(default, skip_serializing_if = "str::is_empty")]
    pub tail: Cow<'a, str>,
}

/// The stream of an output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StreamName {
    /// Standard output.
    Stdout,
    /// Standard error.
    Stderr,
    /// Both streams as one.
    Output,
}

/// The last lines of a service.
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
    /// The process id.
    pub pid: u32,
    /// Its command.
    pub command: Cow<'a, str>,
}

/// How an attempt's end relates to its libraries.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Account<'a> {
    /// The conclusion.
    pub kind: AccountKind,
    /// The symptom that points to a library.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub symptom: Option<Cow<'a, str>>,
    /// Files that were not as they should be.
    pub files: Vec<FileSeen<'a>>,
    /// The lines that users see.
    pub lines: Vec<Cow<'a, str>>,
}

/// The conclusion about an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AccountKind {
    /// It raced for a library, and runs again.
    Race,
    /// It raced for a library that cannot be repaired.
    Unmended,
    /// It probably raced for a file that no library declares.
    Undeclared,
    /// The failure is the test's own.
    Real,
}

/// A file of a library that was not as it should be.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct FileSeen<'a> {
    /// The library of the file.
    pub library: LibraryName<'a>,
    /// The file.
    pub path: Cow<'a, str>,
    /// The condition of the file.
    pub seen: Seen,
}

/// The condition of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Seen {
    /// It was incomplete.
    Torn,
    /// It had the wrong content.
    WrongContent,
    /// The test itself had left it damaged.
    LeftDamaged,
    /// It was missing.
    Missing,
    /// It was written or replaced while the test ran.
    Changed,
    /// It was complete.
    Intact,
}

impl Finish<'_> {
    /// Whether the process ended well.
    pub fn is_good(&self) -> bool {
        matches!(self, Self::Passed | Self::Empty | Self::Skipped { .. } | Self::Expected { .. })
    }

    /// Makes an owned copy.
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
    /// The word as users see it.
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
