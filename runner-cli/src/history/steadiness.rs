//! How steady a test is: whether it fails and passes without anybody having changed anything, as far as outcomes tell.

use super::recent::{Entry, Outcome};

/// What the last runs of a test say of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Steadiness {
    pub(crate) runs: usize,
    /// Runs in which it passed only at a later attempt.
    pub(crate) flaky: usize,
    /// Runs in which it passed after a race.
    pub(crate) raced: usize,
    /// Runs in which it failed, although it had passed before and has passed since.
    pub(crate) flipped: usize,
}

impl Steadiness {
    /// Of outcomes, the oldest first. A test that has been broken or mended once is steady: only one that has passed before
    /// *and* since may have failed by chance. One that has failed in a row for long was broken.
    pub(crate) fn of(entries: &[Entry]) -> Self {
        // What ran nothing says nothing.
        let ran = entries.iter().filter(|entry| !entry.outcome.says_nothing());
        let entries: Vec<Entry> = ran.copied().collect();
        let has_passed = |entry: &Entry| entry.outcome.has_passed();
        let mut steadiness = Self { runs: entries.len(), ..Self::default() };
        for entry in &entries {
            match entry.outcome {
                Outcome::PassedAfterRace => steadiness.raced += 1,
                Outcome::Passed if entry.attempts > 1 => steadiness.flaky += 1,
                Outcome::Passed
                | Outcome::Skipped
                | Outcome::Expected
                | Outcome::Empty
                | Outcome::Failed
                | Outcome::TimedOut => {}
            }
        }
        let first = entries.iter().position(has_passed);
        let last = entries.iter().rposition(has_passed);
        if let (Some(first), Some(last)) = (first, last) {
            let failures = entries[first..=last].split(has_passed).map(<[Entry]>::len);
            steadiness.flipped = failures.filter(|count| *count <= BY_CHANCE).sum();
        }
        steadiness
    }

    /// Runs in which the test was not steady.
    pub(crate) fn unsteady(self) -> usize {
        self.flaky + self.raced + self.flipped
    }
}

/// More failures one after the other are none by chance.
const BY_CHANCE: usize = 2;

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    /// Runs as letters: passed, flaky, race, failed, timed out.
    fn check(runs: &str, flaky: usize, raced: usize, flipped: usize) {
        let entry = |(run, letter)| {
            let (outcome, attempts) = match letter {
                'p' => (Outcome::Passed, 1),
                'y' => (Outcome::Passed, 2),
                'r' => (Outcome::PassedAfterRace, 2),
                't' => (Outcome::TimedOut, 1),
                'e' => (Outcome::Empty, 1),
                _ => (Outcome::Failed, 1),
            };
            Entry { run, outcome, attempts, took: Duration::ZERO }
        };
        let entries: Vec<Entry> = (0..).zip(runs.chars()).map(entry).collect();
        let ran = runs.replace('e', "").len();
        let expected = Steadiness { runs: ran, flaky, raced, flipped };
        assert_eq!(Steadiness::of(&entries), expected, "{runs}");
    }

    #[test]
    fn a_test_that_was_broken_or_mended_once_is_steady() {
        for runs in ["", "p", "f", "ppp", "fff", "fffpp", "pppff", "ffpppff", "ppffffpp", "pep"] {
            check(runs, 0, 0, 0);
        }
    }

    #[test]
    fn a_test_that_comes_and_goes_is_not() {
        check("pfp", 0, 0, 1);
        check("ppftpp", 0, 0, 2);
        check("fpfpffpf", 0, 0, 3);
        check("pypry", 2, 1, 0);
        check("ryf", 1, 1, 0);
    }
}
