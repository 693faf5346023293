//! The graph as a picture: which tests wait for which libraries, folded until a page of it can be read.
//!
//! [`Drawing`] is what every picture shows, [`svg`] one that stands alone. Knows no command and no run: what tests and
//! libraries came to is given to it as [`Results`].

mod columns;
pub(crate) mod drawing;
pub(crate) mod fold;
pub(crate) mod label;
mod results;
pub(crate) mod svg;

use probe_scenario::{LibraryId, TestId};

pub(crate) use drawing::Drawing;
pub(crate) use results::{Outcome, Results};

use crate::report::Outline;

/// What there is to draw.
#[derive(Clone, Debug)]
pub(crate) struct Subject<'a> {
    outline: &'a Outline,
    /// In the order of the manifest.
    tests: &'a [TestId],
    /// The libraries of these tests, in the order of the manifest.
    libraries: Vec<LibraryId>,
}

impl<'a> Subject<'a> {
    /// These tests, which are in the order of the manifest and come with all that they come after.
    pub(crate) fn new(outline: &'a Outline, tests: &'a [TestId]) -> Self {
        let mut is_known = vec![false; outline.libraries.len()];
        let mut libraries = Vec::new();
        let needs = |test: &TestId| outline.test(*test).needs.iter().copied();
        let mut open: Vec<LibraryId> = tests.iter().flat_map(needs).collect();
        while let Some(id) = open.pop() {
            if !std::mem::replace(&mut is_known[id.index()], true) {
                libraries.push(id);
                open.extend(&outline.libraries[id.index()].needs);
            }
        }
        libraries.sort_unstable();
        Self { outline, tests, libraries }
    }

    fn libraries(&self) -> impl Iterator<Item = LibraryId> {
        self.libraries.iter().copied()
    }
}
