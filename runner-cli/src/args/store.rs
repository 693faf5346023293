//! `probe store`, as it is typed.

use std::time::Duration;

use clap::{Args, Subcommand, ValueEnum};
use probe_scenario::parse_duration;

use super::{ProjectArguments, StoreDirectory};

#[derive(Args, Debug)]
pub(crate) struct StoreCommandArguments {
    #[command(subcommand)]
    pub(crate) action: StoreAction,
}

#[derive(Debug, Subcommand)]
pub(crate) enum StoreAction {
    /// Print where the store is.
    Dir {
        #[command(flatten)]
        directory: StoreDirectory,
    },
    /// List what is in it: size, age of the last use, digest, name, origin.
    List {
        /// How to show it.
        #[arg(long, value_enum, default_value_t = StoreFormat::Plain)]
        format: StoreFormat,
        #[command(flatten)]
        directory: StoreDirectory,
    },
    /// Hash what is in it, and move aside what is damaged.
    Verify {
        /// How to show it.
        #[arg(long, value_enum, default_value_t = StoreFormat::Plain)]
        format: StoreFormat,
        #[command(flatten)]
        directory: StoreDirectory,
    },
    /// Remove what was not used for a while, and is not in use now.
    Prune {
        /// For how long, as `30d` or `12h`; `0s` removes everything that is not in use.
        #[arg(long, value_name = "AGE", default_value = "30d", value_parser = parse_age)]
        older_than: Duration,
        /// How to show it.
        #[arg(long, value_enum, default_value_t = StoreFormat::Plain)]
        format: StoreFormat,
        #[command(flatten)]
        directory: StoreDirectory,
    },
    /// Print a key for a cache of the store: it changes with the manifest's libraries, their pins and this platform.
    Key {
        #[command(flatten)]
        project: ProjectArguments,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum StoreFormat {
    /// For people.
    Plain,
    /// For programs.
    Json,
}

/// A number of days, or a duration as everywhere.
fn parse_age(text: &str) -> Result<Duration, String> {
    const DAY: u64 = 24 * 60 * 60;
    let days = text.strip_suffix('d').and_then(|days| days.parse::<u64>().ok());
    match days {
        Some(days) => days
            .checked_mul(DAY)
            .map(Duration::from_secs)
            .ok_or_else(|| "that is too long".to_owned()),
        None => {
            parse_duration(text).map_err(|error| format!("{error}, nor a number of days as `30d`"))
        }
    }
}
