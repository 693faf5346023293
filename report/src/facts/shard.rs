//! Which part of a suite a run is: what tells whether logs of several machines belong together.

use probe_run::{Shard, ShardWay};
use serde::{Deserialize, Serialize};

/// The part of a suite that one machine runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Dealt {
    /// Which one, counted from 1.
    pub number: u32,
    /// How many there are.
    pub of: u32,
    /// The tests of all of them together.
    pub tests: usize,
    /// How they were dealt.
    pub by: DealtBy,
    /// What was dealt: 32 hexadecimal digits.
    pub plan: String,
}

/// How tests are dealt to machines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DealtBy {
    /// By a hash of their names.
    Name,
    /// By how long they take, and by what they share.
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
