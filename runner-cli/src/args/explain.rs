//! `probe explain`, as it is typed.

use clap::Args;

use super::ProjectArguments;

#[derive(Args, Debug)]
pub(crate) struct ExplainArguments {
    /// The test: its name, or a part of it that no other test has. Without it, a line for each test that has not passed.
    #[arg(value_name = "TEST")]
    pub(crate) test: Option<String>,
    /// A run before the last one: its id, or the beginning of that. The last ten are kept.
    #[arg(long, value_name = "ID")]
    pub(crate) run: Option<String>,
    #[command(flatten)]
    pub(crate) project: ProjectArguments,
}
