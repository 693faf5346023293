//! Tests within a process as cases of their own. Knows no events.

use std::io;

use quick_junit::{NonSuccessKind, Property, TestCase, TestCaseStatus};

use super::{name_in_suite, streams, suite_name};
use crate::facts::{Finish, Subtest, SubtestStatus};
use crate::record::{Case, End, Record};

/// The tests that stand for a process, and whether the process is also a case: it is one if it has more to say than they
/// do.
pub(super) fn within(test: &Case) -> (&[Subtest<'static>], bool) {
    let Some((_, end)) = test.last_end() else { return (&[], true) };
    let has_failed = end.subtests.iter().any(Subtest::has_failed);
    let accounts = match &end.ending {
        Finish::Passed | Finish::Skipped { .. } => true,
        Finish::Exited { .. } | Finish::Belied { .. } => has_failed,
        // Its failures do not count.
        Finish::Expected { .. } => return (&[], true),
        _ => false,
    };
    let is_own = end.subtests.is_empty() || test.attempts.len() > 1 || !accounts;
    (&end.subtests, is_own)
}

/// A case for each of them.
pub(super) fn cases(record: &Record, test: &Case) -> io::Result<Vec<TestCase>> {
    let (subtests, is_own) = within(test);
    let Some((_, end)) = test.last_end() else { return Ok(Vec::new()) };
    let mut cases: Vec<TestCase> =
        subtests.iter().map(|subtest| case(record, test, subtest)).collect();
    let first = subtests.iter().position(Subtest::has_failed);
    if let (Some(first), false) = (first, is_own) {
        said(record, end, &mut cases[first])?;
    }
    Ok(cases)
}

/// Adds the output of the process to the first test that failed.
fn said(record: &Record, end: &End, case: &mut TestCase) -> io::Result<()> {
    let (out, err) = streams(record, end)?;
    out.map(|out| case.set_system_out(out));
    err.map(|err| case.set_system_err(err));
    Ok(())
}

fn case(record: &Record, test: &Case, subtest: &Subtest<'_>) -> TestCase {
    let status = match subtest.status {
        SubtestStatus::Pass => TestCaseStatus::success(),
        SubtestStatus::Skip => {
            let mut status = TestCaseStatus::skipped();
            if !subtest.message.is_empty() {
                status.set_message(&*subtest.message);
            }
            status
        }
        SubtestStatus::Fail => {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
            status.set_message(&*subtest.message).set_type("fail");
            if !subtest.text.is_empty() {
                status.set_description(&*subtest.text);
            }
            status
        }
    };
    let mut case = TestCase::new(&*subtest.name, status);
    let suite = suite_name(record, test);
    case.set_classname(if subtest.group.is_empty() { suite } else { &*subtest.group });
    if let Some(took) = subtest.took {
        case.set_time(took.duration());
    }
    if let Some(file) = &subtest.file {
        case.extra.insert("file".into(), (&**file).into());
    }
    if let Some(line) = subtest.line {
        case.extra.insert("line".into(), line.to_string().into());
    }
    // Two processes may have a test of one name.
    case.add_property(Property::new("test", name_in_suite(record, test)));
    case
}
