//! Which shard of a suite a run is. It shows whether logs of several machines belong together.

use probe_run::{Shard, ShardWay};
use serde::{Deserialize, Serialize};

/// The part of a suite that one machine runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Dealt {
    /// The number of the shard, from 1.
    pub number: u32,
    /// The number of shards.
    pub of: u32,
    /// The number of tests in all shards.
    pub tests: usize,
    /// How the tests were split.
    pub by: DealtBy,
    /// The id of the split: 32 hexadecimal digits.
    pub plan: String,
}

/// How tests are split between machines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DealtBy {
    /// By a hash of their names.
    Name,
    /// By their durations, and by what they need in common.
    Time,
}

impl From<Shard> for Dealt {
    fn from(Shard { number, of, tests, way, plan }: Shard) -> Self {
        let by = match way {
            ShardWay::Name => DealtBy::Name,
            ShardWay::Time => DealtBy::Time,
        };
        Self { number: number.get(), of: of.get(), tests, by, plan: format!("{plan:032x}") }
    }
}
