//! `probe history` and `probe flaky`, as they are typed.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueHint};

use super::{ProjectArguments, SelectionArguments};

/// `probe history`.
#[derive(Args, Debug)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct HistoryCommandArguments {
    #[command(subcommand)]
    pub(crate) action: Option<HistoryAction>,
    #[command(flatten)]
    pub(crate) look: HistoryArguments,
}

#[derive(Debug, Subcommand)]
pub(crate) enum HistoryAction {
    /// Print how long tests and libraries take as a rule, for `--shard-by time`.
    Export(ExportArguments),
}

/// `probe history export`.
#[derive(Args, Debug)]
pub(crate) struct ExportArguments {
    /// Write to this file, and print nothing.
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) output: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) look: HistoryArguments,
}

/// What looks back takes.
#[derive(Args, Debug)]
pub(crate) struct HistoryArguments {
    #[command(flatten)]
    pub(crate) selection: SelectionArguments,
    #[command(flatten)]
    pub(crate) project: ProjectArguments,
}
