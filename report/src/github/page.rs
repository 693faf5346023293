//! The summary of a job, in Markdown.

use std::fmt::Write;
use std::time::Duration;

use probe_process::sift::plain;

use super::annotation::failed_within;

use crate::bytes::Bytes;
use crate::counted::tests;
use crate::describe;
use crate::facts::Status;
use crate::record::{Came, Case, PreloadCame, Record};

/// Failures whose output is shown.
const SHOWN: usize = 20;
/// Bytes after which nothing more is listed: GitHub refuses a summary of more than a mebibyte as a whole.
const ROOM: usize = 900 * 1024;
/// Lines of output that are shown of each.
const LAST: usize = 40;
/// Tests that are listed as the slowest.
const SLOWEST: usize = 5;

/// The summary of a run.
pub(super) fn page(record: &Record) -> String {
    let mut page = String::new();
    let failed: Vec<&Case> = record.tests.iter().filter(|test| test.has_failed()).collect();
    let count = |wanted: &[Status]| {
        let is_wanted =
            |test: &&Case| matches!(test.came, Came::To(came) if wanted.contains(&came));
        record.tests.iter().filter(is_wanted).count()
    };
    let not_run = record.tests.iter().filter(|test| record.why_not_run(test).is_some()).count();
    let passed = count(&[Status::Pass, Status::Race, Status::Flaky, Status::Leak]);
    let counted = [
        (passed, "passed"),
        (failed.len(), "failed"),
        (count(&[Status::Xfail]), "failed as expected"),
        (count(&[Status::Flaky]), "flaky"),
        (count(&[Status::Race]), "after a race"),
        (not_run, "not run"),
    ];
    let counted = counted.iter().filter(|(count, _)| *count > 0);
    let counts: Vec<String> = counted.map(|(count, what)| format!("{count} {what}")).collect();
    let counts = if counts.is_empty() { "no tests".to_owned() } else { counts.join(", ") };
    let took = seconds(record.took);
    // Writing to a string does not fail.
    let _ = writeln!(page, "### probe: {counts} in {took}\n");
    libraries(&mut page, record);
    services(&mut page, record);
    failures(&mut page, record, &failed);
    flaky(&mut page, record);
    suspicions(&mut page, record);
    slowest(&mut page, record);
    page
}

fn libraries(page: &mut String, record: &Record) {
    if record.libraries.is_empty() {
        return;
    }
    *page += "| library | | time |\n|---|---|---|\n";
    for library in &record.libraries {
        let came = match &library.came {
            PreloadCame::ToNothing => "cancelled".to_owned(),
            PreloadCame::Here { how, is_confirmed, size, .. } => {
                format!("{}, {}", describe::came(*how, *is_confirmed), Bytes(*size))
            }
            PreloadCame::Looked { is_known: true } => "already there".to_owned(),
            PreloadCame::Looked { is_known: false } => "made by a test".to_owned(),
            PreloadCame::Checked { is_clean } => describe::checked(*is_clean).to_owned(),
            PreloadCame::Failed(failure) if failure.is_spared => {
                format!("failed: {} (tests run without it)", failure.cause)
            }
            PreloadCame::Failed(failure) => {
                let blocked = Came::BlockedByLibrary(library.id);
                let blocked = record.tests.iter().filter(|test| test.came == blocked).count();
                format!("failed: {} (blocks {})", failure.cause, tests(blocked))
            }
        };
        let took = seconds(library.ended.unwrap_or(record.took).saturating_sub(library.started));
        let name = record.outline.library_name(library.id);
        let _ = writeln!(page, "| {} | {} | {took} |", text(name), text(&came));
    }
    page.push('\n');
}

fn services(page: &mut String, record: &Record) {
    if record.services.is_empty() {
        return;
    }
    *page += "| service | | time |\n|---|---|---|\n";
    for (place, service) in record.services.iter().enumerate() {
        let by_it = Came::BlockedByService(place);
        let blocked = record.tests.iter().filter(|test| test.came == by_it).count();
        let blocks =
            if blocked > 0 { format!(" (blocks {})", tests(blocked)) } else { String::new() };
        let took = seconds(service.ended.unwrap_or(record.took).saturating_sub(service.started));
        let came = format!("{}{blocks}", service.words());
        let _ = writeln!(page, "| {} | {} | {took} |", text(&service.name), text(&came));
    }
    page.push('\n');
}

/// The tests that failed: some with their outputs, the others by name, as far as there is room.
fn failures(page: &mut String, record: &Record, failed: &[&Case]) {
    for (index, test) in failed.iter().enumerate() {
        let mut entry = String::new();
        if index < SHOWN {
            failure(&mut entry, record, test);
        }
        if entry.is_empty() || page.len() + entry.len() > ROOM {
            entry = format!("<p>❌ {}</p>\n\n", text(&record.outline.test(test.id).to_string()));
        }
        if page.len() + entry.len() > ROOM {
            let _ = writeln!(page, "… and {} more\n", failed.len() - index);
            return;
        }
        page.push_str(&entry);
    }
}

/// A test that failed, with the end of its output folded.
fn failure(page: &mut String, record: &Record, test: &Case) {
    let name = text(&record.outline.test(test.id).to_string());
    let Some((attempt, end)) = test.last_end() else {
        let _ = writeln!(page, "<p>❌ {name}: not started</p>\n");
        return;
    };
    let (verb, _) = describe::verb(&end.ending);
    let detail = describe::detail(&end.ending, attempt.number);
    let detail = if detail.is_empty() { detail } else { format!(": {}", text(&detail)) };
    let _ = writeln!(page, "<details><summary>❌ {name}: {verb}{detail}</summary>\n<pre>");
    for line in failed_within(end).iter().chain(&end.verdict) {
        let _ = writeln!(page, "{}", text(line));
    }
    for kept in &end.output {
        let output = record.text(kept).unwrap_or_default();
        let output = plain(&output);
        let last: Vec<&str> = output.lines().rev().take(LAST).collect();
        let _ = writeln!(page, "{} ───", kept.stream.word());
        for line in last.into_iter().rev() {
            let _ = writeln!(page, "{}", text(line));
        }
    }
    *page += "</pre></details>\n\n";
}

fn flaky(page: &mut String, record: &Record) {
    let is_flaky = |test: &&Case| matches!(test.came, Came::To(Status::Flaky | Status::Race));
    for test in record.tests.iter().filter(is_flaky) {
        let why = if test.came == Came::To(Status::Race) { "after a race" } else { "flaky" };
        let (name, attempts) =
            (text(&record.outline.test(test.id).to_string()), test.attempts.len());
        let _ = writeln!(page, "<p>⚠️ {name}: passed at attempt {attempts} ({why})</p>\n");
    }
}

fn suspicions(page: &mut String, record: &Record) {
    for suspected in &record.suspicions {
        let (folder, words) = (text(&suspected.folder), text(&suspected.words()));
        let _ = writeln!(page, "<p>⚠️ {folder}: {words}</p>\n");
    }
    for duplicate in &record.duplicates {
        let (path, words) = (text(&duplicate.path), text(&duplicate.words()));
        let _ = writeln!(page, "<p>⚠️ {path}: {words}</p>\n");
    }
}

fn slowest(page: &mut String, record: &Record) {
    let mut ended: Vec<(Duration, &Case)> =
        record.tests.iter().filter_map(|test| Some((test.last_end()?.1.took, test))).collect();
    ended.sort_by_key(|&(took, test)| (std::cmp::Reverse(took), test.id));
    if ended.len() <= SLOWEST {
        return;
    }
    *page += "| slowest | time |\n|---|---|\n";
    for (took, test) in &ended[..SLOWEST] {
        let name = text(&record.outline.test(test.id).to_string());
        let _ = writeln!(page, "| {name} | {} |", seconds(*took));
    }
}

fn seconds(time: Duration) -> String {
    format!("{:.3} s", time.as_secs_f64())
}

/// A text in which Markdown and HTML find nothing to read.
fn text(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '\n' | '\r' | '\t' => safe.push(' '),
            _ if letter.is_control() => safe.push('\u{fffd}'),
            _ if letter.is_ascii_punctuation() && !matches!(letter, '.' | '-' | '/' | ',') => {
                let _ = write!(safe, "&#{};", u32::from(letter));
            }
            _ => safe.push(letter),
        }
    }
    safe
}
