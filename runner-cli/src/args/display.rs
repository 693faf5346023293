//! How what is printed looks, as it is typed.

use anstream::ColorChoice;
use clap::{Args, ValueEnum};

use super::heading;

/// For every command.
#[derive(Args, Debug)]
pub(crate) struct ColorArguments {
    /// When to print in colour: by default on a terminal, unless NO_COLOR, CLICOLOR or CLICOLOR_FORCE says otherwise.
    // Its place in the help of a command is said, since clap counts those of `probe`, its commands among them.
    #[arg(long, global = true, value_enum, display_order = 19, value_name = "WHEN", env = "PROBE_COLOR", default_value_t = ColorArgument::Auto, help_heading = heading::OUTPUT)]
    pub(crate) color: ColorArgument,
}

/// For commands that prepare libraries.
#[derive(Args, Clone, Copy, Debug)]
pub(crate) struct ProgressArguments {
    /// What to show while probe waits for something.
    #[arg(long, value_enum, value_name = "HOW", env = "PROBE_PROGRESS", default_value_t = ProgressArgument::Auto, help_heading = heading::OUTPUT)]
    pub(crate) progress: ProgressArgument,
}

/// `--color`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ColorArgument {
    /// On a terminal.
    Auto,
    /// Everywhere.
    Always,
    /// Nowhere.
    Never,
}

/// `--progress`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ProgressArgument {
    /// `bar` on a terminal, unless CI is set; else `plain`.
    Auto,
    /// A bar, the running tests and the downloads, below the lines; on a terminal.
    Bar,
    /// A line now and then, if nothing else was printed for a while.
    Plain,
    /// Nothing.
    None,
}

impl From<ColorArgument> for ColorChoice {
    fn from(color: ColorArgument) -> Self {
        match color {
            ColorArgument::Auto => Self::Auto,
            ColorArgument::Always => Self::Always,
            ColorArgument::Never => Self::Never,
        }
    }
}
