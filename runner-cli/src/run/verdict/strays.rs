//! Files that a failed attempt names and no library declares: which of them it may have raced for. Guesses from times, and
//! says so; what is done about it is a person's affair.

use std::path::{Path, PathBuf};
use std::time::Duration;

use probe_loader::{Condition, Facts, Kind, Led, Loader, Observation, Pattern, Verify};

use super::evidence::Evidence;
use super::finding::{Stray, Written};
use super::messages::Sort;

/// A file's time of writing comes from a clock that ticks every few milliseconds, and a network file system's from another
/// machine.
const TICK: Duration = Duration::from_millis(50);

/// The files that are named, declared by nobody, and torn, being written, or written since the attempt began. One that a
/// full disk has cut is no race: there is no room for it at the next attempt either.
pub(crate) fn find(loader: &Loader, evidence: &Evidence) -> Vec<Stray> {
    if evidence.symptom.is_none() {
        return Vec::new();
    }
    let full = evidence.words.said.iter().filter(|said| said.message.sort == Sort::DiskFull);
    let cut: Vec<PathBuf> =
        full.filter_map(|said| said.file.as_deref()).map(|name| evidence.resolve(name)).collect();
    let mut strays: Vec<Stray> = Vec::new();
    for name in named(evidence) {
        let path = evidence.resolve(name);
        let is_declared = evidence
            .libraries
            .iter()
            .any(|library| library.watched.is_named(name, &evidence.cwd, &library.after));
        if !is_declared
            && !cut.contains(&path)
            && strays.iter().all(|stray| stray.path != path)
            && let Some(stray) = judge(loader, evidence, &path)
        {
            strays.push(stray);
        }
    }
    strays
}

/// Names with a directory in them: a bare name says nothing of where the file is.
fn named(evidence: &Evidence) -> impl Iterator<Item = &str> {
    let said = evidence.words.said.iter().filter_map(|said| said.file.as_deref());
    let printed = evidence.words.libraries.iter().map(String::as_str);
    said.chain(printed).filter(|name| name.contains('/'))
}

fn judge(loader: &Loader, evidence: &Evidence, path: &Path) -> Option<Stray> {
    let Observation { condition, facts: Some(Facts { size, modified, .. }), .. } =
        look(loader, path)?
    else {
        return None;
    };
    let suspicious = match condition {
        Condition::Torn(_) | Condition::Changing => true,
        _ => modified + TICK >= evidence.started,
    };
    suspicious.then(|| Stray {
        path: path.to_owned(),
        condition,
        size,
        written: Written { at: modified, attempt: (evidence.started, evidence.ended_at) },
    })
}

/// As a library that tests make, which is what it is.
fn look(loader: &Loader, path: &Path) -> Option<Observation> {
    let library = Led {
        name: String::new(),
        project: PathBuf::new(),
        kind: Kind::Native,
        paths: vec![Pattern::escape(path.to_str()?)],
        inputs: Vec::new(),
    };
    loader.watch_led(&library).observe(Verify::Stamps).pop()
}
