//! The content of the graph in the page.
//!
//! Knows no colours and no page.

use crate::facts::Status;
use crate::picture::{Standing, Standings};
use crate::record::{Came, Case, PreloadCame, Record};

/// The results of tests, libraries and services.
pub(super) fn results(record: &Record) -> Standings {
    let (tests, libraries) = (record.outline.tests.len(), record.outline.libraries.len());
    let mut results = Standings {
        tests: vec![None; tests],
        libraries: vec![None; libraries],
        services: services(record),
        took: vec![None; libraries],
        waited: vec![None; tests],
    };
    let mut ended = vec![None; libraries];
    for library in &record.libraries {
        let index = library.id.index();
        results.libraries[index] = Some(match library.came {
            PreloadCame::ToNothing => Standing::NotRun,
            PreloadCame::Here { .. } | PreloadCame::Looked { .. } | PreloadCame::Checked { .. } => {
                Standing::Passed
            }
            PreloadCame::Failed(_) => Standing::Failed,
        });
        results.took[index] = library.ended.map(|ended| ended.saturating_sub(library.started));
        // Tests waited until the end of the run for a library that never became ready.
        ended[index] = Some(library.ended.unwrap_or(record.took));
    }
    for test in &record.tests {
        let index = test.id.index();
        results.tests[index] = Some(outcome(test));
        if results.tests[index] == Some(Standing::Blocked) {
            continue;
        }
        let needs = record.outline.test(test.id).needs.iter().copied();
        let came = needs.filter_map(|id| Some((id, ended[id.index()]?)));
        results.waited[index] = came.max_by_key(|&(id, at)| (at, id));
    }
    results
}

/// The results of services. A service that no test needed has not run.
fn services(record: &Record) -> Vec<Option<Standing>> {
    let planned = record.outline.services.iter();
    let came = planned.map(|planned| {
        let served = record.services.iter().find(|served| *served.name == *planned.name);
        match served {
            None => Standing::NotRun,
            Some(served) if served.is_lost() => Standing::Failed,
            Some(_) => Standing::Passed,
        }
    });
    came.map(Some).collect()
}

fn outcome(test: &Case) -> Standing {
    match test.came {
        Came::ToNothing | Came::To(Status::Empty | Status::Skip | Status::Interrupted) => {
            Standing::NotRun
        }
        Came::BlockedByLibrary(_) | Came::BlockedByService(_) | Came::BlockedByTest(_) => {
            Standing::Blocked
        }
        Came::To(Status::Pass | Status::Leak | Status::Xfail) => Standing::Passed,
        Came::To(Status::Race) => Standing::Raced,
        Came::To(Status::Flaky) => Standing::Flaky,
        Came::GivenUp
        | Came::To(
            Status::Xpass
            | Status::Fail
            | Status::Timeout
            | Status::Killed
            | Status::NotStarted
            | Status::ServiceLost,
        ) => Standing::Failed,
    }
}
