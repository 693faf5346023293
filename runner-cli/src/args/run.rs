//! `probe run`, as it is typed.

use std::ffi::OsString;
use std::str::FromStr;

use clap::Args;
use probe_scenario::Jobs;

use super::{ImportArguments, ProjectArguments, SelectionArguments, StoreArguments};

#[derive(Args, Debug)]
pub(crate) struct RunArguments {
    #[command(flatten)]
    pub(crate) selection: SelectionArguments,
    /// Only tests that failed, or did not come to run, and have not passed since.
    #[arg(long)]
    pub(crate) failed: bool,
    /// Tests to run at once: a number, or `num-cpus`.
    #[arg(short, long, value_name = "N", env = "PROBE_JOBS")]
    pub(crate) jobs: Option<JobsArgument>,
    /// Start nothing more after this many failed tests; 0 runs everything.
    #[arg(long, value_name = "N", env = "PROBE_MAX_FAILURES")]
    pub(crate) max_failures: Option<u32>,
    /// Further attempts of every test that fails, whatever the manifest says.
    #[arg(long, value_name = "N", env = "PROBE_RETRIES")]
    pub(crate) retries: Option<u32>,
    #[command(flatten)]
    pub(crate) project: ProjectArguments,
    #[command(flatten)]
    pub(crate) store: StoreArguments,
    #[command(flatten)]
    pub(crate) imports: ImportArguments,
    /// What `{args}` becomes in the `run` of each test.
    #[arg(last = true, value_name = "ARGS")]
    pub(crate) args: Vec<OsString>,
}

/// `-j`: a number of tests, or `num-cpus`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct JobsArgument(pub(crate) Jobs);

impl FromStr for JobsArgument {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text == "num-cpus" {
            return Ok(Self(Jobs::PerProcessor));
        }
        text.parse()
            .map(|count| Self(Jobs::Count(count)))
            .map_err(|_| "neither a number from 1 on nor `num-cpus`")
    }
}
