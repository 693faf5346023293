//! Why a run ends before everything has run, and what runs then.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::named::{LibraryName, TestName};
use super::seconds::Seconds;

/// A test that runs.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct TestRunning<'a> {
    /// The test.
    pub test: TestName<'a>,
    /// So far.
    pub running: Seconds,
}

/// A library that is being imported.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct LibraryRunning<'a> {
    /// The library.
    pub library: LibraryName<'a>,
    /// So far.
    pub running: Seconds,
}

/// Why a run ends before everything has run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StopCause<'a> {
    /// Probe received this signal.
    Signal(Cow<'a, str>),
    /// As many tests have failed as are allowed.
    MaxFailures(u32),
    /// It has taken as long as it may.
    RunTimeout(Seconds),
}

impl StopCause<'_> {
    /// The same, to keep it.
    pub fn to_owned(&self) -> StopCause<'static> {
        match self {
            Self::Signal(name) => StopCause::Signal(Cow::Owned(name.clone().into_owned())),
            Self::MaxFailures(count) => StopCause::MaxFailures(*count),
            Self::RunTimeout(limit) => StopCause::RunTimeout(*limit),
        }
    }
}
