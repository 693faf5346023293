//! Which tests a command line means, and what is to be said of that. Does not know what is done with them.

mod paths;

use probe_report::nothing_selected;
use probe_scenario::{Selection, Suite, TestId};

use crate::args::SelectionArguments;
use crate::environment::Environment;
use crate::project::Project;
use crate::ui::{enumerated, print_note, print_warning};

/// Tests that are named; the rest is counted.
const NAMED: usize = 5;

/// What is asked for, as far as it is known before the project is: of which suites tests may be meant.
pub(super) fn outlined(arguments: &SelectionArguments) -> Selection {
    Selection::new(arguments.selector.clone(), &[]).with_ignored(arguments.run_ignored)
}

/// The tests that are meant, by id. What is asked for and fits no test is said, with what was likely meant.
pub(super) fn selected(
    arguments: &SelectionArguments,
    project: &Project,
    environment: &Environment,
) -> Vec<TestId> {
    let (at, words): (Vec<String>, Vec<String>) =
        arguments.filters.iter().cloned().partition(|word| paths::is_path(word));
    let within = at.iter().map(|path| paths::within(path, project, environment));
    let (within, outside): (Vec<_>, Vec<_>) = within.partition(Result::is_ok);
    for outside in outside.into_iter().filter_map(Result::err) {
        print_warning(&outside);
    }
    let within: Vec<String> = within.into_iter().flatten().collect();
    if !arguments.filters.is_empty() && within.is_empty() && words.is_empty() {
        // Without a word all tests would be meant.
        return Vec::new();
    }
    let selection = Selection::new(arguments.selector.clone(), &words)
        .or_at(&within)
        .with_ignored(arguments.run_ignored);
    for unmatched in selection.unmatched(&project.suite) {
        print_warning(&unmatched);
    }
    selection.of(&project.suite)
}

/// `tests`, those that they come after, and those that run finally after any of them, by id. All but the first are named:
/// nobody has asked for them. What runs finally waits for none of `suite` from now on that is not among them.
pub(super) fn with_prerequisites(suite: &mut Suite, tests: &[TestId]) -> Vec<TestId> {
    let all = suite.with_prerequisites(tests);
    suite.wait_only_for(&all);
    let mut is_meant = vec![false; suite.tests.len()];
    tests.iter().for_each(|test| is_meant[test.index()] = true);
    let brought = all.iter().copied().filter(|id| !is_meant[id.index()]);
    let (ending, before): (Vec<TestId>, Vec<TestId>) =
        brought.partition(|id| suite.tests[id.index()].is_finally);
    let notes = [note_before(suite, tests, &before), note_ending(suite, &ending)];
    notes.into_iter().flatten().for_each(|note| print_note(&note));
    all
}

/// Says why there is no test, where a run's summary does not.
pub(super) fn say_nothing_selected(project: &Project) {
    // Why there is none has been said.
    if project.not_listed.is_empty() {
        let suite = &project.suite;
        print_note(nothing_selected(suite.tests.len() + suite.unlisted.len()));
    }
}

/// Says which tests must have passed before some of `tests`.
fn note_before(suite: &Suite, tests: &[TestId], brought: &[TestId]) -> Option<String> {
    let names = names(suite, brought)?;
    let name = |id: &TestId| format!("`{}`", suite.tests[id.index()]);
    let comes_after =
        |test: &TestId| suite.tests[test.index()].after.iter().any(|id| brought.contains(id));
    let mut later = tests.iter().filter(|test| comes_after(test));
    let who = match (later.next(), later.next()) {
        (Some(only), None) => format!("{} comes", name(only)),
        _ => "selected tests come".to_owned(),
    };
    Some(format!("also runs {names}, which {who} after"))
}

/// Says which tests run finally.
fn note_ending(suite: &Suite, brought: &[TestId]) -> Option<String> {
    let names = names(suite, brought)?;
    let ends = if brought.len() == 1 { "ends" } else { "end" };
    Some(format!("also runs {names}, which {ends} what is selected, whatever becomes of it"))
}

/// Some of these, and how many more there are; `None` if there is none.
fn names(suite: &Suite, tests: &[TestId]) -> Option<String> {
    let name = |id: &TestId| format!("`{}`", suite.tests[id.index()]);
    let mut names: Vec<String> = tests.iter().take(NAMED).map(name).collect();
    if let Some(more) = tests.len().checked_sub(NAMED + 1) {
        names.push(format!("{} more", more + 1));
    }
    enumerated(names)
}
