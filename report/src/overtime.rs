//! A run that exceeded its time limit, as people read it: what was running, and what had not started.

use std::io::{self, Write};
use std::time::Duration;

use probe_run::{Overtime, Summary};
use probe_scenario::{LibraryId, Suite, write_duration};

use super::below::{INDENT, named};
use super::counted::tests;
use super::style;

/// The text in the middle of the run: probe asks all running processes to end.
pub(super) fn said(out: &mut impl Write, suite: &Suite, overtime: &Overtime) -> io::Result<()> {
    let Overtime { limit, tests: running, libraries, not_started } = overtime;
    let limit = write_duration(*limit);
    let ended = if running.is_empty() { "nothing runs" } else { "what runs is told to end" };
    let colour = style::FAIL;
    write!(
        out,
        "{colour}{:>12}{colour:#} the run has taken its `run-timeout` of {limit}: {ended}",
        "STOPPING"
    )?;
    match not_started.len() {
        0 => writeln!(out)?,
        1 => writeln!(out, ", and 1 test has not started")?,
        count => writeln!(out, ", and {} have not started", tests(count))?,
    }
    for (id, time) in running {
        runs(out, "", &suite.tests[id.index()].to_string(), *time)?;
    }
    for (id, time) in libraries {
        runs(out, "library ", &suite.libraries[id.index()].name, *time)?;
    }
    Ok(())
}

fn runs(out: &mut impl Write, what: &str, name: &str, time: Duration) -> io::Result<()> {
    let (colour, seconds) = (style::NAME, time.as_secs_f64());
    writeln!(out, "{INDENT}[{seconds:>8.3}s] {what}{colour}{name}{colour:#}")
}

/// The text at the end. There, tests that ran and commands that were interrupted have lines of their own.
pub(super) fn summed_up(out: &mut impl Write, suite: &Suite, summary: &Summary) -> io::Result<()> {
    let Some(overtime) = &summary.overtime else { return Ok(()) };
    let Overtime { limit, tests: running, libraries, not_started } = overtime;
    let (colour, time) = (style::FAIL, limit.as_secs_f64());
    let ran = match running.len() {
        0 => "no test ran".to_owned(),
        count => format!("{} ran", tests(count)),
    };
    writeln!(
        out,
        "{colour}{:>12}{colour:#} [{time:>8.3}s] {ran} then, and {} had not started",
        "RUN TIMEOUT",
        if not_started.is_empty() { "none".to_owned() } else { tests(not_started.len()) },
    )?;
    let is_said = |id: LibraryId| summary.cut_short.iter().any(|cut| cut.library == id);
    for (id, time) in libraries.iter().filter(|(id, _)| !is_said(*id)) {
        runs(out, "library ", &suite.libraries[id.index()].name, *time)?;
    }
    named(out, suite, not_started)
}
