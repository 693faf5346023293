//! The run as JSON in the page, one test after the other: only one of 100,000 tests is in memory as text at a time.
//!
//! Knows nothing of the page except that the JSON stands in an element of it.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::time::Duration;

use serde_json::{Value, json};

use super::colours::coloured;
use super::size::Limits;
use crate::bytes::Bytes;
use crate::clock::rfc3339;
use crate::describe;
use crate::facts::{Subtest, SubtestStatus, Used};
use crate::picture::{Drawing, Standings};
use crate::record::{Came, Case, Preload, PreloadCame, Ran, Record, Served};
use crate::trace::rows;

/// The most tests within a process on the page: among those that failed, and among the others.
const FAILED: usize = 100;
const OTHERS: usize = 500;

/// Writes it.
pub(super) fn write(
    out: &mut dyn Write,
    record: &Record,
    drawing: &Drawing,
    results: &Standings,
) -> io::Result<()> {
    let (needs, places) = needs(record);
    let (groups, group_of) = groups(record);
    let mut head = head(record, &needs);
    head["groups"] = groups.into_iter().collect();
    let head = embedded(&head);
    let open = head.strip_suffix('}').expect("it is an object");
    write!(out, "{open},\"tests\":[")?;
    let boxes = drawing.boxes_of_tests(record.outline.tests.len());
    let limits = Limits::of(record);
    let mut comma = "";
    for ((test, place), group) in record.tests.iter().zip(places).zip(group_of) {
        let mut value = self::test(record, test, &limits)?;
        value["needs"] = place.into();
        value["group"] = group.into();
        value["box"] = boxes[test.id.index()].map(|node| drawing.nodes[node].to_string()).into();
        if let Some((library, until)) = results.waited[test.id.index()] {
            value["waited"] = json!([seconds(until), record.outline.library_name(library)]);
        }
        write!(out, "{comma}{}", embedded(&value))?;
        comma = ",";
    }
    out.write_all(b"]}")
}

/// JSON in which no text ends the element around it, or opens another one.
fn embedded(value: &Value) -> String {
    value.to_string().replace('<', "\\u003c")
}

/// The lists of libraries that tests need, each once, because thousands need the same few. Also, for each test, the index of
/// its list.
fn needs(record: &Record) -> (Vec<Vec<&str>>, Vec<usize>) {
    let mut lists: Vec<Vec<&str>> = Vec::new();
    let mut places: BTreeMap<Vec<&str>, usize> = BTreeMap::new();
    let of_test = |test: &Case| {
        let names = record.outline.library_names(&record.outline.test(test.id).needs);
        *places.entry(names).or_insert_with_key(|names| {
            lists.push(names.clone());
            lists.len() - 1
        })
    };
    let of_tests = record.tests.iter().map(of_test).collect();
    (lists, of_tests)
}

/// The suites and files of tests, each pair once; and of each test the place of its pair.
fn groups(record: &Record) -> (Vec<Value>, Vec<usize>) {
    let mut groups = Vec::new();
    let mut places: BTreeMap<(Option<&str>, Option<&str>), usize> = BTreeMap::new();
    let of_test = |test: &Case| {
        let test = record.outline.test(test.id);
        *places.entry((test.suite.as_deref(), test.file.as_deref())).or_insert_with_key(|pair| {
            groups.push(json!(pair));
            groups.len() - 1
        })
    };
    let of_tests = record.tests.iter().map(of_test).collect();
    (groups, of_tests)
}

/// All but the tests.
fn head(record: &Record, needs: &[Vec<&str>]) -> Value {
    let libraries: Vec<Value> = record
        .libraries
        .iter()
        .zip(rows(record))
        .map(|(library, row)| self::library(record, library, row))
        .collect();
    let services: Vec<Value> =
        record.services.iter().map(|service| self::service(record, service)).collect();
    json!({
        "run": record.began.run,
        "clock": rfc3339(record.began.clock),
        "jobs": record.began.jobs,
        "shuffle": record.began.shuffle,
        "skipped": record.began.skipped,
        "took": seconds(record.took),
        "stop": record.why_stopped(),
        "suspicions": record.suspicions.iter().map(|suspected| json!([
            suspected.folder,
            suspected.words(),
            suspected.came,
            suspected.tests(&record.outline),
        ])).collect::<Vec<_>>(),
        "duplicates": record.duplicates.iter().map(|duplicate| {
            json!([duplicate.path, duplicate.words()])
        }).collect::<Vec<_>>(),
        "libraries": libraries,
        "services": services,
        "needs": needs,
    })
}

fn library(record: &Record, library: &Preload, row: usize) -> Value {
    let end = library.ended.unwrap_or(record.took);
    let came = match &library.came {
        PreloadCame::ToNothing => "cancelled".to_owned(),
        PreloadCame::Here { how, is_confirmed, size, .. } => {
            format!("{}, {}", describe::came(*how, *is_confirmed), Bytes(*size))
        }
        PreloadCame::Looked { is_known: true } => "already there".to_owned(),
        PreloadCame::Looked { is_known: false } => "made by a test".to_owned(),
        PreloadCame::Checked { is_clean } => describe::checked(*is_clean).to_owned(),
        PreloadCame::Failed(failure) => failure.message.clone(),
    };
    let help = match &library.came {
        PreloadCame::Failed(failure) => failure.help.clone(),
        _ => None,
    };
    let parked: Vec<[f64; 2]> = library
        .parked
        .iter()
        .map(|&(from, to)| [seconds(from), seconds(to.unwrap_or(end))])
        .collect();
    let needs = record.outline.library_names(&record.outline.libraries[library.id.index()].needs);
    let retried: Vec<&str> = library.retried.iter().map(|(_, cause)| cause.as_str()).collect();
    json!({
        "name": record.outline.library_name(library.id),
        "needs": needs,
        "row": row,
        "start": seconds(library.started),
        "end": seconds(end),
        "came": came,
        "help": help,
        "failed": matches!(&library.came, PreloadCame::Failed(failure) if !failure.is_spared),
        "parked": parked,
        "retried": retried,
    })
}

fn service(record: &Record, service: &Served) -> Value {
    json!({
        "name": service.called(),
        "ports": service.ports,
        "start": seconds(service.started),
        "ready": service.ready.map(seconds),
        "stopping": service.stopping.map(seconds),
        "end": seconds(service.ended.unwrap_or(record.took)),
        "came": service.words(),
        "failed": service.is_lost(),
        "lines": service.lines.iter().chain(&service.troubles).collect::<Vec<_>>(),
    })
}

fn test(record: &Record, test: &Case, limits: &Limits) -> io::Result<Value> {
    let defined = record.outline.test(test.id);
    let status = match test.came {
        Came::To(status) => status.word(),
        Came::GivenUp => "fail",
        Came::ToNothing => "not-run",
        Came::BlockedByLibrary(_) | Came::BlockedByService(_) | Came::BlockedByTest(_) => "blocked",
    };
    let attempts: Vec<Value> = test
        .attempts
        .iter()
        .map(|attempt| self::attempt(record, attempt, limits))
        .collect::<io::Result<_>>()?;
    Ok(json!({
        "name": defined.shown(),
        "status": status,
        "took": test.last_end().map(|(_, end)| seconds(end.took)),
        "why": record.why_not_run(test),
        "services": &*defined.services,
        "tags": &*defined.tags,
        "attempts": attempts,
    }))
}

fn attempt(record: &Record, attempt: &Ran, limits: &Limits) -> io::Result<Value> {
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
        output.push(json!([kept.stream.word(), coloured(&text)]));
    }
    let mut verdict = end.map(|end| end.verdict.clone()).unwrap_or_default();
    if let Some(end) = end {
        verdict.extend(end.left.iter().map(|process| format!("left behind: {process}")));
        verdict.extend(end.whole.iter().map(|path| format!("the whole output: {path}")));
    }
    let all = end.map_or(&[][..], |end| &end.subtests);
    let failed = all.iter().filter(|subtest| subtest.has_failed()).take(FAILED);
    let others = all.iter().filter(|subtest| !subtest.has_failed()).take(OTHERS);
    let subtests: Vec<Value> = failed.chain(others).map(subtest).collect();
    let more = end.map_or(0, |end| end.left_out) + (all.len() - subtests.len()) as u64;
    Ok(json!({
        "number": attempt.number,
        "slot": attempt.slot,
        "start": seconds(attempt.started),
        "end": seconds(ended),
        "ending": ending,
        "tests": end.and_then(|end| end.tests).filter(|tests| tests.all() != 1).map(|tests| {
            format!("{} tests: {}", tests.all(), tests.words())
        }),
        "subtests": subtests,
        "more": more,
        "used": end.and_then(|end| end.usage).map(|used| self::used(record, used)),
        "failed": !end.is_some_and(|end| end.ending.is_good()),
        "output": output,
        "verdict": verdict,
    }))
}

/// A test within a process: its result, its name, the reason, and the text of its runner.
fn subtest(subtest: &Subtest<'_>) -> Value {
    let word = match subtest.status {
        SubtestStatus::Pass => "pass",
        SubtestStatus::Fail => "fail",
        SubtestStatus::Skip => "none",
    };
    json!([word, subtest.words(), subtest.text, subtest.took.map(|took| seconds(took.duration()))])
}

/// The resources of an attempt, in words.
fn used(record: &Record, used: Used) -> String {
    // A test begins as probe, and is counted so.
    let bound =
        if record.peak_floor.is_some_and(|floor| used.peak <= floor) { "at most " } else { "" };
    format!("{:.3} s CPU, {bound}{}", used.cpu().as_secs_f64(), Bytes(used.peak))
}

/// To the microsecond: more digits only make the page larger.
fn seconds(time: Duration) -> f64 {
    (time.as_secs_f64() * 1e6).round() / 1e6
}
