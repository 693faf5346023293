//! `probe doctor`, as it is typed.

use clap::Args;

use super::{ProjectArguments, StoreArguments};

#[derive(Args, Debug)]
pub(crate) struct DoctorArguments {
    /// Mend what is damaged from the store or its source, or move it aside, so that the next one that needs it makes it anew.
    #[arg(long)]
    pub(crate) fix: bool,
    #[command(flatten)]
    pub(crate) project: ProjectArguments,
    #[command(flatten)]
    pub(crate) store: StoreArguments,
}
