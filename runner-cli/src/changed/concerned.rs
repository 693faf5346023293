//! Which tests the changes concern, each with a reason that fits in a line. Does not know which tests are meant.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use probe_scenario::TestId;

use super::git::Changes;
use super::git_error::GitError;
use super::subject::{Reason, Subjects};
use crate::environment::Environment;
use crate::project::Project;

/// The tests that changes concern.
#[derive(Debug, Default)]
pub(crate) struct Concerned {
    /// Why, by test.
    pub(crate) reasons: BTreeMap<TestId, String>,
    /// Of how many of them it is not known what they depend on.
    pub(crate) unknown: usize,
}

/// Those of `tests` that `changes` concern. One that comes after such a test is among them: it starts with what that leaves.
///
/// # Errors
///
/// Git cannot say what lies in the repository.
pub(crate) fn concerned(
    project: &Project,
    tests: &[TestId],
    changes: &Changes,
    environment: &Environment,
) -> Result<Concerned, GitError> {
    let mut concerned = Concerned::default();
    if changes.files.is_empty() {
        return Ok(concerned);
    }
    let suite = &project.suite;
    let subjects = Subjects::new(project, tests, changes, environment)?;
    for &id in tests {
        match subjects.reason(&suite.tests[id.index()]) {
            Some(Reason::Known(reason)) => drop(concerned.reasons.insert(id, reason)),
            Some(Reason::Unknown(reason)) => {
                concerned.unknown += 1;
                concerned.reasons.insert(id, reason);
            }
            None => {}
        }
    }
    let mut open: Vec<TestId> = concerned.reasons.keys().copied().collect();
    let mut followers: BTreeMap<TestId, Vec<TestId>> = BTreeMap::new();
    for &id in tests {
        let test = &suite.tests[id.index()];
        // What runs finally is brought by what it ends.
        for &earlier in test.after.iter().filter(|_| !test.is_finally) {
            followers.entry(earlier).or_default().push(id);
        }
    }
    while let Some(id) = open.pop() {
        for &later in followers.get(&id).into_iter().flatten() {
            if let Entry::Vacant(place) = concerned.reasons.entry(later) {
                place.insert(format!("comes after `{}`", suite.tests[id.index()]));
                open.push(later);
            }
        }
    }
    Ok(concerned)
}
