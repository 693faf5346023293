//! The report `html`: one page that needs nothing else, with the run as JSON in it. `page.html`, `page.css` and the scripts
//! show it.
//!
//! Knows nothing of events.

mod colours;
mod graph;
mod size;

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::time::Duration;

use serde_json::{Value, json};

use super::clock::rfc3339;
use super::describe;
use super::record::{Attempt, Came, End, Library, LibraryCame, Record, Test};
use super::trace::rows;
use crate::picture::{Drawing, Results, Subject, svg};
use crate::report::Bytes;
use crate::run::{Ending, Stop};
use colours::coloured;
use size::Limits;

const PAGE: &str = include_str!("page.html");
const STYLE: &str = include_str!("page.css");
/// In the order in which they are joined: each may use what stands before it.
const SCRIPTS: &[&str] = &[
    include_str!("model.js"),
    include_str!("test.js"),
    include_str!("list.js"),
    include_str!("timeline.js"),
    include_str!("libraries.js"),
    include_str!("keys.js"),
];

/// Writes the page.
pub(super) fn write(out: &mut dyn Write, record: &Record<'_>) -> io::Result<()> {
    let tests: Vec<_> = record.tests.iter().map(|test| test.id).collect();
    let drawing = Drawing::new(&Subject::new(record.suite, &tests));
    let results = graph::results(record);
    let mut rest = PAGE;
    let mut until = |out: &mut dyn Write, place: &str| {
        let (before, after) = rest.split_once(place).expect("the page has each place once");
        rest = after;
        out.write_all(before.as_bytes())
    };
    until(out, "PAGE_STYLE")?;
    out.write_all(STYLE.as_bytes())?;
    until(out, "GRAPH_SVG")?;
    svg::write(out, record.suite, &drawing, Some(&results))?;
    until(out, "RUN_JSON")?;
    // No text of a run ends the element that it stands in, or opens another one.
    let run = run(record, &drawing, &results)?.to_string().replace('<', "\\u003c");
    out.write_all(run.as_bytes())?;
    until(out, "PAGE_SCRIPT")?;
    SCRIPTS.iter().try_for_each(|script| out.write_all(script.as_bytes()))?;
    out.write_all(rest.as_bytes())
}

fn run(record: &Record<'_>, drawing: &Drawing, results: &Results) -> io::Result<Value> {
    let libraries: Vec<Value> = record
        .libraries
        .iter()
        .zip(rows(record))
        .map(|(library, row)| self::library(record, library, row))
        .collect();
    // Thousands of tests need the same few libraries.
    let mut needs: Vec<Vec<&str>> = Vec::new();
    let mut places: BTreeMap<Vec<&str>, usize> = BTreeMap::new();
    let boxes = drawing.boxes_of_tests(record.suite.tests.len());
    let limits = Limits::of(record);
    let mut tests = Vec::with_capacity(record.tests.len());
    for test in &record.tests {
        let defined = record.defined(test.id);
        let names: Vec<&str> =
            defined.needs.iter().map(|need| record.library_name(need.library)).collect();
        let place = *places.entry(names).or_insert_with_key(|names| {
            needs.push(names.clone());
            needs.len() - 1
        });
        let mut value = self::test(record, test, &limits)?;
        value["needs"] = place.into();
        value["box"] = boxes[test.id.index()].map(|node| drawing.nodes[node].to_string()).into();
        if let Some((library, until)) = results.waited[test.id.index()] {
            value["waited"] = json!([seconds(until), record.library_name(library)]);
        }
        tests.push(value);
    }
    let stop = record.stop.map(|stop| match stop {
        Stop::Signal(signal) => format!("stopped by {}", describe::signal_name(signal)),
        Stop::MaxFailures(1) => "stopped after the first failure".to_owned(),
        Stop::MaxFailures(count) => format!("stopped after {count} failures"),
    });
    Ok(json!({
        "run": format!("{:016x}", record.extent.run_id),
        "clock": rfc3339(record.clock),
        "jobs": record.extent.jobs,
        "skipped": record.extent.skipped,
        "took": seconds(record.took),
        "stop": stop,
        "libraries": libraries,
        "needs": needs,
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
    let help = match &library.came {
        LibraryCame::Failed(failure) => failure.help.clone(),
        _ => None,
    };
    let parked: Vec<[f64; 2]> = library
        .parked
        .iter()
        .map(|&(from, to)| [seconds(from), seconds(to.unwrap_or(end))])
        .collect();
    let needs = record.suite.libraries[library.id.index()].needs.iter();
    let needs: Vec<&str> = needs.map(|need| record.library_name(need.library)).collect();
    let retried: Vec<&str> = library.retried.iter().map(|(_, cause)| cause.as_str()).collect();
    json!({
        "name": record.library_name(library.id),
        "needs": needs,
        "row": row,
        "start": seconds(library.started),
        "end": seconds(end),
        "came": came,
        "help": help,
        "failed": matches!(library.came, LibraryCame::Failed(_)),
        "parked": parked,
        "retried": retried,
    })
}

fn test(record: &Record<'_>, test: &Test, limits: &Limits) -> io::Result<Value> {
    let defined = record.defined(test.id);
    let status = match test.came {
        Came::To(status) => status.word(),
        Came::GivenUp => "fail",
        Came::ToNothing => "not-run",
        Came::BlockedByLibrary(_) | Came::BlockedByTest(_) => "blocked",
    };
    let attempts: Vec<Value> = test
        .attempts
        .iter()
        .map(|attempt| self::attempt(record, attempt, limits))
        .collect::<io::Result<_>>()?;
    Ok(json!({
        "name": defined.to_string(),
        "status": status,
        "took": test.last_end().map(|(_, end)| seconds(end.took)),
        "why": record.why_not_run(test),
        "tags": &*defined.tags,
        "attempts": attempts,
    }))
}

fn attempt(record: &Record<'_>, attempt: &Attempt, limits: &Limits) -> io::Result<Value> {
    let end = attempt.end.as_ref();
    let ended = end.map_or(record.took, |end| attempt.started + end.took);
    let ending = end.map_or("not ended".into(), |end| {
        let (verb, _) = describe::verb(&end.ending);
        let detail = describe::detail(&end.ending, 1);
        if detail.is_empty() { verb } else { format!("{verb}: {detail}").into() }
    });
    let mut output = Vec::new();
    for kept in end.iter().flat_map(|end| &end.output) {
        let text = limits.cut(attempt, record.text(kept)?);
        output.push(json!([kept.stream, coloured(&text)]));
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
        "start": seconds(attempt.started),
        "end": seconds(ended),
        "ending": ending,
        "failed": !end.is_some_and(is_good),
        "output": output,
        "verdict": verdict,
    }))
}

fn is_good(end: &End) -> bool {
    matches!(end.ending, Ending::Passed | Ending::Empty)
}

/// To the microsecond: more digits only make the page larger.
fn seconds(time: Duration) -> f64 {
    (time.as_secs_f64() * 1e6).round() / 1e6
}
