//! Annotations: commands to the runner of a GitHub job. Escapes text so that it stays text.

use std::path::Path;

use probe_process::sift::plain;

use crate::describe;
use crate::record::{Case, End, PreloadCame, Record};

/// So many errors of one step are shown; the others are in the summary.
const SHOWN: usize = 10;
/// Lines of output in an annotation.
const LAST: usize = 10;

/// A command for each library that could not be prepared and each test that failed. `folder` is the project's directory in
/// the repository. If there are more than GitHub shows, and a summary exists, one more command says so.
pub(super) fn annotations(record: &Record, folder: &Path, has_summary: bool) -> Vec<String> {
    let libraries = record.libraries.iter().filter_map(|library| {
        let PreloadCame::Failed(failure) = &library.came else { return None };
        if failure.is_spared {
            return None;
        }
        let line = record.outline.libraries[library.id.index()].line;
        let title = format!("library {}", record.outline.library_name(library.id));
        let place = line.map(|line| (folder.join("probe.toml"), line));
        let message = match &failure.help {
            Some(help) => format!("failed to {}\n{help}", failure.message),
            None => format!("failed to {}", failure.message),
        };
        Some((place, title, message))
    });
    let tests = record.tests.iter().filter(|test| test.has_failed()).map(|test| {
        let defined = record.outline.test(test.id);
        let mut within = test.last_end().into_iter().flat_map(|(_, end)| &end.subtests);
        // A file beside the project's is named from elsewhere.
        let known = within.find_map(|subtest| {
            let is_here = |file: &&str| !Path::new(file).is_absolute();
            let file = subtest.file.as_deref().filter(|_| subtest.has_failed())?;
            Some((folder.join(Some(file).filter(is_here)?), subtest.line? as usize))
        });
        let place = known.unwrap_or_else(|| match &defined.file {
            Some(file) => (folder.join(&**file), 1),
            None => (folder.join("probe.toml"), defined.line),
        });
        (Some(place), defined.to_string(), message(record, test))
    });
    let services = record.services.iter().filter(|service| service.is_lost()).map(|service| {
        let message = [vec![service.words()], service.lines.clone()].concat().join("\n");
        (None, format!("service {}", service.name), message)
    });
    let mut failures = libraries.chain(services).chain(tests);
    let lines = failures.by_ref().take(SHOWN).map(|(place, title, message)| {
        let place = place
            .map(|(file, line)| format!("file={},line={line},", property(&file.to_string_lossy())));
        let place = place.unwrap_or_default();
        format!("::error {place}title={}::{}", property(&title), data(&message))
    });
    let mut lines: Vec<String> = lines.collect();
    let more = failures.count();
    lines.extend(suspicions(record));
    if more > 0 && has_summary {
        lines.push(format!(
            "::notice title=probe::{more} more failed: the summary of the job names them"
        ));
    }
    lines
}

/// A warning for each place and file for which tests may have worked in vain.
fn suspicions(record: &Record) -> impl Iterator<Item = String> {
    let warning = |title: &str, message: &str| {
        format!("::warning title={}::{}", property(title), data(message))
    };
    let suspected = record.suspicions.iter().map(move |suspected| {
        let head = format!("{}: {}", suspected.folder, suspected.words());
        let tests = suspected.tests(&record.outline);
        let tests = tests.iter().take(LAST).map(|test| format!("- {test}"));
        let lines: Vec<String> = std::iter::once(head).chain(tests).collect();
        warning("suspicion", &lines.join("\n"))
    });
    let duplicates = record.duplicates.iter().map(move |duplicate| {
        warning("duplicate", &format!("{}: {}", duplicate.path, duplicate.words()))
    });
    // Warnings have a number of their own.
    suspected.chain(duplicates).take(SHOWN)
}

/// How the test ended, the verdict on its libraries, and its last lines.
fn message(record: &Record, test: &Case) -> String {
    let Some((attempt, end)) = test.last_end() else { return "it could not be started".to_owned() };
    let (verb, _) = describe::verb(&end.ending);
    let detail = describe::detail(&end.ending, attempt.number);
    let mut lines =
        vec![if detail.is_empty() { verb.into_owned() } else { format!("{verb}: {detail}") }];
    lines.extend(failed_within(end));
    lines.extend(end.verdict.iter().cloned());
    // An output that cannot be read any more is missing here alone.
    let text = end.output.last().and_then(|kept| record.text(kept).ok()).unwrap_or_default();
    let text = plain(&text);
    let last: Vec<&str> = text.lines().rev().take(LAST).collect();
    lines.extend(last.into_iter().rev().map(str::to_owned));
    lines.join("\n")
}

/// The failed tests within its process, one line each, up to a limit.
pub(super) fn failed_within(end: &End) -> Vec<String> {
    let failed = end.subtests.iter().filter(|subtest| subtest.has_failed());
    let mut lines: Vec<String> =
        failed.clone().take(LAST).map(|subtest| format!("- {}", subtest.words())).collect();
    if let Some(more @ 1..) = failed.count().checked_sub(LAST) {
        lines.push(format!("- and {more} more"));
    }
    lines
}

/// The text of a command.
pub(super) fn data(text: &str) -> String {
    plain(text).replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// The value of a command's property.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_text_ends_a_command_or_begins_another() {
        assert_eq!(data("50%\r\n::error::x, y"), "50%25%0D%0A::error::x, y");
        assert_eq!(property("a:b,c%\n"), "a%3Ab%2Cc%25%0A");
    }
}
