//! The report `trace`: what ran when, for Chrome's trace viewer and Perfetto. Test slots and places for preparations are
//! threads. An arrow leads from the library that a test waited for last to the test.
//!
//! The format is that of “Trace Event Format” of the Catapult project, in its form of an object.

use std::io::{self, Write};
use std::time::Duration;

use serde_json::{Value, json};

use super::describe;
use super::record::{Came, Case, Preload, PreloadCame, Ran, Record, Served};

/// The viewer calls these processes.
const TESTS: u32 = 1;
const PRELOADS: u32 = 2;
const SERVICES: u32 = 3;

/// Writes the document.
pub(super) fn write(out: &mut dyn Write, record: &Record) -> io::Result<()> {
    write!(out, "{{\"displayTimeUnit\":\"ms\",\"otherData\":{},\"traceEvents\":[", other(record))?;
    let mut comma = "\n";
    let mut put = |event: Value| {
        let written = write!(out, "{comma}{event}");
        comma = ",\n";
        written
    };
    put(named("process_name", TESTS, 0, "tests"))?;
    put(named("process_name", PRELOADS, 0, "libraries"))?;
    let slots = record.tests.iter().flat_map(|test| &test.attempts).map(|attempt| attempt.slot + 1);
    for slot in 0..slots.max().unwrap_or(0) {
        put(named("thread_name", TESTS, slot, &format!("slot {slot}")))?;
    }
    let rows = rows(record);
    for row in 0..rows.iter().map(|row| row + 1).max().unwrap_or(0) {
        put(named("thread_name", PRELOADS, row, &format!("import {}", row + 1)))?;
    }
    for (library, row) in record.libraries.iter().zip(&rows) {
        preload(record, library, *row).into_iter().try_for_each(&mut put)?;
    }
    if !record.services.is_empty() {
        put(named("process_name", SERVICES, 0, "services"))?;
    }
    for (place, service) in record.services.iter().enumerate() {
        put(named("thread_name", SERVICES, place, &service.called()))?;
        self::service(record, service, place).into_iter().try_for_each(&mut put)?;
    }
    for test in &record.tests {
        for attempt in &test.attempts {
            put(attempted(record, test, attempt))?;
        }
        arrow(record, test, &rows).into_iter().flatten().try_for_each(&mut put)?;
    }
    writeln!(out, "\n]}}")
}

/// The viewer's entries about the run itself.
fn other(record: &Record) -> Value {
    let mut other = json!({ "run": record.began.run, "probe": record.began.probe });
    if let Some(seed) = record.began.shuffle {
        other["shuffle"] = seed.into();
    }
    if let Some(shard) = &record.began.shard {
        other["shard"] = shard.as_str().into();
    }
    if record.is_cut_off {
        other["ended"] = record.why_stopped().into();
    }
    other
}

fn named(what: &str, process: u32, thread: usize, name: &str) -> Value {
    json!({ "ph": "M", "name": what, "pid": process, "tid": thread, "args": { "name": name } })
}

/// A span of a thread.
fn span(name: &str, place: (u32, usize), start: Duration, end: Duration, args: &Value) -> Value {
    let (process, thread) = place;
    json!({
        "ph": "X",
        "name": name,
        "cat": match process {
            TESTS => "test",
            SERVICES => "service",
            _ => "library",
        },
        "pid": process,
        "tid": thread,
        "ts": microseconds(start),
        "dur": microseconds(end.saturating_sub(start)),
        "args": args,
    })
}

/// An import, and the times in which it only waited.
fn preload(record: &Record, library: &Preload, row: usize) -> Vec<Value> {
    let (name, end) =
        (record.outline.library_name(library.id), library.ended.unwrap_or(record.took));
    let came = match &library.came {
        PreloadCame::ToNothing => json!({ "came": "cancelled" }),
        PreloadCame::Here { how, is_confirmed, size, path } => {
            json!({ "came": describe::came(*how, *is_confirmed), "size": size, "path": path })
        }
        PreloadCame::Looked { is_known } => json!({ "came": "looked", "is known": is_known }),
        PreloadCame::Checked { is_clean } => json!({ "came": "checked", "is clean": is_clean }),
        PreloadCame::Failed(failure) => json!({ "came": "failed", "cause": failure.cause }),
    };
    let place = (PRELOADS, row);
    let waits = library.parked.iter().map(|&(from, to)| {
        span("waits", place, from, to.unwrap_or(end), &json!({ "library": name }))
    });
    std::iter::once(span(name, place, library.started, end, &came)).chain(waits).collect()
}

/// A service's life, including its start and its end.
fn service(record: &Record, service: &Served, place: usize) -> Vec<Value> {
    let end = service.ended.unwrap_or(record.took);
    let came = json!({ "came": service.words(), "ports": service.ports });
    let part = |name: &str, from: Duration, to: Duration| {
        span(name, (SERVICES, place), from, to, &json!({ "service": service.name }))
    };
    let mut spans = vec![span(&service.name, (SERVICES, place), service.started, end, &came)];
    spans.push(part("starts", service.started, service.ready.unwrap_or(end)));
    spans.extend(service.stopping.map(|stopping| part("stops", stopping, end)));
    spans
}

fn attempted(record: &Record, test: &Case, attempt: &Ran) -> Value {
    let defined = record.outline.test(test.id);
    let end = attempt.end.as_ref();
    let ended = end.map_or(record.took, |end| attempt.started + end.took);
    let ending = end.map(|end| describe::verb(&end.ending).0);
    let needs = record.outline.library_names(&defined.needs);
    let is_last = test.attempts.last().is_some_and(|last| last.number == attempt.number);
    let status = match test.came {
        Came::To(status) if is_last => Some(status.word()),
        _ => None,
    };
    let args = json!({
        "attempt": attempt.number,
        "ending": ending,
        "status": status,
        "needs": needs,
        "tags": &*defined.tags,
    });
    span(defined.shown(), (TESTS, attempt.slot), attempt.started, ended, &args)
}

/// An arrow from the last library that a test waited for, if it was a wait.
fn arrow(record: &Record, test: &Case, rows: &[usize]) -> Option<[Value; 2]> {
    let first = test.attempts.first()?;
    let needs = &record.outline.test(test.id).needs;
    let came =
        record.libraries.iter().zip(rows).filter_map(|(library, row)| {
            needs.contains(&library.id).then_some((library.ended?, *row))
        });
    let (ended, row) = came.max()?;
    // The viewer draws an arrow from the span in which it begins.
    let begins = ended.saturating_sub(Duration::from_micros(1));
    let id = test.id.index();
    let half = |phase: &str, process: u32, thread: usize, at: Duration| json!({ "ph": phase, "name": "waited for", "cat": "wait", "id": id, "pid": process, "tid": thread, "ts": microseconds(at), "bp": "e" });
    Some([half("s", PRELOADS, row, begins), half("f", TESTS, first.slot, first.started)])
}

/// For each library a row in which no other one is at its time: the lowest that is free.
pub(super) fn rows(record: &Record) -> Vec<usize> {
    let mut free_at: Vec<Duration> = Vec::new();
    let mut row_of = |library: &Preload| {
        let row = free_at.iter().position(|&at| at <= library.started).unwrap_or(free_at.len());
        if row == free_at.len() {
            free_at.push(Duration::ZERO);
        }
        free_at[row] = library.ended.unwrap_or(record.took);
        row
    };
    record.libraries.iter().map(&mut row_of).collect()
}

fn microseconds(time: Duration) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "exact for a hundred days")]
    let nanoseconds = time.as_nanos() as f64;
    nanoseconds / 1e3
}
