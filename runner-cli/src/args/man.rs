//! `probe man`, as it is typed.

use std::path::PathBuf;

use clap::Args;

#[derive(Args, Debug)]
pub(crate) struct ManArguments {
    /// The page of this command or topic, as `run` or `store prune`; by default that of `probe`.
    #[arg(value_name = "COMMAND", conflicts_with = "directory")]
    pub(crate) about: Vec<String>,
    /// Write all pages below this directory, in `man1` and `man7`, as for `~/.local/share/man`.
    #[arg(long, value_name = "DIRECTORY")]
    pub(crate) directory: Option<PathBuf>,
}
