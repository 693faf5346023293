//! Tests, libraries and services that share a box: this keeps a picture of 30,000 tests readable.
//!
//! Knows no format and writes nothing. Does not know how many boxes are too many.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use probe_scenario::{LibraryId, ServiceId, TestId};

use super::Subject;
use crate::outline::Outline;

/// Tests, libraries or services that share a box.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fold<I> {
    /// The members, at least one, in the order of the manifest.
    pub members: Vec<I>,
    /// What they have in common.
    pub kind: FoldKind,
}

/// What the members of a [`Fold`] have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FoldKind {
    /// All of them have the same arrows.
    Alike,
    /// They belong to one suite, or are all single tests. What they wait for differs.
    Suite,
    /// There were too many boxes, and they are the rest beside the larger ones.
    Rest,
}

/// Folds tests with the same libraries and services, the same tests before and the same tests after, so that nothing is
/// lost. Sorts by number of libraries, then by the order of the manifest.
pub(super) fn tests_alike(subject: &Subject<'_>) -> Vec<Fold<TestId>> {
    let outline = subject.outline;
    let mut followers: Vec<Vec<TestId>> = vec![Vec::new(); outline.tests.len()];
    for &id in subject.tests {
        for earlier in &*outline.test(id).after {
            followers[earlier.index()].push(id);
        }
    }
    let mut folds: BTreeMap<_, Vec<TestId>> = BTreeMap::new();
    for &id in subject.tests {
        let test = &outline.tests[id.index()];
        let libraries = test.needs.to_vec();
        let services = Arc::clone(&test.services);
        let needed = libraries.len() + services.len();
        let mut after = test.after.to_vec();
        after.sort_unstable();
        let followers = std::mem::take(&mut followers[id.index()]);
        folds.entry((needed, libraries, services, after, followers)).or_default().push(id);
    }
    folds.into_values().map(|members| Fold { members, kind: FoldKind::Alike }).collect()
}

/// Keeps the `kept` largest folds, and merges the others by suite.
pub(super) fn tests_by_suite(
    outline: &Outline,
    folds: &[Fold<TestId>],
    kept: usize,
) -> Vec<Fold<TestId>> {
    let (mut result, rest) = largest(folds, kept, |fold| fold.members.len());
    let mut suites: BTreeMap<Option<&str>, Vec<TestId>> = BTreeMap::new();
    for &id in rest.iter().flat_map(|fold| &fold.members) {
        suites.entry(outline.tests[id.index()].suite.as_deref()).or_default().push(id);
    }
    result.extend(suites.into_values().map(|members| match members.len() {
        1 => together(members, FoldKind::Alike),
        _ => together(members, FoldKind::Suite),
    }));
    result
}

/// Each service alone, or all of them in one fold if there are more than `most`.
pub(super) fn services(subject: &Subject<'_>, most: usize) -> Vec<Fold<ServiceId>> {
    let services = &subject.services;
    if services.len() > most {
        return vec![Fold { members: services.clone(), kind: FoldKind::Rest }];
    }
    services.iter().map(|id| Fold { members: vec![*id], kind: FoldKind::Alike }).collect()
}

/// Each library alone.
pub(super) fn libraries_alone(subject: &Subject<'_>) -> Vec<Fold<LibraryId>> {
    subject.libraries().map(|id| Fold { members: vec![id], kind: FoldKind::Alike }).collect()
}

/// Folds libraries that need the same libraries and are needed by the same libraries, services and folds of tests.
pub(super) fn libraries_alike(
    subject: &Subject<'_>,
    tests: &[Fold<TestId>],
) -> Vec<Fold<LibraryId>> {
    let outline = subject.outline;
    let mut users: Vec<BTreeSet<usize>> = vec![BTreeSet::new(); outline.libraries.len()];
    for (index, fold) in tests.iter().enumerate() {
        for &id in &fold.members {
            for library in &*outline.test(id).needs {
                users[library.index()].insert(index);
            }
        }
    }
    for (index, id) in subject.services.iter().enumerate() {
        for library in &outline.services[id.index()].needs {
            users[library.index()].insert(tests.len() + index);
        }
    }
    let mut dependents: Vec<Vec<LibraryId>> = vec![Vec::new(); outline.libraries.len()];
    for id in subject.libraries() {
        for need in &outline.libraries[id.index()].needs {
            dependents[need.index()].push(id);
        }
    }
    let mut folds: BTreeMap<_, Vec<LibraryId>> = BTreeMap::new();
    for id in subject.libraries() {
        let needs = &outline.libraries[id.index()].needs;
        folds.entry((needs, &dependents[id.index()], &users[id.index()])).or_default().push(id);
    }
    let mut folds: Vec<Fold<LibraryId>> =
        folds.into_values().map(|members| Fold { members, kind: FoldKind::Alike }).collect();
    folds.sort_by(|a, b| a.members.cmp(&b.members));
    folds
}

/// At most `most` folds (at least one): those of the greatest weight, and the rest as one.
pub(super) fn cut<I: Copy + Ord>(
    folds: &[Fold<I>],
    most: usize,
    weight: impl Fn(&Fold<I>) -> usize,
) -> Vec<Fold<I>> {
    if folds.len() <= most {
        return folds.to_vec();
    }
    let (mut result, rest) = largest(folds, most - 1, weight);
    let members = rest.into_iter().flat_map(|fold| fold.members).collect();
    result.push(together(members, FoldKind::Rest));
    result
}

/// The `kept` folds of the greatest weight, the earlier of equals, and the others, both in the order of `folds`.
fn largest<I: Clone>(
    folds: &[Fold<I>],
    kept: usize,
    weight: impl Fn(&Fold<I>) -> usize,
) -> (Vec<Fold<I>>, Vec<Fold<I>>) {
    let mut by_weight: Vec<usize> = (0..folds.len()).collect();
    by_weight.sort_by_key(|&index| Reverse(weight(&folds[index])));
    let kept: BTreeSet<usize> = by_weight.into_iter().take(kept).collect();
    let (large, small): (Vec<_>, Vec<_>) =
        folds.iter().cloned().enumerate().partition(|(index, _)| kept.contains(index));
    let folds =
        |indexed: Vec<(usize, Fold<I>)>| indexed.into_iter().map(|(_, fold)| fold).collect();
    (folds(large), folds(small))
}

fn together<I: Ord>(mut members: Vec<I>, kind: FoldKind) -> Fold<I> {
    members.sort_unstable();
    Fold { members, kind }
}
