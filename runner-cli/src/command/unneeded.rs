//! What is said of libraries that the manifest declares and no test needs: once of each, since `exec` may need them.

use probe_scenario::Suite;

use crate::project::Project;
use crate::proposal::{Kept, is_named, only_table};
use crate::ui::print_warning;

/// Warns of each. Nothing is said where the tests of a suite are not known: one of them may need it.
pub(super) fn warn(project: &Project) {
    let Project { suite, source, root, .. } = project;
    if !suite.unlisted.is_empty() || suite.tests.is_empty() {
        return;
    }
    let mut unneeded = unneeded(suite);
    unneeded.retain(|name| !is_named(&source.text, name));
    if unneeded.is_empty() {
        return;
    }
    for name in Kept::newly_unneeded(root, &unneeded) {
        let place = only_table(&source.text).map_or_else(
            || "below the suite or test that loads it".to_owned(),
            |header| format!("below `{header}`"),
        );
        print_warning(&format_args!(
            "no test needs the library `{name}`, so that `run` does not prepare it: `needs = [\"{name}\"]` {place} changes that \
             (said once: what only `exec` uses may stay as it is)"
        ));
    }
}

/// The names of those that the manifest declares, and no test needs, be it selected or not.
fn unneeded(suite: &Suite) -> Vec<String> {
    let mut is_needed = vec![false; suite.libraries.len()];
    for test in &suite.tests {
        for need in &test.needs {
            is_needed[need.library.index()] = true;
        }
        for service in suite.services_before(test) {
            for library in suite.libraries_of_service(service) {
                is_needed[library.index()] = true;
            }
        }
    }
    let directly: Vec<usize> = (0..is_needed.len()).filter(|&library| is_needed[library]).collect();
    for library in directly {
        for behind in suite.libraries_behind(probe_scenario::LibraryId::new(library)) {
            is_needed[behind.index()] = true;
        }
    }
    let libraries = suite.libraries.iter().zip(is_needed);
    let unneeded = libraries.filter(|(library, is_needed)| library.line.is_some() && !is_needed);
    unneeded.map(|(library, _)| library.name.clone()).collect()
}
