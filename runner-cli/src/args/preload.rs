//! `probe preload`, as it is typed.

use std::path::PathBuf;

use clap::Args;

use super::{ImportArguments, ProgressArguments, ProjectArguments, SkipArguments, StoreArguments};

#[derive(Args, Debug)]
pub(crate) struct PreloadArguments {
    /// Only these libraries, and those that they need; by default all of the manifest, and what is detected in lock
    /// files, or in sources where there are none.
    #[arg(value_name = "LIBRARY")]
    pub(crate) libraries: Vec<String>,
    #[command(flatten)]
    pub(crate) skip: SkipArguments,
    /// Write the variables that say where the libraries are to this file; by default to those that `$GITHUB_ENV` and
    /// `$NEXTEST_ENV` name, if they do.
    #[arg(long, value_name = "FILE")]
    pub(crate) env_file: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) progress: ProgressArguments,
    #[command(flatten)]
    pub(crate) project: ProjectArguments,
    #[command(flatten)]
    pub(crate) store: StoreArguments,
    #[command(flatten)]
    pub(crate) imports: ImportArguments,
}
