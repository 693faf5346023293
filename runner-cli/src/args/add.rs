//! `probe add`, as it is typed.

use std::path::PathBuf;

use clap::Args;

#[derive(Args, Debug)]
pub(crate) struct AddArguments {
    /// What probe knows the library by, as `@db/sqlite`.
    #[arg(value_name = "PRESET")]
    pub(crate) preset: String,
    /// What the manifest calls it; by default the last part of the preset's name.
    #[arg(long, value_name = "NAME")]
    pub(crate) name: Option<String>,
    /// The version, where the project does not say it elsewhere.
    #[arg(long, value_name = "VERSION")]
    pub(crate) version: Option<String>,
    /// The manifest; by default the `probe.toml` of this directory or the nearest one above.
    #[arg(long, value_name = "FILE", env = "PROBE_MANIFEST_PATH")]
    pub(crate) manifest_path: Option<PathBuf>,
}
