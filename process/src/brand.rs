//! The brand of a run: a number in a resource limit that no program uses. It marks everything that a run has started, for as
//! long as it lives.
//!
//! A process may give up its group, session, environment and parent, but it inherits a hard limit and cannot raise it. A limit
//! far above any real need restricts nothing and leaves room for a number. probe sets it once, and everything that it starts
//! inherits it, so a test costs nothing. Does not know what becomes of branded processes.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "macos")]
mod macos;

use std::sync::OnceLock;

#[cfg(target_os = "linux")]
use linux as system;
#[cfg(target_os = "macos")]
use macos as system;

use crate::process_id::ProcessId;

/// The number of random bits in a brand.
const BITS: u32 = 48;
/// The lowest and the highest power of two below a brand: 142 years and 146,000 years, in microseconds. A run within a run
/// takes half of what it finds.
const POWERS: std::ops::RangeInclusive<u32> = 52..=62;

/// The mark that all processes of one run have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Brand(u64);

impl Brand {
    /// Brands this process, and so everything that it starts from now on. Returns `None` if the limit is already set to a value
    /// of use.
    pub fn take() -> Option<Self> {
        static TAKEN: OnceLock<Option<Brand>> = OnceLock::new();
        *TAKEN.get_or_init(|| {
            let brand = Self::below(system::limit(), rand::random())?;
            system::set_limit(brand.0).then_some(brand)
        })
    }

    /// A brand that a process with this limit may take.
    fn below(limit: Option<u64>, random: u64) -> Option<Self> {
        let power = match limit {
            None => *POWERS.end(),
            // The brand of an outer run, or a limit that somebody set on purpose, which stays.
            Some(limit) => limit.checked_ilog2()?.checked_sub(1)?,
        };
        POWERS.contains(&power).then(|| Self((1 << power) + (random & ((1 << BITS) - 1))))
    }

    /// Whether a process has this brand.
    pub(super) fn is_on(self, pid: ProcessId) -> bool {
        system::limit_of(pid) == Some(self.0)
    }

    /// The brand as a word that [`from_word`](Self::from_word) reads.
    pub(super) fn to_word(self) -> String {
        self.0.to_string()
    }

    /// Reads a brand from a word of a command line; `None` if the word is no brand.
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
    fn a_brand_is_passed_on_as_a_word() {
        let brand = Brand::from_word("4611686018427387909").expect("a number");
        assert_eq!(Brand::from_word(&brand.to_word()), Some(brand));
        assert_eq!(Brand::from_word(""), None);
    }
}
