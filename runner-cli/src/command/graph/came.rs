//! What the tests and libraries of a graph last came to, for its picture.

use probe_scenario::{LibraryId, Suite, TestId};

use crate::history::{Entry, History, Last, Outcome as Ran, Past};
use probe_report::picture::{Outcome, Results};

/// What the history knows of them; `None` where that is nothing.
pub(super) fn results(
    suite: &Suite,
    tests: &[TestId],
    history: &mut History,
    past: &Past,
) -> Option<Results> {
    let last = history.last(suite, tests);
    if last.iter().all(Option::is_none) {
        return None;
    }
    let imports = history.last_imports(suite);
    let mut results = Results {
        tests: vec![None; suite.tests.len()],
        libraries: vec![None; suite.libraries.len()],
        took: vec![None; suite.libraries.len()],
        ..Results::default()
    };
    // By library, the last run in which a test had it.
    let mut had = vec![None; suite.libraries.len()];
    for &id in tests {
        let outcome = last[id.index()].map_or(Outcome::NotRun, outcome);
        results.tests[id.index()] = Some(outcome);
        // A test that has run had its libraries.
        if let Some(Last::Ran(entry)) = last[id.index()] {
            for library in suite.libraries_before(&suite.tests[id.index()]) {
                let had = &mut had[library.index()];
                *had = (*had).max(Some(entry.run));
            }
        }
    }
    for (index, import) in imports.iter().enumerate() {
        results.libraries[index] = library(had[index], *import);
    }
    for (index, took) in results.took.iter_mut().enumerate() {
        *took = past.measured(LibraryId::new(index));
    }
    Some(results)
}

/// What a library last came to: whether a test has had it since it could not be imported.
fn library(had: Option<i64>, import: Option<Entry>) -> Option<Outcome> {
    match import {
        Some(import) if import.outcome.has_failed() && had <= Some(import.run) => {
            Some(Outcome::Failed)
        }
        Some(_) => Some(Outcome::Passed),
        None => had.map(|_| Outcome::Passed),
    }
}

fn outcome(last: Last) -> Outcome {
    match last {
        Last::CutShort => Outcome::Blocked,
        Last::Ran(entry) => match entry.outcome {
            Ran::Passed if entry.attempts > 1 => Outcome::Flaky,
            Ran::Passed => Outcome::Passed,
            Ran::PassedAfterRace => Outcome::Raced,
            Ran::Empty => Outcome::NotRun,
            Ran::Failed | Ran::TimedOut => Outcome::Failed,
        },
    }
}
