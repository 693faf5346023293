//! What facts say of an attempt's process after its end.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::named::LibraryName;
use super::seconds::Seconds;

/// An attempt's process after its end.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct Process<'a> {
    pub(crate) ending: Finish<'a>,
    pub(crate) took: Seconds,
    /// What was kept of what it printed: nothing of an empty stream.
    #[serde(default, skip_serializing_if = "<[_]>::is_empty")]
    pub(crate) output: Vec<Printed<'a>>,
    /// Files that hold the whole of output that is not shown whole.
    #[serde(default, skip_serializing_if = "<[_]>::is_empty")]
    pub(crate) whole: Vec<Cow<'a, str>>,
    #[serde(default, skip_serializing_if = "<[_]>::is_empty")]
    pub(crate) left_behind: Vec<Left<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) verdict: Option<Account<'a>>,
}

/// How it ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub(crate) enum Finish<'a> {
    /// It exited with 0.
    Passed,
    /// It exited with 0, but left processes behind, which is a failure for this test.
    Leaked,
    /// It exited with 0 after attempts that failed by themselves, which is a failure for this run.
    Flaky,
    /// It ended well, and ran nothing.
    Empty,
    /// It exited with 0, and has not passed for all that.
    Belied { reason: Cow<'a, str> },
    /// It exited with another code.
    Exited { code: i32 },
    /// A signal killed it.
    Killed { signal: Cow<'a, str> },
    /// It ran longer than its timeout, and was ended.
    TimedOut {
        timeout: Seconds,
        /// After which it was killed, if that was necessary.
        #[serde(skip_serializing_if = "Option::is_none")]
        grace: Option<Seconds>,
    },
    /// It was ended because the run was stopped.
    Interrupted,
    /// It never ran.
    NotStarted { reason: Cow<'a, str> },
}

/// The beginning and the end of what was printed; the end is left out where the beginning is all of it. Bytes that are not
/// UTF-8 are replaced.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Printed<'a> {
    pub(crate) stream: StreamName,
    pub(crate) head: Cow<'a, str>,
    /// Bytes left out between head and tail.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub(crate) omitted: u64,
    #[serde(default, skip_serializing_if = "str::is_empty")]
    pub(crate) tail: Cow<'a, str>,
}

/// Which stream it was printed to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum StreamName {
    Stdout,
    Stderr,
    /// Both as one.
    Output,
}

/// A process that was left behind.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Left<'a> {
    pub(crate) pid: u32,
    pub(crate) command: Cow<'a, str>,
}

/// What an attempt has to do with its libraries.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Account<'a> {
    pub(crate) kind: AccountKind,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) symptom: Option<Cow<'a, str>>,
    pub(crate) files: Vec<FileSeen<'a>>,
    /// What a person is told, line by line.
    pub(crate) lines: Vec<Cow<'a, str>>,
}

/// What follows from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum AccountKind {
    Race,
    Unmended,
    Undeclared,
    Real,
}

/// A file of a library that was not as it should be.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct FileSeen<'a> {
    pub(crate) library: LibraryName<'a>,
    pub(crate) path: Cow<'a, str>,
    pub(crate) seen: Seen,
}

/// How it was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Seen {
    Torn,
    WrongContent,
    LeftDamaged,
    Missing,
    Changed,
    Intact,
}

impl Finish<'_> {
    /// Whether it ended well.
    pub(crate) fn is_good(&self) -> bool {
        matches!(self, Self::Passed | Self::Empty)
    }

    /// The same, to keep it.
    pub(crate) fn to_owned(&self) -> Finish<'static> {
        let owned = |text: &str| Cow::Owned(text.to_owned());
        match self {
            Self::Passed => Finish::Passed,
            Self::Leaked => Finish::Leaked,
            Self::Flaky => Finish::Flaky,
            Self::Empty => Finish::Empty,
            Self::Belied { reason } => Finish::Belied { reason: owned(reason) },
            Self::Exited { code } => Finish::Exited { code: *code },
            Self::Killed { signal } => Finish::Killed { signal: owned(signal) },
            Self::TimedOut { timeout, grace } => {
                Finish::TimedOut { timeout: *timeout, grace: *grace }
            }
            Self::Interrupted => Finish::Interrupted,
            Self::NotStarted { reason } => Finish::NotStarted { reason: owned(reason) },
        }
    }
}

impl StreamName {
    /// As it is shown.
    pub(crate) fn word(self) -> &'static str {
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
