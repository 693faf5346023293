//! How many tests run at once: `4`, `50%`, `-1`, `num-cpus`. Does not know how many processors there are.

use std::fmt;
use std::num::{NonZeroU32, NonZeroUsize};
use std::str::FromStr;

/// As many as the machine has processors.
pub(crate) const PER_PROCESSOR: &str = "num-cpus";

/// How many tests run at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Jobs {
    /// As many as the machine has processors.
    PerProcessor,
    /// This many.
    Count(NonZeroUsize),
    /// This percentage of the processors, rounded down, and at least one.
    Percent(NonZeroU32),
    /// All processors except this many, and at least one.
    AllBut(NonZeroU32),
}

/// Why a text is not a number of jobs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadJobs {
    /// It is zero.
    None,
    /// It does not fit into 32 bits.
    TooMany,
    /// The format is unknown.
    Unknown,
}

impl Jobs {
    /// The number of jobs on a machine with this many processors.
    #[must_use]
    pub fn of(self, processors: NonZeroUsize) -> NonZeroUsize {
        let wanted = match self {
            Self::PerProcessor => return processors,
            Self::Count(count) => return count,
            Self::Percent(percent) => processors.get().saturating_mul(size(percent)) / 100,
            Self::AllBut(spared) => processors.get().saturating_sub(size(spared)),
        };
        NonZeroUsize::new(wanted).unwrap_or(NonZeroUsize::MIN)
    }

    /// Reads a number. Below zero it is the number of processors to leave free.
    pub(crate) fn of_number(number: i64) -> Result<Self, BadJobs> {
        let size = u32::try_from(number.unsigned_abs()).map_err(|_| BadJobs::TooMany)?;
        let size = NonZeroU32::new(size).ok_or(BadJobs::None)?;
        Ok(if number < 0 { Self::AllBut(size) } else { Self::Count(count(size)) })
    }

    /// Reads a text that is not a number: a share, or a word.
    pub(crate) fn of_word(text: &str) -> Result<Self, BadJobs> {
        let percent = match text.strip_suffix('%') {
            Some(percent) => percent,
            None if text == PER_PROCESSOR => return Ok(Self::PerProcessor),
            None => return Err(BadJobs::Unknown),
        };
        if percent.is_empty() || !percent.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(BadJobs::Unknown);
        }
        let percent: u32 = percent.parse().map_err(|_| BadJobs::TooMany)?;
        NonZeroU32::new(percent).map(Self::Percent).ok_or(BadJobs::None)
    }
}

fn size(number: NonZeroU32) -> usize {
    count(number).get()
}

fn count(number: NonZeroU32) -> NonZeroUsize {
    NonZeroUsize::try_from(number).expect("32 bits are no more than a word has")
}

impl FromStr for Jobs {
    type Err = BadJobs;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let digits = text.strip_prefix('-').unwrap_or(text);
        if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Self::of_word(text);
        }
        text.parse().map_or(Err(BadJobs::TooMany), Self::of_number)
    }
}

impl fmt::Display for BadJobs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::None => "that would run no test: 1 runs one after the other, `num-cpus` one for each processor",
            Self::TooMany => "no machine has so many processors",
            Self::Unknown => {
                "neither a number (4; -1 is all processors but one), nor a share of them (50%), nor `num-cpus`"
            }
        })
    }
}

impl std::error::Error for BadJobs {}
