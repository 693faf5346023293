//! The races of a run, one entry for each file: how often, how, what was repaired, and which tests it concerned.

use std::io::{self, Write};
use std::path::Path;

use probe_run::{FileFinding, FileOutcome, Finding, Raced, Repaired, Stray, Summary};
use probe_scenario::{LibraryId, Suite, TestId};

use super::below::{INDENT, named};
use super::{style, verdict};

/// All races for one file.
struct Entry<'a> {
    /// `None` for a file that no library declares.
    library: Option<LibraryId>,
    path: &'a Path,
    /// Attempts that it failed.
    attempts: usize,
    /// The last outcome. A repair counts more than the result that nothing was left to repair.
    last: Last<'a>,
    /// In the order in which they raced, each once.
    tests: Vec<TestId>,
}

enum Last<'a> {
    Declared(&'a FileFinding, &'a Finding),
    Undeclared(&'a Stray),
}

impl Last<'_> {
    /// Whether something was done about the file, or tried in vain.
    fn has_mended(&self) -> bool {
        let Self::Declared(file, finding) = self else { return false };
        finding.repairs.iter().any(|(library, repaired)| {
            *library == file.library && *repaired != Repaired::AlreadyWhole
        })
    }
}

pub(super) fn write(out: &mut impl Write, suite: &Suite, summary: &Summary) -> io::Result<()> {
    for entry in entries(&summary.raced) {
        let name = match entry.library {
            Some(id) => format!("library {}", suite.libraries[id.index()].name),
            None => "undeclared file".to_owned(),
        };
        let verb = match entry.last {
            Last::Declared(FileFinding { outcome: FileOutcome::LeftDamaged, .. }, _) => "MENDED",
            Last::Declared(..) | Last::Undeclared(_) => "RACE",
        };
        let times = match entry.attempts {
            1 => "once".to_owned(),
            2 => "twice".to_owned(),
            times => format!("{times} times"),
        };
        let (colour, cyan) = (style::WARN, style::NAME);
        writeln!(out, "{colour}{verb:>12}{colour:#} {cyan}{name}{cyan:#}: {times}")?;
        let lines = match entry.last {
            Last::Declared(file, finding) => vec![verdict::file(finding, file)],
            Last::Undeclared(stray) => vec![verdict::stray(stray)],
        };
        lines.iter().try_for_each(|line| writeln!(out, "{INDENT}{line}"))?;
        named(out, suite, &entry.tests)?;
    }
    Ok(())
}

/// In the order of the first race for each file.
fn entries(raced: &[Raced]) -> Vec<Entry<'_>> {
    let mut entries: Vec<Entry<'_>> = Vec::new();
    for Raced { test, finding } in raced {
        let declared = finding
            .files
            .iter()
            .map(|file| (Some(file.library), file.path.as_path(), Last::Declared(file, finding)));
        let undeclared = finding
            .strays
            .iter()
            .map(|stray| (None, stray.path.as_path(), Last::Undeclared(stray)));
        for (library, path, last) in declared.chain(undeclared) {
            let known =
                entries.iter_mut().find(|entry| entry.path == path && entry.library == library);
            let entry = match known {
                Some(entry) => {
                    if last.has_mended() || !entry.last.has_mended() {
                        entry.last = last;
                    }
                    entry
                }
                None => {
                    entries.push(Entry { library, path, attempts: 0, last, tests: Vec::new() });
                    entries.last_mut().expect("it was pushed just now")
                }
            };
            entry.attempts += 1;
            if !entry.tests.contains(test) {
                entry.tests.push(*test);
            }
        }
    }
    entries
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use probe_loader::Condition;

    use super::*;

    fn raced(test: usize, outcome: FileOutcome, repaired: Option<Repaired>) -> Raced {
        let library = LibraryId::new(0);
        let file = FileFinding {
            library,
            path: PathBuf::from("engine.so"),
            outcome,
            condition: Condition::Whole,
            whole_size: None,
            written: None,
        };
        let finding = Finding {
            symptom: None,
            files: vec![file],
            repairs: repaired.map(|repaired| (library, repaired)).into_iter().collect(),
            strays: Vec::new(),
            gathering: None,
            notes: Vec::new(),
            intact: Vec::new(),
            aside: Vec::new(),
        };
        Raced { test: TestId::new(test), finding }
    }

    #[test]
    fn that_something_was_mended_is_not_forgotten_over_who_came_later() {
        let built = || Some(Repaired::BuiltAgain);
        for (first, second, is_mended) in [
            ((FileOutcome::Torn, built()), (FileOutcome::Changed, None), true),
            ((FileOutcome::Torn, built()), (FileOutcome::Torn, Some(Repaired::AlreadyWhole)), true),
            ((FileOutcome::Changed, None), (FileOutcome::Torn, built()), true),
            ((FileOutcome::Changed, None), (FileOutcome::Changed, None), false),
        ] {
            let raced = [raced(0, first.0, first.1), raced(1, second.0, second.1)];
            let entries = entries(&raced);
            let [entry] = entries.as_slice() else { panic!("{} entries", entries.len()) };
            assert_eq!((entry.attempts, entry.tests.len()), (2, 2));
            assert_eq!(entry.last.has_mended(), is_mended);
        }
    }
}
