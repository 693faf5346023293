//! `--shard` and what goes with it, as they are typed.

use std::num::NonZeroU32;
use std::path::PathBuf;
use std::str::FromStr;

use clap::{Args, ValueEnum};

use super::heading;

/// More machines than anybody has.
const MOST: u32 = 100_000;

/// Which part of the tests.
#[derive(Args, Debug)]
pub(crate) struct ShardArguments {
    /// Only this shard of the tests, where several machines share them: `2/4` is the second of four, and `auto` takes it from
    /// the variables of CI or of Slurm. Each test is in one shard.
    #[arg(long, value_name = "I/N", env = "PROBE_SHARD", help_heading = heading::TESTS)]
    pub(crate) shard: Option<ShardArgument>,
    /// How `--shard` divides the tests: by a hash of their names, so that a new test moves no other, or by the times of
    /// `--timings` and the libraries that they share.
    #[arg(long, value_enum, value_name = "WAY", env = "PROBE_SHARD_BY", default_value_t = ShardBy::Name, hide_possible_values = true, help_heading = heading::TESTS)]
    pub(crate) shard_by: ShardBy,
    /// How long tests and libraries took, as `probe history export` writes it; the same file on every machine [default:
    /// `probe-timings.json` beside the manifest].
    #[arg(long, value_name = "FILE", env = "PROBE_TIMINGS", help_heading = heading::TESTS)]
    pub(crate) timings: Option<PathBuf>,
}

/// `--shard`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ShardArgument {
    /// What the environment says.
    Auto,
    /// Part `number` of so many.
    Part { number: NonZeroU32, of: NonZeroU32 },
    /// All of so many parts, to look at.
    All(NonZeroU32),
}

/// How tests are divided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ShardBy {
    Name,
    Time,
}

impl FromStr for ShardArgument {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let count =
            |text: &str| text.parse::<NonZeroU32>().ok().filter(|count| count.get() <= MOST);
        if text == "auto" {
            return Ok(Self::Auto);
        }
        let Some((number, of)) = text.split_once('/') else {
            return count(text).map(Self::All).ok_or_else(|| {
                "neither `I/N`, as `2/4` for the second of four shards, nor `auto`".to_owned()
            });
        };
        match (count(number), count(of)) {
            (Some(number), Some(of)) if number <= of => Ok(Self::Part { number, of }),
            (None, Some(of)) if number == "0" => {
                Err(format!("shards are counted from 1: the first is `1/{of}`"))
            }
            (Some(_), Some(of)) => Err(format!("there are {of} shards: the last is `{of}/{of}`")),
            _ => Err(format!("`I/N` has two whole numbers up to {MOST}, as `2/4`")),
        }
    }
}
