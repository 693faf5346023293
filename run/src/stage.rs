//! What a run is made of, as its caller gives it.

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

/// How a run goes, after command line, environment and manifest have been weighed.
#[derive(Clone, Copy, Debug)]
pub struct RunSettings {
    /// Tests that run at once.
    pub jobs: NonZeroUsize,
    /// Imports that transfer or build at once; those that wait do not count.
    pub preloads: NonZeroUsize,
    /// Failed tests after which nothing more starts.
    pub max_failures: Option<NonZeroU32>,
    /// How long the run may take, from its beginning until what still runs is told to end; `None` is any time.
    pub run_timeout: Option<Duration>,
    /// Further attempts of every test; `None` leaves it to the manifest.
    pub retries: Option<u32>,
    /// What flaky tests come to.
    pub flaky: FlakyOutcome,
    /// What becomes of what every test prints; `None` leaves it to the manifest.
    pub capture: Option<Capture>,
    /// Further attempts after a race.
    pub races: RacePolicy,
    /// What names the order of starts, if that is left to chance.
    pub shuffle: Option<u64>,
    /// Which part of the suite this is, if machines share it.
    pub shard: Option<Shard>,
    /// Names the run, and seeds every random choice in it.
    pub run_id: u64,
}

impl RunSettings {
    /// Those of a run that imports libraries, so many at once, and has no tests.
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

/// What processes on this machine are started with.
#[derive(Clone, Debug)]
pub struct Workplace {
    /// The directory for temporary files, absolute.
    pub temporary: PathBuf,
    /// The value of PATH.
    pub path: Option<OsString>,
    /// Variables of probe's own environment that nobody gets.
    pub withheld: Vec<&'static str>,
}

/// What a run is made of.
#[derive(Clone, Copy)]
pub struct Stage<'a> {
    /// The libraries and tests.
    pub suite: &'a Suite,
    /// The directory that files of the suite are relative to.
    pub root: &'a Path,
    /// What holds where no test says otherwise.
    pub defaults: &'a Limits,
    /// What is to be run of the suite.
    pub agenda: &'a Agenda,
    /// What is expected of tests besides that they pass.
    pub expected: &'a Expected,
    /// What imports libraries.
    pub loader: &'a Loader,
    /// What was imported before.
    pub early: &'a Early,
    /// What processes are started with.
    pub workplace: &'a Workplace,
    /// What only the caller can say of tests and libraries.
    pub provider: &'a dyn Provider,
    /// How the run goes.
    pub settings: RunSettings,
}

impl Stage<'_> {
    /// The run's id as tests see it.
    pub(crate) fn run_id(&self) -> String {
        format!("{:016x}", self.settings.run_id)
    }
}
