//! Remarks in a box besides the results of its members: how long a preparation took, and what waited for what.
//!
//! Knows no position.

use std::collections::BTreeMap;
use std::time::Duration;

use probe_scenario::{LibraryId, TestId};

use crate::outline::Outline;
use crate::picture::Standings;

/// Shorter waits are not worth a remark.
const LEAST: Duration = Duration::from_millis(1);

/// `took 1.20 s`, and `4 tests waited for it, up to 1.19 s`.
pub(super) fn on_libraries(results: &Standings, libraries: &[LibraryId]) -> Vec<String> {
    let took = |id: &LibraryId| *results.took.get(id.index())?;
    let longest = libraries.iter().filter_map(took).max();
    let mut remarks: Vec<String> = longest
        .iter()
        .map(|longest| match libraries {
            [_] => format!("took {}", seconds(*longest)),
            _ => format!("took up to {}", seconds(*longest)),
        })
        .collect();
    let waits = results.waited.iter().flatten();
    let waits: Vec<Duration> = waits
        .filter(|(library, until)| libraries.contains(library) && *until >= LEAST)
        .map(|&(_, until)| until)
        .collect();
    if let Some(longest) = waits.iter().max() {
        let who = if waits.len() == 1 { "test" } else { "tests" };
        remarks.push(format!("{} {who} waited, up to {}", waits.len(), seconds(*longest)));
    }
    remarks
}

/// `waited 1.19 s for duckdb`: by the library that most of them waited for last.
pub(super) fn on_tests(outline: &Outline, results: &Standings, tests: &[TestId]) -> Vec<String> {
    let mut waits: BTreeMap<LibraryId, (usize, Duration)> = BTreeMap::new();
    for (library, until) in tests.iter().filter_map(|id| *results.waited.get(id.index())?) {
        if until >= LEAST {
            let (count, longest) = waits.entry(library).or_default();
            (*count, *longest) = (*count + 1, until.max(*longest));
        }
    }
    let most = waits.into_iter().max_by_key(|&(library, wait)| (wait, std::cmp::Reverse(library)));
    let remark = most.map(|(library, (_, longest))| {
        let name = outline.library_name(library);
        let up_to = if tests.len() == 1 { "" } else { "up to " };
        format!("waited {up_to}{} for {name}", seconds(longest))
    });
    remark.into_iter().collect()
}

fn seconds(time: Duration) -> String {
    match time.as_secs_f64() {
        short if short < 0.0995 => format!("{:.0} ms", short * 1e3),
        long => format!("{long:.2} s"),
    }
}
