//! The lanes of the picture: libraries, services, and the slots in which tests ran, each with its bars.
//!
//! Knows times and names, no pixel.

use std::time::Duration;

use crate::facts::Status;
use crate::record::{Came, Case, PreloadCame, Ran, Record, Served};
use crate::trace::rows;

/// Libraries from which on a lane has several of them, one after another.
const OWN_LANES: usize = 12;

/// The result as a colour. The order is that of the key. Later ones are drawn over earlier ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Tone {
    Library,
    Passed,
    /// It did not run to its end, or nothing ran in it.
    Other,
    /// It waits, or it is on its way to be ready.
    Waiting,
    /// It passed, with a warning: after a race, or at a later attempt.
    Raced,
    Failed,
}

/// One thing from its start to its end.
#[derive(Debug)]
pub(super) struct Bar<'a> {
    pub(super) from: Duration,
    pub(super) to: Duration,
    pub(super) tone: Tone,
    /// Stands in the bar, where there is room.
    pub(super) label: &'a str,
}

/// Bars that never overlap, from left to right.
#[derive(Debug, Default)]
pub(super) struct Lane<'a> {
    pub(super) name: String,
    pub(super) bars: Vec<Bar<'a>>,
}

/// The groups of lanes that are not empty, from the top.
pub(super) fn groups(record: &Record) -> Vec<(&'static str, Vec<Lane<'_>>)> {
    let groups = [
        ("Libraries", libraries(record)),
        ("Services", record.services.iter().map(|served| service(record, served)).collect()),
        ("Tests", slots(record)),
    ];
    let mut groups: Vec<_> = groups.into_iter().filter(|(_, lanes)| !lanes.is_empty()).collect();
    for lane in groups.iter_mut().flat_map(|(_, lanes)| lanes) {
        lane.bars.sort_by_key(|bar| (bar.from, std::cmp::Reverse(bar.to)));
    }
    groups
}

fn libraries(record: &Record) -> Vec<Lane<'_>> {
    let is_few = record.libraries.len() <= OWN_LANES;
    let mut lanes: Vec<Lane<'_>> = Vec::new();
    for (index, (library, row)) in record.libraries.iter().zip(rows(record)).enumerate() {
        let label = record.outline.library_name(library.id);
        let row = if is_few { index } else { row };
        if lanes.len() <= row {
            lanes.resize_with(row + 1, Lane::default);
            lanes[row].name = if is_few { label.to_owned() } else { format!("import {}", row + 1) };
        }
        let to = library.ended.unwrap_or(record.took);
        let tone = match &library.came {
            PreloadCame::Failed(failure) if !failure.is_spared => Tone::Failed,
            PreloadCame::ToNothing => Tone::Other,
            _ => Tone::Library,
        };
        let label = if is_few { "" } else { label };
        lanes[row].bars.push(Bar { from: library.started, to, tone, label });
        let waits = library.parked.iter().map(|&(from, end)| Bar {
            from,
            to: end.unwrap_or(to),
            tone: Tone::Waiting,
            label: "",
        });
        lanes[row].bars.extend(waits);
    }
    lanes
}

fn service<'a>(record: &Record, served: &'a Served) -> Lane<'a> {
    let end = served.ended.unwrap_or(record.took);
    let lost = |tone| if served.is_lost() { Tone::Failed } else { tone };
    let ready = served.ready.unwrap_or(end);
    let stopping = served.stopping.unwrap_or(end);
    let starting = if served.ready.is_some() { Tone::Waiting } else { lost(Tone::Waiting) };
    let parts = [
        (served.started, ready, starting),
        (ready, stopping, lost(Tone::Library)),
        (stopping, end, Tone::Other),
    ];
    let bars = parts.into_iter().filter(|(from, to, _)| from < to);
    let bars = bars.map(|(from, to, tone)| Bar { from, to, tone, label: "" }).collect();
    Lane { name: served.name.clone(), bars }
}

fn slots(record: &Record) -> Vec<Lane<'_>> {
    let mut lanes: Vec<Lane<'_>> = Vec::new();
    for test in &record.tests {
        for attempt in &test.attempts {
            let slot = attempt.slot;
            while lanes.len() <= slot {
                let name = format!("slot {}", lanes.len());
                lanes.push(Lane { name, bars: Vec::new() });
            }
            let to = attempt.end.as_ref().map_or(record.took, |end| attempt.started + end.took);
            let label = record.outline.test(test.id).name();
            let tone = tone(test, attempt);
            lanes[slot].bars.push(Bar { from: attempt.started, to, tone, label });
        }
    }
    lanes
}

/// The colour of an attempt of a test.
fn tone(test: &Case, attempt: &Ran) -> Tone {
    let is_last = test.attempts.last().is_some_and(|last| last.number == attempt.number);
    match &attempt.end {
        None => Tone::Other,
        Some(end) if !end.ending.is_good() => {
            // A failure that is known to happen is none of the run.
            if is_last && !test.has_failed() { Tone::Other } else { Tone::Failed }
        }
        Some(_) if is_last && test.has_failed() => Tone::Failed,
        Some(_) if test.has_run_nothing() => Tone::Other,
        Some(_) => match test.came {
            Came::To(Status::Race | Status::Flaky | Status::Leak) => Tone::Raced,
            _ => Tone::Passed,
        },
    }
}
