//! `probe help`, as it is typed.

use clap::Args;

#[derive(Args, Debug)]
pub(crate) struct HelpArguments {
    /// A topic, or a command.
    #[arg(value_name = "TOPIC")]
    pub(crate) about: Vec<String>,
}
