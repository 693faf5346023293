//! Tests that nothing in the graph tells apart, as one: what keeps a picture of 30,000 tests readable.
//!
//! Knows no format and writes nothing.

use std::collections::BTreeMap;

use probe_scenario::{LibraryId, Suite, Test, TestId};

use crate::plan::Plan;

/// Tests of one box that are named; the rest is counted.
const NAMED: usize = 3;

/// Tests that wait for the same.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Fold {
    /// What they wait for, by id.
    pub(super) libraries: Vec<LibraryId>,
    /// The tests that must have passed before each of them, by id; for [`by_libraries`] nothing, since they may differ.
    pub(super) after: Vec<TestId>,
    /// The tests, in the order of the manifest; at least one.
    pub(super) tests: Vec<TestId>,
}

impl Fold {
    /// The lines of a box: the name of a single test, or the number of tests and the first names.
    pub(super) fn lines(&self, suite: &Suite) -> Vec<String> {
        let name = |id: &TestId| suite.tests[id.index()].to_string();
        if let [only] = self.tests.as_slice() {
            return vec![name(only)];
        }
        let mut lines = vec![count(self.tests.len())];
        // A line that says "1 more" is no shorter than the name.
        let named = if self.tests.len() > NAMED + 1 { NAMED } else { self.tests.len() };
        lines.extend(self.tests[..named].iter().map(name));
        if self.tests.len() > named {
            lines.push(format!("… and {} more", self.tests.len() - named));
        }
        lines
    }
}

/// Tests by all the libraries that must be there before them, in the order in which they can start: fewest libraries
/// first, then as in the manifest.
pub(super) fn by_libraries(suite: &Suite, plan: &Plan) -> Vec<Fold> {
    let mut folds: BTreeMap<(usize, Vec<LibraryId>), Vec<TestId>> = BTreeMap::new();
    for &id in plan.tests() {
        let libraries = suite.libraries_before(&suite.tests[id.index()]);
        folds.entry((libraries.len(), libraries)).or_default().push(id);
    }
    folds
        .into_iter()
        .map(|((_, libraries), tests)| Fold { libraries, after: Vec::new(), tests })
        .collect()
}

/// Tests that need the same libraries, come after the same tests and before the same tests. An arrow between two folds
/// holds for each pair of their tests, so that folding loses nothing. Fewest libraries first, then as in the manifest.
pub(super) fn by_edges(suite: &Suite, plan: &Plan) -> Vec<Fold> {
    let mut followers: Vec<Vec<TestId>> = vec![Vec::new(); suite.tests.len()];
    for &id in plan.tests() {
        for earlier in &suite.tests[id.index()].after {
            followers[earlier.index()].push(id);
        }
    }
    let mut folds: BTreeMap<_, Vec<TestId>> = BTreeMap::new();
    for &id in plan.tests() {
        let test = &suite.tests[id.index()];
        let libraries = needs(test);
        let mut after = test.after.clone();
        after.sort_unstable();
        let followers = std::mem::take(&mut followers[id.index()]);
        folds.entry((libraries.len(), libraries, after, followers)).or_default().push(id);
    }
    folds
        .into_iter()
        .map(|((_, libraries, after, _), tests)| Fold { libraries, after, tests })
        .collect()
}

/// The libraries that a test itself asks for, by id.
fn needs(test: &Test) -> Vec<LibraryId> {
    test.needs.iter().map(|need| need.library).collect()
}

/// `1 test`, `2 tests`.
pub(super) fn count(tests: usize) -> String {
    if tests == 1 { "1 test".to_owned() } else { format!("{tests} tests") }
}
