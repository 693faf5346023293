//! `probe add`, as it is typed.

use std::path::PathBuf;

use clap::Args;

#[derive(Args, Debug)]
pub(crate) struct AddArguments {
    /// The name of the preset, such as `@db/sqlite`.
    #[arg(value_name = "PRESET", required_unless_present = "list")]
    pub(crate) preset: Option<String>,
    /// List all presets: how each library gets there, and by what probe recognises it.
    #[arg(long, conflicts_with_all = ["preset", "name", "version", "manifest_path"])]
    pub(crate) list: bool,
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
