//! Known failures: which tests are expected not to pass. Knows no clock, and no result of a test.

use std::collections::BTreeMap;

use crate::text::word::words;
use crate::value::date::Date;
use crate::{Selection, Selector, Span, Suite, TestId, Unmatched};

words! {
    /// The expected result of a test that need not pass.
    ExpectedOutcome "expected outcome" {
        /// It fails. A pass counts as a failure.
        Fail = "fail",
        /// It passes, at the first or a later attempt.
        Flaky = "flaky",
        /// It passes or fails.
        Any = "any",
    }
}

/// One `[expect."SELECTOR"]`.
#[derive(Clone, Debug)]
pub struct Expectation {
    /// The tests that it covers.
    pub selector: Selector,
    /// The selector as written.
    pub written: String,
    /// The result that these tests may have.
    pub outcome: ExpectedOutcome,
    /// Why the tests need not pass.
    pub reason: String,
    /// The last day on which it holds.
    pub until: Option<Date>,
    /// The place of its name.
    pub span: Span,
    /// The 1-based line of its name.
    pub line: usize,
}

/// The expectation for each test of a suite on one day.
#[derive(Clone, Debug, Default)]
pub struct Expected {
    /// By test, the first expectation that covers it, and whether it still holds.
    of_tests: BTreeMap<TestId, (usize, bool)>,
    all: Vec<Expectation>,
}

impl Expected {
    /// Finds what `all` expect of the tests of `suite` on the day `today`. A copy has the expectation of its test.
    #[must_use]
    pub fn of(suite: &Suite, all: &[Expectation], today: Date) -> Self {
        let mut of_tests = BTreeMap::new();
        if !all.is_empty() {
            for (index, test) in suite.tests.iter().enumerate() {
                let means = |expectation: &Expectation| expectation.selector.matches(suite, test);
                if let Some(place) = all.iter().position(means) {
                    let holds = all[place].until.is_none_or(|until| today <= until);
                    of_tests.insert(TestId::new(index), (place, holds));
                }
            }
        }
        Self { of_tests, all: all.to_vec() }
    }

    /// The expectation for a test, if there is one.
    #[must_use]
    pub fn test(&self, id: TestId) -> Option<&Expectation> {
        self.known(id).filter(|(_, holds)| *holds).map(|(expectation, _)| expectation)
    }

    /// The expectation for a test whose last day is over.
    #[must_use]
    pub fn lapsed(&self, id: TestId) -> Option<&Expectation> {
        self.known(id).filter(|(_, holds)| !holds).map(|(expectation, _)| expectation)
    }

    fn known(&self, id: TestId) -> Option<(&Expectation, bool)> {
        let (place, holds) = *self.of_tests.get(&id)?;
        Some((&self.all[place], holds))
    }
}

impl Expectation {
    /// The values in its selector that fit no test of `suite`. If each value fits some test, but no test fits them all,
    /// the list is empty. `None` if the selector covers a test.
    #[must_use]
    pub fn misses(&self, suite: &Suite) -> Option<Vec<Unmatched>> {
        let selection = Selection::new(vec![self.selector.clone()], &[]);
        let means = |test| self.selector.matches(suite, test);
        let may_mean = |outline| selection.may_mean(suite, outline);
        if suite.tests.iter().any(means) || suite.unlisted.iter().any(may_mean) {
            return None;
        }
        Some(selection.unmatched(suite))
    }
}
