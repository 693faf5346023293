//! What is expected of tests today, and what is to be said of that.

use std::time::SystemTime;

use chrono::{DateTime, Datelike, Utc};
use probe_run::Summary;
use probe_scenario::{Date, Expected};

use crate::project::Project;
use crate::ui::print_warning;

/// What is expected of the project's tests today. Whoever expects something of no test is told.
pub(super) fn expected(project: &Project) -> Expected {
    for expectation in &project.expectations {
        let Some(unmatched) = expectation.misses(&project.suite) else { continue };
        let why = match unmatched.first() {
            Some(unmatched) => unmatched.to_string(),
            None => "no test has all of that".to_owned(),
        };
        let (name, line) = (&project.source.name, expectation.line);
        let written = &expectation.written;
        print_warning(&format_args!(
            "{name}:{line}: `[expect.\"{written}\"]` means no test: {why}"
        ));
    }
    Expected::of(&project.suite, &project.expectations, today())
}

/// Says of tests that failed since when that is not expected any more.
pub(super) fn lapsed(project: &Project, expected: &Expected, summary: &Summary) {
    for failure in &summary.failed {
        let test = project.suite.original(failure.test);
        let Some(expectation) = expected.lapsed(test) else { continue };
        let Some(until) = expectation.until else { continue };
        let (name, line) = (&project.source.name, expectation.line);
        let (test, reason) = (&project.suite.tests[test.index()], &expectation.reason);
        print_warning(&format_args!(
            "`{test}` was expected to fail until {until}, and counts again: {reason} ({name}:{line})"
        ));
    }
}

/// The day in UTC, so that it is the same one on every machine.
fn today() -> Date {
    let now = DateTime::<Utc>::from(SystemTime::now());
    let number = |number: u32| u8::try_from(number).unwrap_or(u8::MAX);
    Date {
        year: u16::try_from(now.year()).unwrap_or(u16::MAX),
        month: number(now.month()),
        day: number(now.day()),
    }
}
