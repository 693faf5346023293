//! The accounts of a run: every test is in exactly one, and the numbers add up.

use super::course::{Course, End, Stand};
use super::judge::{Judge, Shelf};
use crate::exit::Exit;
use crate::stop::Stop;
use crate::summary::Summary;

/// Compares a run's summary with what the judge saw.
pub(super) fn check(judge: &Judge<'_>, summary: &Summary) {
    let count = |stand: Stand| judge.tests.iter().filter(|course| course.stand == stand).count();
    let ended = |end: End| count(Stand::Ended(end));
    judge.require(summary.passed == ended(End::Passed), "tests that passed are counted");
    let failed = ended(End::Failed) + ended(End::Flaky) + ended(End::Unexpected);
    let expected = ended(End::Expected);
    judge.require(summary.expected.len() == expected, "expected failures are counted");
    judge.require(summary.failed.len() == failed, "tests that failed are counted");
    judge.require(failed == judge.failed, "nobody fails twice");
    judge.require(summary.empty.len() == ended(End::Empty), "tests that ran nothing are counted");
    judge
        .require(summary.skips.len() == ended(End::Skipped), "tests that were skipped are counted");
    let blocked = summary.blocked() + summary.after_skipped.len();
    judge.require(blocked == count(Stand::Blocked), "blocked tests are counted");
    let all = summary.done() + blocked + summary.not_run;
    judge.require(all == judge.tests.len(), "every test is in one account");
    judge.require(summary.stop == judge.stop, "why a run was stopped is in its summary");
    let is_whole = summary.stop.is_some() || summary.not_run == 0;
    judge.require(is_whole, "only a stop keeps tests from running");
    let waits = |course: &&Course| {
        judge.spec.test(course.id).is_finally && matches!(course.stand, Stand::Waits { .. })
    };
    let finally = judge.tests.iter().filter(waits).count();
    let is_named = judge.overtime.is_none_or(|left| left + finally == summary.not_run);
    judge.require(is_named, "who had not started when the time was over has not run");
    judge.require(summary.strays.len() == 1, "what tests have left is named");
    judge.require(summary.doubled.len() == 1, "what was written several times is named");
    judge.require(summary.leaky.len() == judge.leaks, "tests that left something are named");
    judge.require(summary.raced.len() == judge.raced, "races are named");
    judge.require(summary.gathered.len() == judge.gathered, "what speaks of a place is kept");
    let passed = || judge.tests.iter().filter(|course| course.stand == Stand::Ended(End::Passed));
    let flaky = passed().filter(|course| course.failures > 0).count();
    judge.require(summary.flaky.len() == flaky, "flaky tests are named");
    let recovered = passed().filter(|course| course.failures == 0 && course.races > 0).count();
    judge.require(summary.recovered.len() == recovered, "tests that raced and passed are named");
    let is_slow = |id| judge.spec.score().limits(judge.spec.test(id)).slow;
    let slow = passed().filter(|course| course.took >= is_slow(course.id)).count();
    judge.require(summary.slow.len() == slow, "slow tests are named");
    for failure in &summary.failed {
        let course = &judge.tests[failure.test.index()];
        let number = course.number();
        let is_right = failure.attempts == number || failure.attempts + 1 == number;
        judge.require(is_right, "attempts are counted");
    }
    for (shelf, place) in judge.libraries.iter().zip(&summary.places) {
        let is_right = *shelf != Shelf::There || place.is_some();
        judge.require(is_right, "where a library is that is there is in the summary");
    }
    let failed_libraries = judge.libraries.iter().filter(|shelf| **shelf == Shelf::Failed).count();
    judge.require(
        summary.not_imported.len() == failed_libraries,
        "libraries that could not be prepared are named",
    );
    judge.books_of_services(summary);
    let exit = match judge.stop {
        Some(Stop::Signal(signal)) => {
            Exit::Signal(u8::try_from(signal.number()).expect("it is small"))
        }
        _ if failed > 0 || judge.overtime.is_some() => Exit::TestsFailed,
        _ if !summary.after_failed.is_empty() => Exit::TestsFailed,
        _ if failed_libraries > 0 || judge.servants.any_has_blocked() => Exit::ImportFailed,
        _ if summary.passed + expected == 0 => Exit::NoTests,
        _ => Exit::Passed,
    };
    judge.require(summary.exit() == exit, "a run ends with the code of what weighs most");
}
