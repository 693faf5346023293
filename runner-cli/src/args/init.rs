//! `probe init`, as it is typed.

use std::path::PathBuf;

use clap::Args;

#[derive(Args, Debug)]
pub(crate) struct InitArguments {
    /// The manifest to write, in the directory of the project; by default the `probe.toml` of this one.
    #[arg(long, value_name = "FILE", env = "PROBE_MANIFEST_PATH")]
    pub(crate) manifest_path: Option<PathBuf>,
}
