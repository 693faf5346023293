//! `--changed` of `run` and `list`: Git is asked before anything is built, and what no change concerns is left out.
//!
//! Does not know how it is found out which tests a change concerns.

use std::sync::Arc;

use probe_scenario::{Suite, TestId};

use super::selected::outlined;
use crate::args::{ChangedArguments, ProjectArguments, SelectionArguments};
use crate::changed::{Changes, Concerned, concerned};
use crate::environment::Environment;
use crate::manifest_file::ManifestFile;
use crate::project::{Opening, Project};
use crate::ui::{Failure, print_note};

/// What `--changed` asks for.
pub(super) enum Asked {
    /// Nothing: all tests are meant.
    All,
    /// Nothing has changed, and that has been said.
    Nothing,
    Since(Changes),
}

/// Asks Git, if that is what the command line wants.
///
/// # Errors
///
/// There is no manifest, or it has mistakes; or Git has no answer.
pub(super) fn ask(
    arguments: &ChangedArguments,
    project: &ProjectArguments,
    selected: &SelectionArguments,
    environment: &Environment,
) -> Result<Asked, Failure> {
    let Some(reference) = &arguments.changed else { return Ok(Asked::All) };
    let reference = Some(reference.as_str()).filter(|reference| !reference.is_empty());
    let root = ManifestFile::find(project, environment)?.root;
    let changes = Changes::since(&root, reference, environment)?;
    if !changes.files.is_empty() {
        return Ok(Asked::Since(changes));
    }
    // Nothing is listed or built for it, but a mistake is one.
    Opening::read(project, environment, &outlined(selected))?;
    let since = &changes.since;
    let way = match reference {
        None => " (`--changed=REF` compares with a branch)",
        Some(_) => "",
    };
    print_note(&format!("nothing has changed since {since}{way}: there is nothing to run"));
    Ok(Asked::Nothing)
}

/// Those of `selected` that the changes concern, each of which then says why; and what is to be printed about that.
///
/// # Errors
///
/// Git has no answer.
pub(super) fn narrow(
    project: &mut Project,
    changes: &Changes,
    selected: &[TestId],
    environment: &Environment,
) -> Result<(Vec<TestId>, Vec<String>), Failure> {
    let all = project.suite.with_prerequisites(selected);
    let Concerned { reasons, unknown } = concerned(project, &all, changes, environment)?;
    let taken: Vec<TestId> =
        selected.iter().copied().filter(|id| reasons.contains_key(id)).collect();
    let mut notes = vec![counted(changes, taken.len(), selected.len())];
    if unknown > 0 {
        let tests = if unknown == 1 {
            "1 test depends".to_owned()
        } else {
            format!("{unknown} tests depend")
        };
        notes.push(format!("probe does not know what {tests} on: list it in `inputs`"));
    }
    for (id, reason) in reasons {
        project.suite.tests[id.index()].changed = Some(Arc::from(reason));
    }
    Ok((taken, notes))
}

/// Lets those say why they run that only come with tests that changes concern.
pub(super) fn explain_brought(suite: &mut Suite, selected: &[TestId]) {
    let all = suite.with_prerequisites(selected);
    for &id in &all {
        if suite.tests[id.index()].changed.is_some() {
            continue;
        }
        let follows = |later: &&TestId| suite.tests[later.index()].after.contains(&id);
        let reason = match all.iter().find(follows) {
            Some(later) => format!("comes before `{}`", suite.tests[later.index()]),
            None => "runs finally".to_owned(),
        };
        suite.tests[id.index()].changed = Some(Arc::from(reason));
    }
}

/// How many files have changed, and how many tests that affects.
fn counted(changes: &Changes, taken: usize, of: usize) -> String {
    let (files, verb) = match (changes.files.keys().next(), changes.files.len()) {
        (Some(file), 1) if changes.since.is_empty() => (format!("{file} has"), "affects"),
        (_, 1) => ("1 file has".to_owned(), "affects"),
        (_, many) => (format!("{many} files have"), "affect"),
    };
    let since = match changes.since.as_str() {
        "" => String::new(),
        since => format!(" since {since}"),
    };
    let tests = if of == 1 { "test" } else { "tests" };
    match taken {
        0 => format!(
            "{files} changed{since} and {verb} none of {of} {tests}: there is nothing to run"
        ),
        taken => format!("{files} changed{since} and {verb} {taken} of {of} {tests}"),
    }
}
