//! `probe adopt`, as it is typed.

use std::path::PathBuf;

use clap::Args;

#[derive(Args, Debug)]
pub(crate) struct AdoptArguments {
    /// The libraries to adopt, by the names under which they were proposed; by default all.
    #[arg(value_name = "LIBRARY")]
    pub(crate) libraries: Vec<String>,
    /// Write without asking.
    #[arg(long, short = 'y')]
    pub(crate) yes: bool,
    /// The manifest; by default the `probe.toml` of this directory or the nearest one above.
    #[arg(long, value_name = "FILE", env = "PROBE_MANIFEST_PATH")]
    pub(crate) manifest_path: Option<PathBuf>,
}
