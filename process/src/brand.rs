//! The brand of a run: a number in a resource limit that nobody uses, by which whatever a run has started is known for as
//! long as it lives.
//!
//! A process may give up its group, its session, its environment and its parent; a hard limit it inherits, and cannot raise.
//! The limit on the time that a real-time thread may run without a pause (RLIMIT_RTTIME) is counted in microseconds: one of
//! a hundred years or more limits nothing, and leaves room for a number. Probe takes it once, and everything that it starts
//! has it: a test costs nothing. Does not know what becomes of those who have it.

use std::fs;
use std::sync::OnceLock;

use rustix::process::{Pid, Resource, Rlimit, getrlimit, setrlimit};

/// The number of each brand has so many bits.
const BITS: u32 = 48;
/// The highest power of two that a brand lies above, and the lowest: 146,000 years, and 142. A run within a run takes half of
/// what it finds.
const POWERS: std::ops::RangeInclusive<u32> = 52..=62;

/// What the processes of one run have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Brand(u64);

impl Brand {
    /// Brands this process, and with it whatever it starts from now on. `None` where somebody has set the limit already.
    pub fn take() -> Option<Self> {
        static TAKEN: OnceLock<Option<Brand>> = OnceLock::new();
        *TAKEN.get_or_init(|| {
            let brand = Self::below(getrlimit(Resource::Rttime).maximum, rand::random())?;
            let limit = Rlimit { current: Some(brand.0), maximum: Some(brand.0) };
            setrlimit(Resource::Rttime, limit).ok().map(|()| brand)
        })
    }

    /// A brand that a process with this limit may take.
    fn below(limit: Option<u64>, random: u64) -> Option<Self> {
        let power = match limit {
            None => *POWERS.end(),
            // One of an outer run; or a limit that is meant, and stays.
            Some(limit) => limit.checked_ilog2()?.checked_sub(1)?,
        };
        POWERS.contains(&power).then(|| Self((1 << power) + (random & ((1 << BITS) - 1))))
    }

    /// Whether a process has it.
    pub(super) fn is_on(self, pid: Pid) -> bool {
        fs::read(format!("/proc/{pid}/limits")).is_ok_and(|limits| self.is_in(&limits))
    }

    /// Whether it is the hard limit in what `/proc/PID/limits` says: `Max realtime timeout  SOFT  HARD  us`.
    fn is_in(self, limits: &[u8]) -> bool {
        let limits = String::from_utf8_lossy(limits);
        let mut lines = limits.lines();
        let limit = lines.find_map(|line| line.strip_prefix("Max realtime timeout"));
        let hard = limit.and_then(|limit| limit.split_ascii_whitespace().nth(1));
        hard.and_then(|hard| hard.parse().ok()) == Some(self.0)
    }

    /// As [`from_word`](Self::from_word) reads it.
    pub(super) fn to_word(self) -> String {
        self.0.to_string()
    }

    /// The brand that a word of a command line names; `None` where it names none.
    pub(super) fn from_word(word: &str) -> Option<Self> {
        word.parse().ok().map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_brand_is_below_that_of_an_outer_run_and_above_every_limit_that_is_meant() {
        let number = |limit| Brand::below(limit, 7).map(|brand| brand.0);
        assert_eq!(number(None), Some((1 << 62) + 7));
        assert_eq!(number(number(None)), Some((1 << 61) + 7));
        assert_eq!(number(Some((1 << 53) + 7)), Some((1 << 52) + 7));
        for meant in [0, 1, 200_000, (1 << 53) - 1] {
            assert_eq!(number(Some(meant)), None, "{meant}");
        }
    }

    #[test]
    fn the_hard_limit_is_what_counts() {
        let brand = Brand::from_word("4611686018427387909").expect("a number");
        let limits = |soft: &str, hard: &str| {
            format!(
                "Limit                     Soft Limit           Hard Limit           Units     \n\
                 Max realtime priority     0                    0                    \n\
                 Max realtime timeout      {soft}  {hard}  us        \n"
            )
        };
        for (soft, hard, expected) in [
            ("4611686018427387909", "4611686018427387909", true),
            ("1000", "4611686018427387909", true),
            ("4611686018427387909", "4611686018427387908", false),
            ("unlimited", "unlimited", false),
        ] {
            assert_eq!(brand.is_in(limits(soft, hard).as_bytes()), expected, "{soft} {hard}");
        }
        assert!(!brand.is_in(b""));
        assert_eq!(Brand::from_word(&brand.to_word()), Some(brand));
    }
}
