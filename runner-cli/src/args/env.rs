//! `probe env`, as it is typed.

use clap::{Args, ValueEnum};

use super::{ImportArguments, ProgressArguments, ProjectArguments, SkipArguments, StoreArguments};

#[derive(Args, Debug)]
pub(crate) struct EnvArguments {
    /// Only these libraries, and those that they need; by default all of the manifest, and what is detected in lock
    /// files, or in sources where there are none.
    #[arg(value_name = "LIBRARY")]
    pub(crate) libraries: Vec<String>,
    /// How to print them.
    #[arg(long, value_enum, default_value_t = EnvFormat::Sh)]
    pub(crate) format: EnvFormat,
    #[command(flatten)]
    pub(crate) skip: SkipArguments,
    #[command(flatten)]
    pub(crate) progress: ProgressArguments,
    #[command(flatten)]
    pub(crate) project: ProjectArguments,
    #[command(flatten)]
    pub(crate) store: StoreArguments,
    #[command(flatten)]
    pub(crate) imports: ImportArguments,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum EnvFormat {
    /// For a POSIX shell: `eval "$(probe env)"`.
    Sh,
    /// For programs.
    Json,
}
