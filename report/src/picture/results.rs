//! The results of a run in a picture: a box has the colour of its worst member, and counts the results of its members.
//!
//! Knows neither runs nor histories: the caller fills in [`Standings`].

use std::time::Duration;

use probe_scenario::{LibraryId, ServiceId, TestId};

/// The result of a test, a library or a service, from the least to the most important.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// It did not run.
    NotRun,
    /// It passed.
    Passed,
    /// It passed after a race.
    Raced,
    /// It passed at a later attempt.
    Flaky,
    /// Something that it waits for has failed.
    Blocked,
    /// It failed.
    Failed,
}

/// The known results of a run. A missing entry is unknown.
#[derive(Clone, Debug, Default)]
pub struct Standings {
    /// By [`TestId`].
    pub tests: Vec<Option<Standing>>,
    /// By [`LibraryId`].
    pub libraries: Vec<Option<Standing>>,
    /// By [`ServiceId`].
    pub services: Vec<Option<Standing>>,
    /// By [`LibraryId`], how long its preparation took.
    pub took: Vec<Option<Duration>>,
    /// By [`TestId`], the library that a test waited for last, and until when. A missing entry may also mean no wait.
    pub waited: Vec<Option<(LibraryId, Duration)>>,
}

/// The number of members of a box, by result.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Tally([usize; Standing::ALL.len()]);

impl Standing {
    pub(super) const ALL: [Self; 6] =
        [Self::NotRun, Self::Passed, Self::Raced, Self::Flaky, Self::Blocked, Self::Failed];

    /// In the style sheet.
    pub(super) fn class(self) -> &'static str {
        match self {
            Self::NotRun => "not-run",
            Self::Passed => "passed",
            Self::Raced => "raced",
            Self::Flaky => "flaky",
            Self::Blocked => "blocked",
            Self::Failed => "failed",
        }
    }

    fn word(self) -> &'static str {
        match self {
            Self::NotRun => "not run",
            Self::Raced => "passed after a race",
            other => other.class(),
        }
    }
}

impl Standings {
    pub(super) fn of_tests(&self, tests: &[TestId]) -> Tally {
        tests.iter().filter_map(|id| *self.tests.get(id.index())?).collect()
    }

    pub(super) fn of_libraries(&self, libraries: &[LibraryId]) -> Tally {
        libraries.iter().filter_map(|id| *self.libraries.get(id.index())?).collect()
    }

    pub(super) fn of_services(&self, services: &[ServiceId]) -> Tally {
        services.iter().filter_map(|id| *self.services.get(id.index())?).collect()
    }
}

impl FromIterator<Standing> for Tally {
    fn from_iter<I: IntoIterator<Item = Standing>>(outcomes: I) -> Self {
        let mut counts = [0; Standing::ALL.len()];
        outcomes.into_iter().for_each(|outcome| counts[outcome as usize] += 1);
        Self(counts)
    }
}

impl Tally {
    /// The outcomes that there are with their numbers, the worst first.
    pub(super) fn counts(&self) -> impl Iterator<Item = (Standing, usize)> {
        let counts = Standing::ALL.into_iter().zip(self.0).rev();
        counts.filter(|(_, count)| *count > 0)
    }

    pub(super) fn worst(&self) -> Option<Standing> {
        self.counts().next().map(|(outcome, _)| outcome)
    }

    pub(super) fn total(&self) -> usize {
        self.0.iter().sum()
    }

    /// Of tests: `failed`; `all passed`; `2 failed, 38 passed`.
    pub(super) fn of_tests(&self) -> String {
        self.words(Standing::word)
    }

    /// Of libraries: `failed`; `all imported`; `1 failed, 2 imported`.
    pub(super) fn of_libraries(&self) -> String {
        self.words(|outcome| match outcome {
            Standing::Passed => "prepared",
            other => other.word(),
        })
    }

    /// Of services: `lost`; `all ready`; `1 lost, 2 ready`.
    pub(super) fn of_services(&self) -> String {
        self.words(|outcome| match outcome {
            Standing::Passed => "ready",
            Standing::Failed => "lost",
            Standing::NotRun => "not started",
            other => other.word(),
        })
    }

    fn words(&self, word: fn(Standing) -> &'static str) -> String {
        let counts: Vec<(Standing, usize)> = self.counts().collect();
        match counts.as_slice() {
            [(outcome, 1)] => word(*outcome).to_owned(),
            [(outcome, _)] => format!("all {}", word(*outcome)),
            counts => {
                let words: Vec<String> = counts
                    .iter()
                    .map(|(outcome, count)| format!("{count} {}", word(*outcome)))
                    .collect();
                words.join(", ")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tally_names_the_worst_first_and_a_single_kind_without_its_number() {
        let words = |outcomes: &[Standing]| outcomes.iter().copied().collect::<Tally>().of_tests();
        assert_eq!(words(&[]), "");
        assert_eq!(words(&[Standing::Raced]), "passed after a race");
        assert_eq!(words(&[Standing::Passed, Standing::Passed]), "all passed");
        assert_eq!(
            words(&[Standing::Passed, Standing::NotRun, Standing::Failed, Standing::Passed]),
            "1 failed, 2 passed, 1 not run"
        );
        let libraries: Tally = [Standing::Passed, Standing::Failed].into_iter().collect();
        assert_eq!(libraries.of_libraries(), "1 failed, 1 prepared");
        for (index, outcome) in Standing::ALL.into_iter().enumerate() {
            assert_eq!(outcome as usize, index);
        }
    }
}
