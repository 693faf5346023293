//! `probe list`, as it is typed.

use clap::{Args, ValueEnum};

use super::{ChangedArguments, ProjectArguments, SelectionArguments, ShardArguments};

#[derive(Args, Debug)]
pub(crate) struct ListArguments {
    #[command(flatten)]
    pub(crate) selection: SelectionArguments,
    #[command(flatten)]
    pub(crate) changed: ChangedArguments,
    #[command(flatten)]
    pub(crate) shard: ShardArguments,
    /// Show what each test needs, and by which line of which file that is known.
    #[arg(long)]
    pub(crate) needs: bool,
    /// How to show it.
    #[arg(long, value_enum, default_value_t = ListFormat::Plain)]
    pub(crate) format: ListFormat,
    #[command(flatten)]
    pub(crate) project: ProjectArguments,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ListFormat {
    /// A line a test: its name and what it needs.
    Plain,
    /// For programs.
    Json,
}
