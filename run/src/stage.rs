//! Everything that a run needs from its caller.

use std::ffi::OsString;
use std::num::{NonZeroU32, NonZeroUsize};
use std::path::{Path, PathBuf};
use std::time::Duration;

use probe_loader::Loader;
use probe_process::Capture;
use probe_scenario::{Expected, Limits, Suite};

use crate::agenda::Agenda;
use crate::early::Early;
use crate::provider::Provider;
use crate::shard::Shard;
use crate::summary::FlakyOutcome;
use crate::verdict::RacePolicy;

/// The settings of a run, after the caller has combined command line, environment and manifest.
#[derive(Clone, Copy, Debug)]
pub struct RunSettings {
    /// The largest number of tests that run at once.
    pub jobs: NonZeroUsize,
    /// The largest number of imports that transfer or build at once. Imports that wait do not count.
    pub preloads: NonZeroUsize,
    /// The number of failed tests after which nothing more starts.
    pub max_failures: Option<NonZeroU32>,
    /// The time limit of the run, from its start until probe tells everything that still runs to end; `None` for no limit.
    pub run_timeout: Option<Duration>,
    /// How many more attempts every test gets; `None` if the manifest decides.
    pub retries: Option<u32>,
    /// Whether flaky tests pass or fail.
    pub flaky: FlakyOutcome,
    /// How every test's output is kept; `None` if the manifest decides.
    pub capture: Option<Capture>,
    /// How many more attempts a test gets after a race.
    pub races: RacePolicy,
    /// The seed of the order of starts, if the order is random.
    pub shuffle: Option<u64>,
    /// The part of the suite that this run is, if several machines share the suite.
    pub shard: Option<Shard>,
    /// The run's id, and the seed of every random choice in it.
    pub run_id: u64,
}

impl RunSettings {
    /// The settings of a run without tests that imports libraries, at most `preloads` at once.
    #[must_use]
    pub fn of_imports(preloads: NonZeroUsize, run_id: u64) -> Self {
        Self {
            jobs: NonZeroUsize::MIN,
            preloads,
            max_failures: None,
            run_timeout: None,
            retries: None,
            flaky: FlakyOutcome::Passed,
            capture: None,
            races: RacePolicy::NONE,
            shuffle: None,
            shard: None,
            run_id,
        }
    }
}

/// What all processes on this machine start with.
#[derive(Clone, Debug)]
pub struct Workplace {
    /// The directory for temporary files, absolute.
    pub temporary: PathBuf,
    /// The value of PATH.
    pub path: Option<OsString>,
    /// Variables of probe's own environment that no process inherits.
    pub withheld: Vec<&'static str>,
}

/// Everything that a run needs.
#[derive(Clone, Copy)]
pub struct Stage<'a> {
    /// The libraries and tests.
    pub suite: &'a Suite,
    /// The directory that the suite's paths are relative to.
    pub root: &'a Path,
    /// The limits that apply where a test sets none.
    pub defaults: &'a Limits,
    /// The plan of the run.
    pub agenda: &'a Agenda,
    /// The known failures that the suite expects.
    pub expected: &'a Expected,
    /// Imports libraries.
    pub loader: &'a Loader,
    /// The libraries imported before the run.
    pub early: &'a Early,
    /// What all processes start with.
    pub workplace: &'a Workplace,
    /// Answers what only the caller knows of tests and libraries.
    pub provider: &'a dyn Provider,
    /// The settings of the run.
    pub settings: RunSettings,
}

impl Stage<'_> {
    /// The run's id as tests see it.
    pub(crate) fn run_id(&self) -> String {
        format!("{:016x}", self.settings.run_id)
    }
}
