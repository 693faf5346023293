//! The words for verdicts: the file of a race, what was repaired, and other evidence about a failure. No printing.

use std::time::Duration;

use probe_loader::{Aside, Condition, Sha256, Tear};
use probe_run::{FileFinding, FileOutcome, Finding, Repaired, Stray, Symptom, Verdict, Written};
use probe_scenario::{LibraryId, Suite};

use super::suspects::Suspects;

/// A line for each file of a library that was not as it should be, with the repair.
pub(crate) fn files(suite: &Suite, finding: &Finding) -> Vec<String> {
    let line = |found: &FileFinding| {
        let name = &suite.libraries[found.library.index()].name;
        format!("library {name}: {}", file(finding, found))
    };
    let mut lines: Vec<String> = finding.files.iter().map(line).collect();
    for (library, repaired) in &finding.repairs {
        if let Repaired::Failed(failure) = repaired {
            // Otherwise the line of one of its files has said it.
            if finding.files.iter().all(|found| found.library != *library) {
                lines.push(format!(
                    "library {}: {}",
                    suite.libraries[library.index()].name,
                    failure.cause
                ));
            }
            lines.extend(failure.help.iter().flat_map(|help| help.lines()).map(str::to_owned));
        }
    }
    let aside = |aside: &Aside| format!("{aside}; `{}` moves it back", aside.way_back());
    lines.extend(finding.aside.iter().map(aside));
    lines
}

/// The condition of one of these files, and its repair.
pub(crate) fn file(finding: &Finding, file: &FileFinding) -> String {
    let path = file.path.display();
    let mut repairs = finding.repairs.iter().filter(|(library, _)| *library == file.library);
    match repairs.next() {
        Some((_, repaired)) => format!("`{path}` {}; {}", state(file), repair(repaired)),
        None if file.outcome == FileOutcome::Changed => {
            format!("`{path}` {}; it is whole now", state(file))
        }
        None => format!("`{path}` {}", state(file)),
    }
}

/// The text below the output of an attempt that does not run again as a race: why it is not a race, or why probe gave up.
pub(crate) fn explanation(suite: &Suite, finding: &Finding) -> Vec<String> {
    let mut lines = files(suite, finding);
    match finding.verdict() {
        Verdict::Race => lines
            .push("it was a race, and no further attempt is left (`--race-retries`)".to_owned()),
        Verdict::Unmended => {
            lines.push("it was a race, and what it was for is not whole yet".to_owned());
        }
        Verdict::Undeclared => lines.extend(finding.strays.iter().map(stray)),
        Verdict::Real => lines.extend(in_spite_of(suite, finding)),
    }
    lines.extend(finding.notes.iter().cloned());
    lines
}

/// The text about the command of `exec`, which probe does not run again. Empty if nothing points to its libraries.
pub(crate) fn on_command(suite: &Suite, finding: &Finding) -> Vec<String> {
    let mut lines = Vec::new();
    match finding.verdict() {
        Verdict::Race if finding.repairs.is_empty() => {
            lines.push("a race: run it again".to_owned());
        }
        Verdict::Race => lines.push("a race: it is mended, run it again".to_owned()),
        Verdict::Unmended => lines.push("a race, and what it was for is not whole yet".to_owned()),
        Verdict::Undeclared | Verdict::Real => {}
    }
    lines.extend(files(suite, finding));
    lines.extend(in_spite_of(suite, finding));
    lines.extend(finding.notes.iter().cloned());
    lines
}

/// That a symptom is no race, where there is one and whole libraries to speak of.
fn in_spite_of(suite: &Suite, finding: &Finding) -> Option<String> {
    let symptom = finding.symptom.as_ref()?;
    if finding.verdict() != Verdict::Real || finding.intact.is_empty() {
        return None;
    }
    let names = library_names(suite, &finding.intact);
    Some(format!("no race, in spite of {symptom}: the files of {names} are whole and unchanged"))
}

/// How a file was seen.
fn state(file: &FileFinding) -> String {
    match file.outcome {
        FileOutcome::Torn | FileOutcome::WrongContent => format!("was {}", condition(file)),
        FileOutcome::LeftDamaged => {
            format!("was left {} when probe ended the test", condition(file))
        }
        FileOutcome::Missing => "was not there any more".to_owned(),
        FileOutcome::Changed => changed(file),
        FileOutcome::Intact => "is whole".to_owned(),
    }
}

/// How a file changed under an attempt, and when that was over: the test may have seen any part of it.
fn changed(file: &FileFinding) -> String {
    match file.written.map(|written| (written.after_start(), written.before_end())) {
        Some((Some(_), Some(end))) => {
            format!("was written while the test ran, last {} before it ended", seconds(end))
        }
        Some((Some(_), None)) => "was still being written when the test ended".to_owned(),
        // Its content is older: another file got its name.
        Some((None, _)) => "was replaced while the test ran".to_owned(),
        None => "was written or replaced while the test ran".to_owned(),
    }
}

/// The worst condition of the file, with its size and the size that it should have.
fn condition(file: &FileFinding) -> String {
    match (&file.condition, file.whole_size) {
        (Condition::Torn(Tear::Cut { size, .. }), Some(whole)) => {
            format!("torn: cut at {size} of {whole} bytes")
        }
        (Condition::Torn(Tear::Empty), Some(whole)) => format!("torn: 0 of {whole} bytes"),
        (Condition::WrongDigest { expected, found: Some(found) }, _) => {
            let begin = |digest: &Sha256| digest.to_string().chars().take(12).collect::<String>();
            format!("another file: sha256 {}…, not {}…", begin(found), begin(expected))
        }
        (Condition::WrongDigest { found: None, .. }, Some(whole)) => {
            format!("another file: it has not the {whole} bytes of the library")
        }
        (condition, _) => condition.to_string(),
    }
}

/// The repair of a library's files.
fn repair(repaired: &Repaired) -> String {
    match repaired {
        Repaired::AlreadyWhole => "it is whole now".to_owned(),
        Repaired::PutBack => "put back from the store".to_owned(),
        Repaired::FetchedAgain => "fetched again".to_owned(),
        Repaired::BuiltAgain => "built again".to_owned(),
        Repaired::MovedAside => "moved aside, so that it is made anew".to_owned(),
        Repaired::Failed(failure) => format!("it cannot be mended: {}", failure.cause),
    }
}

/// A file that a test may have raced for, and when it was written.
pub(crate) fn stray(stray: &Stray) -> String {
    let written = match (stray.written.after_start(), stray.written.before_end()) {
        (Some(start), Some(end)) => {
            format!(
                "written {} after the test started, {} before it ended",
                seconds(start),
                seconds(end)
            )
        }
        (Some(_), None) => "written after the test ended".to_owned(),
        (None, _) => {
            let Written { at, attempt } = stray.written;
            let since = attempt.0.duration_since(at).unwrap_or_default();
            format!("written {} before the test started", seconds(since))
        }
    };
    let state = match stray.condition.is_whole() {
        true => String::new(),
        false => format!(", {}", stray.condition),
    };
    let path = stray.path.display();
    format!("likely a race for `{path}`, which no library declares: {written}{state}")
}

fn seconds(time: Duration) -> String {
    format!("{:.3} s", time.as_secs_f64())
}

/// The text about a failed command that may have raced: a first line and the lines below it, for each suspicion.
pub(crate) fn undeclared(suspects: &Suspects) -> Vec<(String, Vec<String>)> {
    let mut said = Vec::new();
    if let Some(first) = suspects.files.first() {
        let path = first.path.display();
        let state = match first.condition.is_whole() {
            true => String::new(),
            false => format!(", {},", first.condition),
        };
        let line = match first.written.after_start() {
            Some(_) => format!(
                "`{path}`{state} came while the command ran, and no library declares it: if a test died over it, that was a race"
            ),
            None => format!(
                "`{path}`{state} was there before the command ran, and no library declares it: if a test died over it, remove it, so that it is made anew"
            ),
        };
        let others = suspects.files[1..].iter().map(|other| match other.condition.is_whole() {
            true => format!("so did `{}`", other.path.display()),
            false => format!("so did `{}`, {}", other.path.display(), other.condition),
        });
        let others = others.filter(|_| first.written.after_start().is_some());
        said.push((line, others.collect()));
    }
    for url in &suspects.fetched {
        let line = format!(
            "`{url}` came through plug while the command ran, and no library declares it: if a test died over it, that was a race"
        );
        let why = "`probe -- CMD` downloads it before the command from now on, on this machine";
        said.push((line, vec![why.to_owned()]));
    }
    for (name, reason) in &suspects.made_by_tests {
        let line = format!(
            "`{name}`, needed by {reason}, is fetched or made by tests themselves: if they died over it, that was a race"
        );
        said.push((
            line,
            vec!["`probe run` lets one test make it before the others start".to_owned()],
        ));
    }
    said
}

/// `library a`, `libraries a, b`.
pub(crate) fn library_names(suite: &Suite, libraries: &[LibraryId]) -> String {
    let names: Vec<&str> =
        libraries.iter().map(|id| suite.libraries[id.index()].name.as_str()).collect();
    let word = if names.len() == 1 { "library" } else { "libraries" };
    format!("{word} {}", names.join(", "))
}

/// The symptom of an attempt's failure: `SIGBUS`, or the loader's words.
pub(crate) fn by(symptom: Option<&Symptom>, ending: &str) -> String {
    match symptom {
        Some(symptom @ (Symptom::Said(_) | Symptom::Named(_))) => {
            format!("{ending} with {symptom}")
        }
        Some(_) | None => ending.to_owned(),
    }
}
