//! What is expected of tests besides that they pass: failures that are known. Knows no clock, and not what a test comes to.

use std::collections::BTreeMap;

use crate::text::word::words;
use crate::value::date::Date;
use crate::{Selection, Selector, Span, Suite, TestId, Unmatched};

words! {
    /// What a test may come to that is expected not to pass.
    ExpectedOutcome "expected outcome" {
        /// It fails; that it passes is a failure.
        Fail = "fail",
        /// It passes only at a later attempt, or at once.
        Flaky = "flaky",
        /// It passes, or it fails.
        Any = "any",
    }
}

/// One `[expect."SELECTOR"]`.
#[derive(Clone, Debug)]
pub struct Expectation {
    /// The tests that it is about.
    pub selector: Selector,
    /// The selector as it was written.
    pub written: String,
    /// What they may come to.
    pub outcome: ExpectedOutcome,
    /// Why.
    pub reason: String,
    /// The last day on which it holds.
    pub until: Option<Date>,
    /// Where its name stands.
    pub span: Span,
    /// The 1-based line of its name.
    pub line: usize,
}

/// What is expected of each test of a suite on one day.
#[derive(Clone, Debug, Default)]
pub struct Expected {
    /// By test, the first expectation that means it, and whether it still holds.
    of_tests: BTreeMap<TestId, (usize, bool)>,
    all: Vec<Expectation>,
}

impl Expected {
    /// What `all` say of the tests of `suite`, `today`; of a copy what they say of the test itself.
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

    /// What is expected of a test, if anything is.
    #[must_use]
    pub fn test(&self, id: TestId) -> Option<&Expectation> {
        self.known(id).filter(|(_, holds)| *holds).map(|(expectation, _)| expectation)
    }

    /// What was expected of a test until a day that is over.
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
    /// The values in its selector that fit no test of `suite`, or, where each fits some, whether no test has them all.
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
