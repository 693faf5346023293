//! The result of a test, its attempts and its output, in plain words.

use std::io;

use anstyle::Style;

use super::few::{SHOWN, few};
use super::needed::seconds;
use crate::describe;
use crate::facts::{Finish, Status};
use crate::record::{Came, Case, Ran, Record};
use crate::style;

/// The result, in words that fit after the test's name.
pub(super) fn came(case: &Case) -> (String, Style) {
    let attempts = case.attempts.len();
    let (word, colour) = match case.came {
        Came::To(Status::Pass | Status::Leak) => ("passed", style::PASS),
        Came::To(Status::Race) => {
            return (format!("passed after a race (attempt {attempts})"), style::WARN);
        }
        Came::To(Status::Flaky) => {
            return (format!("passed only at attempt {attempts}"), style::WARN);
        }
        Came::To(Status::Empty) => ("ran nothing", style::WARN),
        Came::To(Status::Skip) => ("was skipped", style::WARN),
        Came::To(Status::Xfail) => ("failed as expected", style::WARN),
        Came::To(Status::Xpass) => ("passed, and was expected to fail,", style::FAIL),
        Came::To(Status::Fail) | Came::GivenUp => ("failed", style::FAIL),
        Came::To(Status::Timeout) => ("ran into its timeout", style::FAIL),
        Came::To(Status::Killed) => ("was killed by a signal", style::FAIL),
        Came::To(Status::Interrupted) => ("was interrupted", style::WARN),
        Came::To(Status::NotStarted) => ("could not be started", style::FAIL),
        Came::To(Status::ServiceLost) => ("lost a service", style::FAIL),
        Came::ToNothing if attempts > 0 => ("did not end", style::WARN),
        Came::ToNothing => ("did not run", style::WARN),
        Came::BlockedByLibrary(_) | Came::BlockedByService(_) | Came::BlockedByTest(_) => {
            ("was blocked", style::WARN)
        }
    };
    (word.to_owned(), colour)
}

/// A line for each attempt.
pub(super) fn attempts(record: &Record, case: &Case) -> Vec<String> {
    let line = |ran: &Ran| {
        let (number, started) = (ran.number, seconds(ran.started));
        match &ran.end {
            Some(end) => format!(
                "{number}: began at {started}, took {}: {}",
                seconds(end.took),
                ending(&end.ending)
            ),
            None => format!("{number}: began at {started}, and has no end that is known"),
        }
    };
    let mut lines: Vec<String> = case.attempts.iter().map(line).collect();
    lines.extend(
        record.why_not_run(case).filter(|_| lines.is_empty()).map(|why| format!("none: {why}")),
    );
    few(lines)
}

/// How an attempt ended.
pub(super) fn ending(ending: &Finish<'_>) -> String {
    match ending {
        Finish::Passed => "passed".to_owned(),
        Finish::Leaked => "passed, and left processes behind, which is a failure here".to_owned(),
        Finish::Flaky => "passed, which is a failure here after attempts that failed".to_owned(),
        Finish::Empty => "ended well, and ran nothing".to_owned(),
        Finish::Skipped { reason } if reason.is_empty() => "skipped itself".to_owned(),
        Finish::Skipped { reason } => format!("skipped itself: {reason}"),
        Finish::Killed { signal } => format!("killed by {signal}"),
        Finish::Interrupted => "ended, since the run was stopped".to_owned(),
        Finish::NotStarted { reason } => format!("did not start: {reason}"),
        Finish::Expected { .. }
        | Finish::Unexpected { .. }
        | Finish::Belied { .. }
        | Finish::Unprepared { .. }
        | Finish::Uncleared { .. }
        | Finish::Exited { .. }
        | Finish::TimedOut { .. }
        | Finish::ServiceLost { .. } => describe::detail(ending, 1),
    }
}

/// The evidence of all attempts about libraries and other things.
pub(super) fn verdict(record: &Record, case: &Case) -> Vec<String> {
    let several = case.attempts.len() > 1;
    let mut lines = Vec::new();
    for ran in &case.attempts {
        let Some(end) = &ran.end else { continue };
        let before = if several { format!("attempt {}: ", ran.number) } else { String::new() };
        lines.extend(end.verdict.iter().map(|line| format!("{before}{line}")));
        lines.extend(end.left.iter().map(|left| format!("{before}left behind: {left}")));
    }
    let has_failed_attempt =
        case.attempts.iter().filter_map(|ran| ran.end.as_ref()).any(|end| !end.ending.is_good());
    if lines.is_empty() && has_failed_attempt {
        let needs = &record.outline.test(case.id).needs;
        lines.push(
            match needs.is_empty() {
                true => "a failure of its own: it needs no library that could have raced",
                false => "a failure of its own: nothing points at its libraries",
            }
            .to_owned(),
        );
    }
    few(lines)
}

/// The last lines of the output of the last failed attempt.
pub(super) fn printed(record: &Record, case: &Case) -> io::Result<Vec<String>> {
    let ended = case.attempts.iter().rev().filter_map(|ran| ran.end.as_ref());
    let Some(end) = ended.clone().find(|end| !end.ending.is_good()) else { return Ok(Vec::new()) };
    let mut lines: Vec<String> = Vec::new();
    for kept in &end.output {
        let text = record.text(kept)?;
        lines.extend(text.lines().filter(|line| !line.trim().is_empty()).map(str::to_owned));
    }
    let left_out = lines.len().saturating_sub(SHOWN);
    let mut lines = lines.split_off(left_out);
    if left_out > 0 {
        lines.insert(0, format!("… {left_out} lines before"));
    }
    lines.extend(end.whole.iter().map(|path| format!("whole: {path}")));
    Ok(lines)
}
