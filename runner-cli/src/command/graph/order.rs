//! The order of the preloads: which import starts when, and what waits for it to end.
//!
//! The order is the scheduler's own, as if there were a place for every import; with fewer places, the earlier in the
//! order goes first.

use std::fmt::Display;
use std::io::{self, Write};
use std::time::Duration;

use probe_report::count_of_tests as counted;
use probe_run::{Agenda, Unit};
use probe_scenario::{LibraryId, Source, Suite, TestId};
use probe_scheduler::{Forecast, Limits};

use super::names::names;
use super::tree::branch;

/// Things that are named on a line; the rest is counted.
const NAMED: usize = 3;

/// What can start when a library is there and all before it are.
#[derive(Clone, Debug, Default)]
struct Unlocked {
    libraries: Vec<LibraryId>,
    tests: Vec<TestId>,
}

/// Writes the tests that wait for no library, then a branch for each time at which imports are expected to start.
pub(super) fn write(out: &mut dyn Write, suite: &Suite, plan: &Agenda) -> io::Result<()> {
    let graph = plan.graph();
    let forecast = Forecast::new(graph, Limits::new());
    let mut waves: Vec<(Duration, Vec<LibraryId>)> = Vec::new();
    let mut unlocked: Vec<Unlocked> = vec![Unlocked::default()];
    // By node, how many imports of the order must have ended: as many as its last need stands at.
    let mut imports = vec![0; graph.len()];
    for &node in forecast.order() {
        let waits_for = graph.needs(node).iter().chain(graph.follows(node));
        let before = waits_for.map(|earlier| imports[earlier.index()]).max().unwrap_or(0);
        imports[node.index()] = match *graph.payload(node) {
            Unit::Preload(library) => {
                let start = forecast.start(node);
                match waves.last_mut() {
                    Some((same, libraries)) if *same == start => libraries.push(library),
                    _ => waves.push((start, vec![library])),
                }
                unlocked[before].libraries.push(library);
                unlocked.push(Unlocked::default());
                unlocked.len() - 1
            }
            Unit::Service(_) | Unit::Stop(_) => before,
            Unit::Test(test) => {
                unlocked[before].tests.push(test);
                before
            }
        };
    }
    for unlocked in &mut unlocked {
        unlocked.tests.sort_unstable();
    }
    writeln!(out, "without a library: {}", counted(unlocked[0].tests.len()))?;
    let mut place = 0;
    for (start, libraries) in waves {
        match start {
            Duration::ZERO => writeln!(out, "prepared at once")?,
            start => writeln!(out, "prepared after {start:?}, as expected")?,
        }
        let lines: Vec<String> = libraries
            .into_iter()
            .map(|id| {
                place += 1;
                line(suite, place, id, &unlocked[place])
            })
            .collect();
        branch(out, &lines, lines.len())?;
    }
    Ok(())
}

/// `2. top (after base): unlocks 2 tests (unit a.sh, unit b.sh)`
fn line(suite: &Suite, place: usize, id: LibraryId, unlocked: &Unlocked) -> String {
    let library = &suite.libraries[id.index()];
    let needs: Vec<LibraryId> = library.needs.iter().map(|need| need.library).collect();
    let mut line = format!("{place}. {}", library.name);
    if let Source::Leader { .. } = library.source {
        line += ", made by the first of its tests";
    }
    if !needs.is_empty() {
        line += &format!(" (after {})", names(suite, &needs).join(" and "));
    }
    let mut unlocks = Vec::new();
    if !unlocked.libraries.is_empty() {
        let names = names(suite, &unlocked.libraries);
        unlocks.push(format!("the preparation of {}", first(names.iter(), names.len())));
    }
    if !unlocked.tests.is_empty() {
        let tests = unlocked.tests.iter().map(|id| &suite.tests[id.index()]);
        let total = unlocked.tests.len();
        unlocks.push(format!("{} ({})", counted(total), first(tests, total)));
    }
    if !unlocks.is_empty() {
        line += &format!(": unlocks {}", unlocks.join(" and "));
    }
    line
}

/// The first names of `total`, and how many more there are.
fn first<D: Display>(names: impl Iterator<Item = D>, total: usize) -> String {
    // "1 more" is no shorter than the name.
    let named = if total > NAMED + 1 { NAMED } else { total };
    let mut words: Vec<String> = names.take(named).map(|name| name.to_string()).collect();
    if total > named {
        words.push(format!("{} more", total - named));
    }
    words.join(", ")
}
