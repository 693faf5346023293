//! An order of tests by chance, which a seed names: the same seed and the same tests give the same order, on every machine, and
//! tests that are left out change nothing in that of the others.
//!
//! Does not know who draws the seed.

use std::time::Duration;

use probe_loader::Sha256;
use probe_run::Expectations;
use probe_scenario::{LibraryId, Suite, TestId};

use crate::history::Past;

/// Tests by chance, libraries as ever.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shuffled<'a> {
    pub(crate) suite: &'a Suite,
    pub(crate) past: &'a Past,
    /// `None`: nothing is left to chance.
    pub(crate) seed: Option<u64>,
}

impl Expectations for Shuffled<'_> {
    fn test(&self, test: TestId) -> Option<Duration> {
        self.past.test(test)
    }

    fn library(&self, library: LibraryId) -> Option<Duration> {
        self.past.library(library)
    }

    fn rank(&self, test: TestId) -> Option<u64> {
        let name = &self.suite.tests[test.index()];
        self.seed.map(|seed| rank(seed, &name.to_string()))
    }
}

/// The place of a test in the order of a seed.
fn rank(seed: u64, name: &str) -> u64 {
    let digest = Sha256::of(format!("{seed} {name}").as_bytes());
    let (first, _) = digest.as_bytes().split_first_chunk().expect("it has 32 bytes");
    u64::from_be_bytes(*first)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a seed means stays so: it stands in reports of old runs.
    #[test]
    fn a_seed_always_means_the_same_order() {
        let order = |seed| {
            let mut names = ["a", "b", "c", "d", "e", "f"];
            names.sort_by_key(|name| rank(seed, name));
            names.concat()
        };
        assert_eq!([1, 2, 3, u64::MAX].map(order), ["cabefd", "fadbce", "dabcef", "facdeb"]);
    }
}
