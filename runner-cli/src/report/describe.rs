//! The words for outcomes: what a status line calls a test's end and a library's import. Truth tables, no printing.

use std::borrow::Cow;
use std::time::Duration;

use anstyle::Style;
use probe_loader::{How, Imported};
use probe_process::Leak;
use probe_run::{Attempt, CutShort, Ending, Overrun};
use probe_scenario::{Leaks, write_duration};

use super::bytes::Bytes;
use super::style;

/// The verb of the status line of a test that has ended, and its colour.
pub(crate) fn status(attempt: &Attempt) -> (Cow<'static, str>, Style) {
    match attempt.ending {
        Ending::Passed if attempt.leaks == Leaks::Report && !attempt.left.is_empty() => {
            ("LEAK".into(), style::WARN)
        }
        ref ending => verb(ending),
    }
}

/// The verb of a test's status line, at most 12 columns, and its colour.
pub(crate) fn verb(ending: &Ending) -> (Cow<'static, str>, Style) {
    match ending {
        Ending::Passed => ("PASS".into(), style::PASS),
        Ending::Empty => ("EMPTY".into(), style::WARN),
        Ending::Exited(_) | Ending::Belied(_) => ("FAIL".into(), style::FAIL),
        Ending::Killed(signal) => (signal_name(*signal), style::FAIL),
        Ending::Leaked => ("LEAK".into(), style::FAIL),
        Ending::Flaky => ("FLAKY FAIL".into(), style::FAIL),
        Ending::TimedOut(_) => ("TIMEOUT".into(), style::FAIL),
        Ending::Interrupted => ("INTERRUPTED".into(), style::WARN),
        Ending::NotStarted(_) | Ending::NoRoom(_) => ("NOT STARTED".into(), style::FAIL),
    }
}

/// What the verb leaves open; empty where it says it all.
pub(crate) fn detail(ending: &Ending, attempts: u32) -> String {
    let detail = match ending {
        Ending::Flaky => return format!("passed only at attempt {attempts}"),
        Ending::Empty => "nothing ran".to_owned(),
        Ending::Exited(code) => format!("exit code {code}"),
        Ending::Belied(reason) => format!("exit code 0, but {reason}"),
        Ending::TimedOut(overrun) => timeout(*overrun),
        Ending::NotStarted(reason) | Ending::NoRoom(reason) => reason.clone(),
        Ending::Passed | Ending::Leaked | Ending::Killed(_) | Ending::Interrupted => String::new(),
    };
    match (attempts, detail.as_str()) {
        (..=1, _) => detail,
        (_, "") => format!("attempt {attempts}"),
        _ => format!("{detail}, attempt {attempts}"),
    }
}

/// Which limit a test ran into, and what it took to end it.
fn timeout(overrun: Overrun) -> String {
    let timeout = write_duration(overrun.timeout);
    match overrun.grace.map(write_duration) {
        None => format!("ran into its timeout of {timeout}"),
        Some(grace) => {
            format!("ran into its timeout of {timeout}, and was killed after its grace of {grace}")
        }
    }
}

/// When the next attempt is: in tenths of a second, or in milliseconds where these would be none.
pub(crate) fn again(delay: Duration) -> String {
    if delay < Duration::from_millis(50) {
        format!("again in {} ms", delay.as_millis())
    } else {
        format!("again in {:.1} s", delay.as_secs_f64())
    }
}

/// What was cut short when a library was being built.
pub(crate) fn cut_short(cut: &CutShort) -> String {
    let command = &cut.command;
    match &cut.said {
        Some(said) => format!("`{command}` was not done; it last said: {said}"),
        None => format!("`{command}` was not done, and had said nothing"),
    }
}

/// A process as people find it in other lists.
pub(crate) fn process(leak: &Leak) -> String {
    format!("process {} `{}`", leak.pid, leak.command)
}

/// How a library came to be there.
pub(crate) fn how(imported: &Imported) -> String {
    format!("{}, {}", came(imported.how), Bytes(imported.size))
}

/// The same without its size.
pub(crate) fn came(how: How) -> &'static str {
    match how {
        How::Cached => "already there",
        How::Placed => "put in place from the store",
        How::Fetched => "fetched",
        How::Built => "built",
        How::Adopted => "found in place",
        How::Unconfirmed => "found in place (not pinned: its origin could not be asked)",
        How::FetchedByOther => "another process fetched it meanwhile",
        How::BuiltByOther => "another process built it meanwhile",
    }
}

/// `SIGBUS` for 7; the number where it has no name.
pub(crate) fn signal_name(signal: i32) -> Cow<'static, str> {
    signal_hook::low_level::signal_name(signal)
        .map_or_else(|| format!("SIGNAL {signal}").into(), Cow::Borrowed)
}
