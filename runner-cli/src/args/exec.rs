//! `probe exec`, as it is typed.

use std::ffi::OsString;

use clap::Args;
use clap::builder::FalseyValueParser;

use super::{ProgressArguments, ProjectArguments, SkipArguments, StoreArguments, heading};

#[derive(Args, Debug)]
pub(crate) struct ExecArguments {
    /// A library to prepare first, or a service to start first and to stop afterwards; separate several by commas. The
    /// command gets their variables. By default all libraries of the manifest, and
    /// what is detected in lock files, or in sources where there are none. What only tests make is made first, too, where
    /// it is known how.
    #[arg(long, value_name = "NAME", value_delimiter = ',', help_heading = heading::LIBRARIES)]
    pub(crate) needs: Vec<String>,
    #[command(flatten)]
    pub(crate) skip: SkipArguments,
    #[command(flatten)]
    pub(crate) progress: ProgressArguments,
    #[command(flatten)]
    pub(crate) project: ProjectArguments,
    #[command(flatten)]
    pub(crate) store: StoreArguments,
    /// Import no download that `probe.lock` or the manifest does not pin, and pin none.
    #[arg(long, env = "PROBE_LOCKED", value_parser = FalseyValueParser::new(), help_heading = heading::LIBRARIES)]
    pub(crate) locked: bool,
    /// Leave the services running when the command has ended, as `probe service start` does.
    #[arg(long, help_heading = heading::LIBRARIES)]
    pub(crate) keep_services: bool,
    /// Become the command once its libraries are there: one process less, and no verdict if it fails.
    #[arg(long)]
    pub(crate) replace: bool,
    /// The command and its arguments.
    #[arg(last = true, required = true, value_name = "COMMAND")]
    pub(crate) command: Vec<OsString>,
}
