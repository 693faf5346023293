//! Why a run ends early, and what runs at that time.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::named::{LibraryName, TestName};
use super::seconds::Seconds;

/// A running test.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct TestRunning<'a> {
    /// The test.
    pub test: TestName<'a>,
    /// The time so far.
    pub running: Seconds,
}

/// A library in preparation.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct LibraryRunning<'a> {
    /// The library.
    pub library: LibraryName<'a>,
    /// The time so far.
    pub running: Seconds,
}

/// Why a run ends early.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StopCause<'a> {
    /// probe received this signal.
    Signal(Cow<'a, str>),
    /// This many tests have failed, which is the limit.
    MaxFailures(u32),
    /// The run has reached this time limit.
    RunTimeout(Seconds),
}

impl StopCause<'_> {
    /// Makes an owned copy.
    pub fn to_owned(&self) -> StopCause<'static> {
        match self {
            Self::Signal(name) => StopCause::Signal(Cow::Owned(name.clone().into_owned())),
            Self::MaxFailures(count) => StopCause::MaxFailures(*count),
            Self::RunTimeout(limit) => StopCause::RunTimeout(*limit),
        }
    }
}
