//! Which part of a suite a run is, where several machines share it. Does not know how it was dealt.

use std::fmt;
use std::num::NonZeroU32;

/// The part of a suite that one machine runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shard {
    /// Which one, counted from 1.
    pub number: NonZeroU32,
    /// How many there are.
    pub of: NonZeroU32,
    /// The tests of all of them together.
    pub tests: usize,
    /// How they were dealt.
    pub way: ShardWay,
    /// Differs between machines that have dealt anything else.
    pub plan: u128,
}

/// How tests are dealt to machines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShardWay {
    /// By a hash of their names.
    Name,
    /// By how long they take, and by what they share.
    Time,
}

impl ShardWay {
    /// As it is written.
    pub fn word(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Time => "time",
        }
    }
}

/// `2/4`, as `--shard` has it.
impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.number, self.of)
    }
}
