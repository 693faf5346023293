//! What a run may know of earlier ones: which tests have not passed since, and how long each unit is expected to take.

use std::time::Duration;

use probe_run::Expectations;
use probe_scenario::{LibraryId, Suite, TestId};

use super::database::{Database, Known, TestName};
use super::recent::median;

/// Expected times are multiples of it, and at least one: less makes no difference to a plan, and the order of quick tests
/// should not change with every run.
const GRAIN: Duration = Duration::from_millis(100);

/// What is known of tests and libraries, by id.
#[derive(Debug)]
pub(crate) struct Past {
    tests: Vec<Option<Known>>,
    libraries: Vec<Option<Duration>>,
    /// What a test is expected to take of which nothing is known: the median of the others.
    any_test: Option<Duration>,
    any_library: Option<Duration>,
}

impl Past {
    /// Nothing is known.
    pub(crate) fn unknown(suite: &Suite) -> Self {
        Self {
            tests: vec![None; suite.tests.len()],
            libraries: vec![None; suite.libraries.len()],
            any_test: None,
            any_library: None,
        }
    }

    pub(super) fn read(
        database: &Database,
        suite: &Suite,
        tests: &[TestId],
    ) -> rusqlite::Result<Self> {
        let mut past = Self::unknown(suite);
        for &id in tests {
            past.tests[id.index()] = database.test(name(suite, id))?;
        }
        for (known, library) in past.libraries.iter_mut().zip(&suite.libraries) {
            *known = database.library(&library.name)?;
        }
        let known = past.tests.iter().filter_map(|known| known.as_ref()?.expected);
        past.any_test = median(known.collect());
        past.any_library = median(past.libraries.iter().copied().flatten().collect());
        Ok(past)
    }

    /// Those of `tests` that have not passed since they failed, were blocked or did not come to run; `None` if none of
    /// `tests` is known.
    pub(crate) fn outstanding(&self, tests: &[TestId]) -> Option<Vec<TestId>> {
        let known = |id: &TestId| self.tests[id.index()];
        tests.iter().any(|id| known(id).is_some()).then(|| {
            let outstanding =
                tests.iter().filter(|id| known(id).is_some_and(|test| test.outstanding));
            outstanding.copied().collect()
        })
    }

    /// How long this test took as a rule; `None` if no run has measured it.
    pub(crate) fn measured_test(&self, id: TestId) -> Option<Duration> {
        self.tests[id.index()].and_then(|known| known.expected)
    }

    /// Whether a run has measured this test, so that its expected time is no guess.
    pub(crate) fn has_test(&self, id: TestId) -> bool {
        self.tests[id.index()].is_some_and(|known| known.expected.is_some())
    }

    /// The same for an import.
    pub(crate) fn has_library(&self, id: LibraryId) -> bool {
        self.libraries[id.index()].is_some()
    }

    /// How long an import of this library took as a rule; `None` if no run has measured it.
    pub(crate) fn measured(&self, id: LibraryId) -> Option<Duration> {
        self.libraries[id.index()]
    }
}

impl Expectations for Past {
    /// Of a test of which nothing is known it is what the others take.
    fn test(&self, id: TestId) -> Option<Duration> {
        let own = self.tests[id.index()].and_then(|known| known.expected);
        own.or(self.any_test).map(grained)
    }

    /// Of an import that has to fetch or build its library.
    fn library(&self, id: LibraryId) -> Option<Duration> {
        // Of checks, which are added to a run, nothing is known.
        let known = self.libraries.get(id.index())?;
        known.or(self.any_library).map(grained)
    }
}

/// How the history names a test.
pub(super) fn name(suite: &Suite, id: TestId) -> TestName<'_> {
    let test = &suite.tests[id.index()];
    TestName { suite: test.suite.as_deref().unwrap_or_default(), name: &test.name }
}

/// The next multiple of [`GRAIN`].
fn grained(duration: Duration) -> Duration {
    let grains = duration.as_millis().div_ceil(GRAIN.as_millis()).max(1);
    GRAIN.saturating_mul(u32::try_from(grains).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_rounded_up_to_tenths_of_a_second() {
        for (millis, expected) in [(0, 100), (100, 100), (101, 200), (1_251, 1_300)] {
            assert_eq!(grained(Duration::from_millis(millis)), Duration::from_millis(expected));
        }
        assert_eq!(grained(Duration::MAX).as_secs(), 429_496_729);
    }
}
