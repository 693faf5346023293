//! `probe race`, as it is typed.

use std::ffi::OsString;
use std::num::{NonZeroU32, NonZeroUsize};
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use clap::{Args, ValueEnum};
use probe_scenario::parse_duration;

#[derive(Args, Debug)]
pub(crate) struct RaceArguments {
    /// How often the copies are run, each time on empty caches.
    #[arg(long, value_name = "N", default_value = "5", value_parser = parse_count::<NonZeroU32>)]
    pub(crate) rounds: NonZeroU32,
    /// How many copies of the command one round runs; 1 is for a command whose own processes race, such as a test
    /// runner.
    #[arg(short = 'n', long, value_name = "N", default_value = "16", value_parser = parse_count::<NonZeroUsize>)]
    pub(crate) copies: NonZeroUsize,
    /// How many of them run at once.
    #[arg(short, long, value_name = "N", default_value = "8", value_parser = parse_count::<NonZeroUsize>)]
    pub(crate) jobs: NonZeroUsize,
    /// A file or directory that is not there when a round begins: what the command caches in the project. Whatever
    /// is there now is moved aside, and put back at the end. May be given several times.
    #[arg(long, value_name = "PATH")]
    pub(crate) fresh: Vec<PathBuf>,
    /// A variable that names an empty directory in every round; may be given several times.
    #[arg(long, value_name = "NAME")]
    pub(crate) fresh_var: Vec<String>,
    /// A variable that is left as it is, such as HOME; may be given several times.
    #[arg(long, value_name = "NAME")]
    pub(crate) keep: Vec<String>,
    /// The same again as `probe exec -- COMMAND`, on an empty store in every round.
    #[arg(long)]
    pub(crate) with_probe: bool,
    /// How long a copy may run, as `90s` or `2m`.
    #[arg(long, value_name = "DURATION", default_value = "2m", value_parser = parse_duration)]
    pub(crate) timeout: Duration,
    /// How the result is printed.
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = RaceFormat::Table)]
    pub(crate) format: RaceFormat,
    /// The command and its arguments. A copy finds its number, from 1, in PROBE_RACE_COPY, and how many
    /// there are in PROBE_RACE_COPIES.
    #[arg(last = true, required = true, value_name = "COMMAND")]
    pub(crate) command: Vec<OsString>,
}

/// `--format`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum RaceFormat {
    /// For people.
    Table,
    /// For programs.
    Json,
}

/// A number of which there is at least one.
fn parse_count<N: FromStr>(text: &str) -> Result<N, &'static str> {
    text.parse().map_err(|_| "not a number from 1 on")
}
