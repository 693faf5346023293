//! How a service ended, and its last lines. Does not know what follows from it.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use probe_process::Signal;
use probe_scenario::{ServiceId, TestId};

use crate::instance::Share;

/// A service that has ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceEnd {
    /// How it ended.
    pub how: ServiceEnding,
    /// Its last lines.
    pub lines: Vec<String>,
    /// The time between its start and its end.
    pub took: Duration,
}

/// How a service ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ServiceEnding {
    /// It did not run, for this reason.
    NotStarted(String),
    /// It was not ready in time, in these words, and probe ended it.
    NotReady(String),
    /// It exited with this code.
    Exited(i32),
    /// This signal killed it.
    Killed(Signal),
    /// It did not end within its grace, and probe killed it.
    Forced,
    /// It ran independently of the run, and is not available (any more), in these words.
    Gone(String),
    /// It runs independently of the run, and continues.
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

/// A command beside a service that failed. The end of the service is reported separately.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    /// The purpose of the command.
    pub errand: Errand,
    /// How it failed.
    pub how: String,
    /// Its last lines.
    pub lines: Vec<String>,
}

/// The purpose of a command beside a service.
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

/// A service that did not become ready, or died while tests needed it, and the tests that did not run because of it.
#[derive(Debug)]
pub struct ServiceLost {
    /// The service.
    pub service: ServiceId,
    /// Which copy of the service it was.
    pub share: Share,
    /// How it ended.
    pub end: Arc<ServiceEnd>,
    /// Whether it had been ready.
    pub was_ready: bool,
    /// The tests that ran when it died, in the order of the manifest.
    pub bereft: Vec<TestId>,
    /// The tests that did not run because of it, in the order of the manifest.
    pub blocked: Vec<TestId>,
}
