//! The boxes and arrows that every picture shows: libraries, folded tests, and who waits for whom.
//!
//! Knows no format and no position.

use std::fmt;

use probe_scenario::{LibraryId, Suite};

use super::fold::{self, Fold};
use crate::plan::Plan;

/// A box. Displayed it is an identifier that every format takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Node {
    Library(LibraryId),
    /// By its place in [`Drawing::folds`].
    Fold(usize),
}

/// What an arrow means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Arrow {
    /// The second waits until the library is there.
    Needs,
    /// The tests of the second wait until those of the first have passed.
    After,
}

/// All that a picture shows.
#[derive(Debug)]
pub(super) struct Drawing {
    /// The libraries that are imported, in the order of the manifest.
    pub(super) libraries: Vec<LibraryId>,
    /// The tests.
    pub(super) folds: Vec<Fold>,
    /// From what comes first to what waits, by the boxes that wait.
    pub(super) arrows: Vec<(Node, Node, Arrow)>,
}

impl Drawing {
    pub(super) fn new(suite: &Suite, plan: &Plan) -> Self {
        let libraries: Vec<LibraryId> = plan.libraries().collect();
        let folds = fold::by_edges(suite, plan);
        let mut arrows = Vec::new();
        for &id in &libraries {
            for need in &suite.libraries[id.index()].needs {
                arrows.push((Node::Library(need.library), Node::Library(id), Arrow::Needs));
            }
        }
        let mut fold_of = vec![0; suite.tests.len()];
        for (index, fold) in folds.iter().enumerate() {
            for test in &fold.tests {
                fold_of[test.index()] = index;
            }
        }
        for (index, fold) in folds.iter().enumerate() {
            for &library in &fold.libraries {
                arrows.push((Node::Library(library), Node::Fold(index), Arrow::Needs));
            }
            let mut earlier: Vec<usize> =
                fold.after.iter().map(|test| fold_of[test.index()]).collect();
            earlier.sort_unstable();
            earlier.dedup();
            for earlier in earlier {
                arrows.push((Node::Fold(earlier), Node::Fold(index), Arrow::After));
            }
        }
        Self { libraries, folds, arrows }
    }
}

impl fmt::Display for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Library(id) => write!(f, "library{}", id.index()),
            Self::Fold(index) => write!(f, "tests{index}"),
        }
    }
}
