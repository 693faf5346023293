//! `probe merge`, as it is typed.

use std::path::PathBuf;

use clap::{Args, ValueHint};

use super::{ProjectArguments, ReportArguments};

/// What `probe merge` takes.
#[derive(Args, Debug)]
pub(crate) struct MergeArguments {
    /// The logs of all shards, as `probe run --shard I/N --report jsonl=FILE` writes them.
    #[arg(value_name = "LOG", required = true, value_hint = ValueHint::FilePath)]
    pub(crate) logs: Vec<PathBuf>,
    /// Write this report of all shards: `html`, `junit`, `jsonl`, `svg`, `tap` or `trace`, to FILE or with `-` to standard
    /// output. Can be repeated.
    #[arg(long = "report", value_name = "KIND=FILE")]
    pub(crate) reports: Vec<ReportArguments>,
    #[command(flatten)]
    pub(crate) project: ProjectArguments,
}
