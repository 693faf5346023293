//! The report `html`: one page that needs nothing else, with the run as JSON in it. `page.html` shows it.
//!
//! Knows nothing of events.

use std::io::{self, Write};
use std::time::Duration;

use anstream::adapter::strip_str;
use serde_json::{Value, json};

use super::clock::rfc3339;
use super::describe;
use super::record::{Attempt, Came, End, Library, LibraryCame, Record, Test};
use super::trace::rows;
use crate::report::Bytes;
use crate::run::Ending;

const PAGE: &str = include_str!("page.html");
/// Where the run stands in the page.
const RUN: &str = "RUN_JSON";
/// Characters of the output of a test that passed: nobody looks at much of it, and there are many of them.
const SHORT: usize = 2000;

/// Writes the page.
pub(super) fn write(out: &mut dyn Write, record: &Record<'_>) -> io::Result<()> {
    let (before, after) = PAGE.split_once(RUN).expect("the page has a place for the run");
    out.write_all(before.as_bytes())?;
    // No text of a run ends the element that it stands in, or opens another one.
    let run = run(record)?.to_string().replace('<', "\\u003c");
    out.write_all(run.as_bytes())?;
    out.write_all(after.as_bytes())
}

fn run(record: &Record<'_>) -> io::Result<Value> {
    let rows = rows(record);
    let libraries: Vec<Value> = record
        .libraries
        .iter()
        .zip(rows)
        .map(|(library, row)| self::library(record, library, row))
        .collect();
    let tests: Vec<Value> =
        record.tests.iter().map(|test| self::test(record, test)).collect::<io::Result<_>>()?;
    Ok(json!({
        "run": format!("{:016x}", record.extent.run_id),
        "clock": rfc3339(record.clock),
        "jobs": record.extent.jobs,
        "took": record.took.as_secs_f64(),
        "libraries": libraries,
        "tests": tests,
    }))
}

fn library(record: &Record<'_>, library: &Library, row: usize) -> Value {
    let end = library.ended.unwrap_or(record.took);
    let came = match &library.came {
        LibraryCame::ToNothing => "cancelled".to_owned(),
        LibraryCame::Here { how, size, .. } => {
            format!("{}, {}", describe::came(*how), Bytes(*size))
        }
        LibraryCame::Looked { is_known: true } => "already there".to_owned(),
        LibraryCame::Looked { is_known: false } => "made by a test".to_owned(),
        LibraryCame::Failed(failure) => failure.message.clone(),
    };
    let parked: Vec<[f64; 2]> = library
        .parked
        .iter()
        .map(|&(from, to)| [from.as_secs_f64(), to.unwrap_or(end).as_secs_f64()])
        .collect();
    json!({
        "name": record.library_name(library.id),
        "row": row,
        "start": library.started.as_secs_f64(),
        "end": end.as_secs_f64(),
        "came": came,
        "failed": matches!(library.came, LibraryCame::Failed(_)),
        "parked": parked,
    })
}

fn test(record: &Record<'_>, test: &Test) -> io::Result<Value> {
    let defined = record.defined(test.id);
    let status = match test.came {
        Came::To(status) => status.word(),
        Came::GivenUp => "fail",
        Came::ToNothing => "not-run",
        Came::BlockedByLibrary(_) | Came::BlockedByTest(_) => "blocked",
    };
    let needs: Vec<&str> =
        defined.needs.iter().map(|need| record.library_name(need.library)).collect();
    let (waited, last) = waited(record, test);
    let attempts: Vec<Value> = test
        .attempts
        .iter()
        .map(|attempt| self::attempt(record, attempt, !test.has_failed()))
        .collect::<io::Result<_>>()?;
    Ok(json!({
        "name": defined.to_string(),
        "status": status,
        "took": test.last_end().map(|(_, end)| end.took.as_secs_f64()),
        "why": record.why_not_run(test),
        "needs": needs,
        "waited": waited.as_secs_f64(),
        "last": last,
        "attempts": attempts,
    }))
}

/// Until when the test could not start for want of a library, and which one came last.
fn waited<'r>(record: &Record<'r>, test: &Test) -> (Duration, Option<&'r str>) {
    let needs = &record.defined(test.id).needs;
    let needed = record
        .libraries
        .iter()
        .filter(|library| needs.iter().any(|need| need.library == library.id))
        .filter_map(|library| Some((library.ended?, record.library_name(library.id))));
    needed.max().map_or((Duration::ZERO, None), |(at, name)| (at, Some(name)))
}

fn attempt(record: &Record<'_>, attempt: &Attempt, passed: bool) -> io::Result<Value> {
    let end = attempt.end.as_ref();
    let ended = end.map_or(record.took, |end| attempt.started + end.took);
    let is_good = |end: &End| matches!(end.ending, Ending::Passed | Ending::Empty);
    let ending = end.map_or("not ended".into(), |end| {
        let (verb, _) = describe::verb(&end.ending);
        let detail = describe::detail(&end.ending, 1);
        if detail.is_empty() { verb } else { format!("{verb}: {detail}").into() }
    });
    let mut output = Vec::new();
    for kept in end.iter().flat_map(|end| &end.output) {
        let text = strip_str(&record.text(kept)?).to_string();
        let text = if passed && end.is_some_and(is_good) { shortened(text) } else { text };
        output.push(json!([kept.stream, text]));
    }
    let mut verdict = end.map(|end| end.verdict.clone()).unwrap_or_default();
    if let Some(end) = end {
        verdict.extend(end.left.iter().map(|process| format!("left behind: {process}")));
        verdict
            .extend(end.whole.iter().map(|path| format!("the whole output: {}", path.display())));
    }
    Ok(json!({
        "number": attempt.number,
        "slot": attempt.slot,
        "start": attempt.started.as_secs_f64(),
        "end": ended.as_secs_f64(),
        "ending": ending,
        "failed": !end.is_some_and(is_good),
        "output": output,
        "verdict": verdict,
    }))
}

/// The end of a text.
fn shortened(text: String) -> String {
    match text.char_indices().rev().nth(SHORT) {
        Some((at, _)) => format!("…{}", &text[at..]),
        None => text,
    }
}
