//! The words for outcomes: the status word of a test's end and of a library's preparation. Truth tables, no printing.

use std::borrow::Cow;
use std::time::Duration;

use anstyle::Style;
use probe_loader::Imported;
use probe_process::{Leak, Signal};
use probe_run::{Attempt, CutShort, Ending};
use probe_scenario::{Leaks, write_duration};

use super::bytes::Bytes;
use super::counted::tests;
use super::facts::{Finish, PreloadHow, Seconds};
use super::style;

/// The verb of the status line of a test that has ended, and its colour.
pub(crate) fn status(attempt: &Attempt) -> (Cow<'static, str>, Style) {
    match attempt.ending {
        Ending::Passed if attempt.leaks == Leaks::Report && !attempt.left.is_empty() => {
            ("LEAK".into(), style::WARN)
        }
        ref ending => verb(&ending.into()),
    }
}

/// The verb of a test's status line, at most 12 columns, and its colour.
pub(crate) fn verb(ending: &Finish<'_>) -> (Cow<'static, str>, Style) {
    match ending {
        Finish::Passed => ("PASS".into(), style::PASS),
        Finish::Empty => ("EMPTY".into(), style::WARN),
        Finish::Skipped { .. } => ("SKIP".into(), style::WARN),
        Finish::Unprepared { .. } => ("BEFORE FAIL".into(), style::FAIL),
        Finish::Uncleared { .. } => ("CLEANUP FAIL".into(), style::FAIL),
        Finish::Expected { .. } => ("XFAIL".into(), style::WARN),
        Finish::Unexpected { .. } => ("XPASS".into(), style::FAIL),
        Finish::Exited { .. } | Finish::Belied { .. } => ("FAIL".into(), style::FAIL),
        Finish::Killed { signal } => (Cow::Owned(signal.clone().into_owned()), style::FAIL),
        Finish::Leaked => ("LEAK".into(), style::FAIL),
        Finish::Flaky => ("FLAKY FAIL".into(), style::FAIL),
        Finish::TimedOut { .. } => ("TIMEOUT".into(), style::FAIL),
        Finish::Interrupted => ("INTERRUPTED".into(), style::WARN),
        Finish::NotStarted { .. } => ("NOT STARTED".into(), style::FAIL),
        Finish::ServiceLost { .. } => ("SERVICE LOST".into(), style::FAIL),
    }
}

/// The rest of the outcome that the verb does not say. Empty if it says everything.
pub(crate) fn detail(ending: &Finish<'_>, attempts: u32) -> String {
    let detail = match ending {
        Finish::Flaky => return format!("passed only at attempt {attempts}"),
        Finish::Empty => "nothing ran".to_owned(),
        Finish::Skipped { reason } => reason.clone().into_owned(),
        Finish::Expected { of, reason } => {
            let how = match detail(of, 1) {
                words if words.is_empty() => verb(of).0.into_owned(),
                words => words,
            };
            format!("{how}, as expected: {reason}")
        }
        Finish::Unprepared { reason } => format!("`before`: {reason}"),
        Finish::Uncleared { reason } => format!("it passed, and `cleanup`: {reason}"),
        Finish::Unexpected { reason } => format!("it passed, and was expected to fail: {reason}"),
        Finish::Exited { code } => exited(*code),
        Finish::Belied { reason } => format!("exit code 0, but {reason}"),
        Finish::TimedOut { timeout, grace } => timed_out(*timeout, *grace),
        Finish::NotStarted { reason } => reason.clone().into_owned(),
        Finish::ServiceLost { service, cause, own } => {
            format!("{own}; service `{service}` died while it ran ({cause})")
        }
        Finish::Passed | Finish::Leaked | Finish::Killed { .. } | Finish::Interrupted => {
            String::new()
        }
    };
    match (attempts, detail.as_str()) {
        (..=1, _) => detail,
        (_, "") => format!("attempt {attempts}"),
        _ => format!("{detail}, attempt {attempts}"),
    }
}

/// An exit code. If it is above 128, as shells and many runners report a signal, adds the signal's name.
pub(crate) fn exited(code: i32) -> String {
    let signal = code.checked_sub(128).filter(|number| *number > 0);
    match signal.and_then(|number| Signal::from_number(number).name()) {
        Some(name) => format!("exit code {code} ({name})"),
        None => format!("exit code {code}"),
    }
}

/// The time limit that a test reached, and how it ended.
fn timed_out(timeout: Seconds, grace: Option<Seconds>) -> String {
    let written = |seconds: Seconds| write_duration(seconds.duration());
    let timeout = written(timeout);
    match grace.map(written) {
        None => format!("ran into its timeout of {timeout}"),
        Some(grace) => {
            format!("ran into its timeout of {timeout}, and was killed after its grace of {grace}")
        }
    }
}

/// The time until the next attempt: in tenths of a second, or in milliseconds if it is shorter.
pub(crate) fn again(delay: Duration) -> String {
    if delay < Duration::from_millis(50) {
        format!("again in {} ms", delay.as_millis())
    } else {
        format!("again in {:.1} s", delay.as_secs_f64())
    }
}

/// What was interrupted while a library was built.
pub(crate) fn cut_short(cut: &CutShort) -> String {
    let command = &cut.command;
    match &cut.said {
        Some(said) => format!("`{command}` was not done; it last said: {said}"),
        None => format!("`{command}` was not done, and had said nothing"),
    }
}

/// How a service ended that could still be needed.
pub(crate) fn lost(was_ready: bool, cause: &str) -> String {
    match (was_ready, cause.starts_with("not ready")) {
        (true, _) => format!("it died: {cause}"),
        (false, true) => format!("it was {cause}"),
        (false, false) => format!("it did not become ready: {cause}"),
    }
}

/// The suspicion that `count` tests failed because of one place, with their words.
pub(crate) fn suspicion<'w>(count: usize, words: impl Iterator<Item = &'w str>) -> String {
    let words: Vec<String> = words.map(|words| format!("\u{201c}{words}\u{201d}")).collect();
    let (count, words) = (tests(count), words.join(", "));
    format!("{count} that ran at once failed with {words} while files came there")
}

/// The text for a file that was written this many times while something ran.
pub(crate) fn duplicate(times: usize, meanwhile: &str) -> String {
    format!("written {times} times while {meanwhile} ran, where once would do")
}

/// A process as people find it in other lists.
pub(crate) fn process(leak: &Leak) -> String {
    left(leak.pid, &leak.command)
}

/// A process id and its command.
pub(crate) fn left(pid: u32, command: &str) -> String {
    format!("process {pid} `{command}`")
}

/// How a library was prepared.
pub(crate) fn how(imported: &Imported) -> String {
    let (how, is_confirmed) = PreloadHow::of(imported.how);
    if imported.path.as_os_str().is_empty() {
        // Nobody knows where it is.
        return came(how, is_confirmed).to_owned();
    }
    format!("{}, {}", came(how, is_confirmed), Bytes(imported.size))
}

/// How a library was prepared, without its size.
pub(crate) fn came(how: PreloadHow, is_confirmed: bool) -> &'static str {
    match how {
        PreloadHow::Cached => "already there",
        PreloadHow::Placed => "put in place from the store",
        PreloadHow::Fetched => "fetched",
        PreloadHow::Built => "built",
        PreloadHow::Adopted if is_confirmed => "found in place",
        PreloadHow::Adopted => "found in place (not pinned: its origin could not be asked)",
        PreloadHow::FetchedByOther => "another process fetched it meanwhile",
        PreloadHow::BuiltByOther => "another process built it meanwhile",
    }
}

/// The result of a check that tests share.
pub(crate) fn checked(is_clean: bool) -> &'static str {
    if is_clean {
        "checked once, for all that need it"
    } else {
        "has errors, so each test checks its own files"
    }
}

/// `SIGBUS`, or the number if the signal has no name.
pub fn signal_name(signal: Signal) -> Cow<'static, str> {
    let number = || format!("SIGNAL {}", signal.number()).into();
    signal.name().map_or_else(number, Cow::Borrowed)
}
