//! The part of a suite that a run is, if several machines share the suite. Does not know how the tests were dealt.

use std::fmt;
use std::num::NonZeroU32;

/// The part of a suite that one machine runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shard {
    /// The number of the part, counted from 1.
    pub number: NonZeroU32,
    /// The number of parts.
    pub of: NonZeroU32,
    /// The number of tests in all parts together.
    pub tests: usize,
    /// How the tests were dealt.
    pub way: ShardWay,
    /// A digest of the plan. It differs between machines that dealt different tests or dealt them differently.
    pub plan: u128,
}

/// How tests are dealt to machines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShardWay {
    /// By a hash of their names.
    Name,
    /// By how long they take and what they share.
    Time,
}

impl ShardWay {
    /// The word for it in options and reports.
    pub fn word(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Time => "time",
        }
    }
}

/// `2/4`, as in `--shard`.
impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.number, self.of)
    }
}
