//! `probe history` and `probe flaky`, as they are typed.

use clap::Args;

use super::{ProjectArguments, SelectionArguments};

/// What looks back takes.
#[derive(Args, Debug)]
pub(crate) struct HistoryArguments {
    #[command(flatten)]
    pub(crate) selection: SelectionArguments,
    #[command(flatten)]
    pub(crate) project: ProjectArguments,
}
