//! Why logs are not those of all shards of one run. Knows the names that the caller gave them.

use std::fmt;

use crate::facts::LogError;

/// The error for logs that cannot be merged.
#[derive(Debug)]
pub enum MergeError {
    /// A log cannot be read.
    Log {
        /// The log.
        name: String,
        /// Why.
        why: LogError,
    },
    /// A log of a run without shards.
    NoShard {
        /// The log.
        name: String,
    },
    /// The logs of some shards are missing.
    Missing {
        /// Their numbers.
        numbers: Vec<u32>,
        /// How many shards there are.
        of: u32,
    },
    /// Two logs of one shard.
    Twice {
        /// The shard.
        number: u32,
        /// Their logs.
        names: [String; 2],
    },
    /// Machines that split the tests in different ways.
    Differs {
        /// Two logs.
        names: [String; 2],
        /// The difference.
        what: String,
    },
    /// Logs that do not have the tests that the machines split.
    Tests {
        /// The mistake, in words.
        what: String,
    },
}

impl MergeError {
    /// The way out.
    pub fn help(&self) -> Option<String> {
        Some(match self {
            Self::Log { why, .. } => return why.help(),
            Self::NoShard { .. } => {
                "`probe run --shard I/N --report jsonl=FILE` writes one; a run of everything needs no other log".to_owned()
            }
            Self::Missing { .. } => {
                "give the log of every shard; one that wrote none has to run again".to_owned()
            }
            Self::Twice { .. } => "give the one that counts".to_owned(),
            Self::Differs { .. } => {
                "run all shards of one commit, with the same filters and the same timings".to_owned()
            }
            Self::Tests { .. } => "lines are missing in a log: run its shard again".to_owned(),
        })
    }
}

impl fmt::Display for MergeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Log { name, why } => write!(f, "cannot read {name} as the log of a run: {why}"),
            Self::NoShard { name } => write!(f, "{name} is the log of no shard"),
            Self::Missing { numbers, of } => {
                let numbers: Vec<String> = numbers.iter().map(u32::to_string).collect();
                let word = if numbers.len() == 1 { "shard" } else { "shards" };
                write!(f, "there is no log of {word} {} of {of}", numbers.join(", "))
            }
            Self::Twice { number, names: [one, other] } => {
                write!(f, "{one} and {other} are both logs of shard {number}")
            }
            Self::Differs { names: [one, other], what } => {
                write!(f, "{one} and {other} are not of one run: {what}")
            }
            Self::Tests { what } => f.write_str(what),
        }
    }
}

impl std::error::Error for MergeError {}
