//! What the tests and libraries of a graph last came to, for its picture.

use probe_report::picture::{Standing, Standings};
use probe_scenario::{LibraryId, Suite, TestId};

use crate::history::{Entry, History, Last, Outcome as Ran, Past};

/// What the history knows of them; `None` where that is nothing.
pub(super) fn results(
    suite: &Suite,
    tests: &[TestId],
    history: &mut History,
    past: &Past,
) -> Option<Standings> {
    let last = history.last(suite, tests);
    if last.iter().all(Option::is_none) {
        return None;
    }
    let imports = history.last_imports(suite);
    let mut results = Standings {
        tests: vec![None; suite.tests.len()],
        libraries: vec![None; suite.libraries.len()],
        took: vec![None; suite.libraries.len()],
        ..Standings::default()
    };
    // By library, the last run in which a test had it.
    let mut had = vec![None; suite.libraries.len()];
    for &id in tests {
        let outcome = last[id.index()].map_or(Standing::NotRun, outcome);
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

/// What a library last came to: whether a test has had it since it could not be prepared.
fn library(had: Option<i64>, import: Option<Entry>) -> Option<Standing> {
    match import {
        Some(import) if import.outcome.has_failed() && had <= Some(import.run) => {
            Some(Standing::Failed)
        }
        Some(_) => Some(Standing::Passed),
        None => had.map(|_| Standing::Passed),
    }
}

fn outcome(last: Last) -> Standing {
    match last {
        Last::CutShort => Standing::Blocked,
        Last::Ran(entry) => match entry.outcome {
            Ran::Passed if entry.attempts > 1 => Standing::Flaky,
            Ran::Passed => Standing::Passed,
            Ran::PassedAfterRace => Standing::Raced,
            Ran::Expected | Ran::Skipped | Ran::Empty => Standing::NotRun,
            Ran::Failed | Ran::TimedOut => Standing::Failed,
        },
    }
}
