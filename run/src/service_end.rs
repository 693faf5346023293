//! How a service came to its end, and what it said last. Does not know what follows from it.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use probe_process::Signal;
use probe_scenario::{ServiceId, TestId};

use crate::instance::Share;

/// A service that is not there any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceEnd {
    /// How it ended.
    pub how: ServiceEnding,
    /// Its last lines.
    pub lines: Vec<String>,
    /// From its start to its end.
    pub took: Duration,
}

/// How a service ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ServiceEnding {
    /// It never ran, for this reason.
    NotStarted(String),
    /// It was ended since it was not ready in time: in these words.
    NotReady(String),
    /// It exited with this code.
    Exited(i32),
    /// This signal killed it.
    Killed(Signal),
    /// It did not end in its grace, and was killed.
    Forced,
    /// It stood without the run, and is not to be had, or not any more: in these words.
    Gone(String),
    /// It stands without the run, and goes on.
    LeftStanding,
}

impl fmt::Display for ServiceEnding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotStarted(reason) | Self::NotReady(reason) | Self::Gone(reason) => {
                f.write_str(reason)
            }
            Self::Exited(code) => write!(f, "exit code {code}"),
            Self::Killed(signal) => match signal.name() {
                Some(name) => write!(f, "killed by {name}"),
                None => write!(f, "killed by signal {}", signal.number()),
            },
            Self::Forced => f.write_str("killed by SIGKILL"),
            Self::LeftStanding => f.write_str("it goes on without this run"),
        }
    }
}

/// A command beside a service that did not do its work. The service's end is told all the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    /// What it was to do.
    pub errand: Errand,
    /// How it failed.
    pub how: String,
    /// Its last lines.
    pub lines: Vec<String>,
}

/// What a command beside a service is to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Errand {
    /// It asks the service to end.
    Stop,
    /// It runs when the service has ended.
    Cleanup,
}

impl fmt::Display for Errand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Stop => "stop",
            Self::Cleanup => "cleanup",
        })
    }
}

/// A service that did not become ready, or died while it was needed, and the tests that did not run for it.
#[derive(Debug)]
pub struct ServiceLost {
    /// The service.
    pub service: ServiceId,
    /// Whose copy of it that was.
    pub share: Share,
    /// How it ended.
    pub end: Arc<ServiceEnd>,
    /// Whether it had been ready.
    pub was_ready: bool,
    /// Tests that ran when it died, in the order of the manifest.
    pub bereft: Vec<TestId>,
    /// In the order of the manifest.
    pub blocked: Vec<TestId>,
}
