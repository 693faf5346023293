//! What a test needed, how each library was prepared, and what the test waited for.

use std::collections::BTreeSet;
use std::time::Duration;

use probe_scenario::LibraryId;

use super::few::few;
use crate::bytes::Bytes;
use crate::describe;
use crate::record::{Case, Preload, PreloadCame, Record};

/// Shorter waits are not worth showing.
const NOTICED: Duration = Duration::from_millis(10);

/// A line for each library and service, with why it was needed.
pub(super) fn needed(
    record: &Record,
    case: &Case,
    why: &dyn Fn(&str) -> Option<String>,
) -> Vec<String> {
    let test = record.outline.test(case.id);
    let mut lines = Vec::new();
    for library in all_needs(record, &test.needs) {
        let name = record.outline.library_name(library);
        lines.push(format!("library {name}: {}", how(preload(record, library))));
        let asked = why(name);
        if let Some(asked) = asked.filter(|_| test.needs.contains(&library)) {
            lines.push(format!("  needed because of {asked}"));
        } else if let Some(other) = test
            .needs
            .iter()
            .find(|&&other| record.outline.libraries[other.index()].needs.contains(&library))
        {
            lines.push(format!("  library {} needs it", record.outline.library_name(*other)));
        }
    }
    for name in &*test.services {
        let served = record.services.iter().find(|served| served.name == **name);
        let how = match served {
            Some(served) if served.is_lost() => served.words(),
            Some(served) => match served.ready {
                Some(ready) => {
                    format!(
                        "was ready {} after its start",
                        seconds(ready.saturating_sub(served.started))
                    )
                }
                None => served.words(),
            },
            None => "was not started".to_owned(),
        };
        lines.push(format!("service {name}: it {how}"));
    }
    if lines.is_empty() {
        return vec!["nothing: no library and no service".to_owned()];
    }
    few(lines)
}

/// The time before its first attempt, and what it waited for.
pub(super) fn waited(record: &Record, case: &Case) -> Vec<String> {
    let Some(first) = case.attempts.first() else { return Vec::new() };
    let mut until: Vec<(Duration, String)> = Vec::new();
    let test = record.outline.test(case.id);
    for library in all_needs(record, &test.needs) {
        if let Some(ended) = preload(record, library).and_then(|preload| preload.ended) {
            until.push((ended, format!("library {}", record.outline.library_name(library))));
        }
    }
    for served in
        record.services.iter().filter(|served| test.services.contains(&served.name.as_str().into()))
    {
        until.extend(served.ready.map(|ready| (ready, format!("service {}", served.name))));
    }
    for &earlier in &test.after {
        let earlier = &record.tests[earlier.index()];
        if let Some((ran, end)) = earlier.last_end() {
            let name = record.outline.test(earlier.id);
            until.push((ran.started + end.took, format!("test {name}, which it comes after")));
        }
    }
    let last = until.into_iter().max_by_key(|(until, _)| *until);
    let (ready, what) = last.unwrap_or_default();
    let ready = ready.min(first.started);
    let turn = first.started.saturating_sub(ready);
    let mut parts = Vec::new();
    if ready > NOTICED {
        parts.push(format!("{} for {what}", seconds(ready)));
    }
    if turn > NOTICED {
        let jobs = record.began.jobs;
        parts.push(format!("{} for its turn ({jobs} at once)", seconds(turn)));
    }
    vec![if parts.is_empty() { "for nobody".to_owned() } else { parts.join(", then ") }]
}

/// These libraries and the libraries that they need.
fn all_needs(record: &Record, needs: &[LibraryId]) -> Vec<LibraryId> {
    let mut seen = BTreeSet::new();
    let mut open: Vec<LibraryId> = needs.to_vec();
    while let Some(library) = open.pop() {
        if seen.insert(library) {
            open.extend(&record.outline.libraries[library.index()].needs);
        }
    }
    seen.into_iter().collect()
}

fn preload(record: &Record, library: LibraryId) -> Option<&Preload> {
    record.libraries.iter().find(|preload| preload.id == library)
}

/// How a library was prepared, or why not.
fn how(preload: Option<&Preload>) -> String {
    let Some(preload) = preload else { return "not asked for".to_owned() };
    let took = preload.ended.map(|ended| ended.saturating_sub(preload.started));
    let took = took.filter(|took| *took > NOTICED).map(|took| format!(" in {}", seconds(took)));
    let took = took.unwrap_or_default();
    match &preload.came {
        PreloadCame::ToNothing => "cancelled".to_owned(),
        PreloadCame::Here { how, is_confirmed, size, .. } => {
            let retried = match preload.retried.len() {
                0 => String::new(),
                1 => ", after one attempt that failed".to_owned(),
                count => format!(", after {count} attempts that failed"),
            };
            format!("{}, {}{took}{retried}", describe::came(*how, *is_confirmed), Bytes(*size))
        }
        PreloadCame::Looked { is_known: true } => "already there".to_owned(),
        PreloadCame::Looked { is_known: false } => {
            "made by the first test that needs it".to_owned()
        }
        PreloadCame::Checked { is_clean } => describe::checked(*is_clean).to_owned(),
        PreloadCame::Failed(failure) => format!("failed to {}", failure.message),
    }
}

/// `1.23 s`.
pub(super) fn seconds(time: Duration) -> String {
    format!("{:.2} s", time.as_secs_f64())
}
