//! What the tests and libraries of a graph last came to, for its picture.

use probe_scenario::{LibraryId, Suite, TestId};

use crate::history::{History, Last, Outcome as Ran, Past};
use crate::picture::{Outcome, Results};

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
    let mut results = Results {
        tests: vec![None; suite.tests.len()],
        libraries: vec![None; suite.libraries.len()],
        took: vec![None; suite.libraries.len()],
        ..Results::default()
    };
    for &id in tests {
        let outcome = last[id.index()].map_or(Outcome::NotRun, outcome);
        results.tests[id.index()] = Some(outcome);
        // A test that has run had its libraries.
        if let Some(Last::Ran(_)) = last[id.index()] {
            for need in &suite.tests[id.index()].needs {
                results.libraries[need.library.index()] = Some(Outcome::Passed);
            }
        }
    }
    for (index, took) in results.took.iter_mut().enumerate() {
        *took = past.measured(LibraryId::new(index));
    }
    Some(results)
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
