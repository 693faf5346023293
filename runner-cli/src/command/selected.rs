//! Which tests a command line means, and what is to be said of that. Does not know what is done with them.

use probe_report::nothing_selected;
use probe_scenario::{Selection, Suite, TestId};

use crate::args::SelectionArguments;
use crate::project::Project;
use crate::ui::{print_note, print_warning};

/// Tests that are named; the rest is counted.
const NAMED: usize = 5;

/// What is asked for.
pub(super) fn selection(arguments: &SelectionArguments) -> Selection {
    Selection::new(arguments.selector.clone(), &arguments.filters)
        .with_ignored(arguments.run_ignored)
}

/// The tests that are meant, by id. What is asked for and fits no test is said, with what was likely meant.
pub(super) fn selected(arguments: &SelectionArguments, suite: &Suite) -> Vec<TestId> {
    let selection = selection(arguments);
    for unmatched in selection.unmatched(suite) {
        print_warning(&unmatched);
    }
    selection.of(suite)
}

/// `tests` and those that they come after, by id. The latter are named: nobody has asked for them.
pub(super) fn with_prerequisites(suite: &Suite, tests: &[TestId]) -> Vec<TestId> {
    let all = suite.with_prerequisites(tests);
    let mut is_meant = vec![false; suite.tests.len()];
    tests.iter().for_each(|test| is_meant[test.index()] = true);
    let brought: Vec<TestId> = all.iter().copied().filter(|id| !is_meant[id.index()]).collect();
    if let Some(note) = note(suite, tests, &brought) {
        print_note(&note);
    }
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

fn note(suite: &Suite, tests: &[TestId], brought: &[TestId]) -> Option<String> {
    let name = |id: &TestId| format!("`{}`", suite.tests[id.index()]);
    let mut names: Vec<String> = brought.iter().take(NAMED).map(name).collect();
    if let Some(more) = brought.len().checked_sub(NAMED + 1) {
        names.push(format!("{} more", more + 1));
    }
    let last = names.pop()?;
    let names = if names.is_empty() { last } else { format!("{} and {last}", names.join(", ")) };
    let comes_after =
        |test: &TestId| suite.tests[test.index()].after.iter().any(|id| brought.contains(id));
    let mut later = tests.iter().filter(|test| comes_after(test));
    let who = match (later.next(), later.next()) {
        (Some(only), None) => format!("{} comes", name(only)),
        _ => "selected tests come".to_owned(),
    };
    Some(format!("also runs {names}, which {who} after"))
}
