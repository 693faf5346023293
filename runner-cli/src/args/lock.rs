//! `probe lock`, as it is typed.

use clap::Args;

use super::{ProjectArguments, StoreArguments};

#[derive(Args, Debug)]
pub(crate) struct LockArguments {
    /// Only these libraries; by default all that are downloaded.
    #[arg(value_name = "LIBRARY")]
    pub(crate) libraries: Vec<String>,
    /// Download what is pinned already, too, and pin what its server sends now.
    #[arg(long)]
    pub(crate) update: bool,
    /// Change and download nothing: fail if `probe.lock` is out of date.
    #[arg(long, conflicts_with = "update")]
    pub(crate) check: bool,
    #[command(flatten)]
    pub(crate) project: ProjectArguments,
    #[command(flatten)]
    pub(crate) store: StoreArguments,
}
