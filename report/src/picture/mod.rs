//! The graph as a picture: which tests wait for which libraries, folded until a page of it can be read.
//!
//! [`Drawing`] is what every picture shows, [`svg`] one that stands alone. Knows no command and no run: what tests and
//! libraries came to is given to it as [`Standings`].

mod arrow;
mod columns;
pub mod drawing;
pub mod fold;
pub mod label;
mod results;
pub mod svg;

use probe_scenario::{LibraryId, TestId};

use crate::outline::Outline;
pub use arrow::{Arrow, Holds, Means};
pub use drawing::Drawing;
pub use results::{Standing, Standings};

/// What there is to draw.
#[derive(Clone, Debug)]
pub struct Subject<'a> {
    outline: &'a Outline,
    /// In the order of the manifest.
    tests: &'a [TestId],
    /// The libraries of these tests, in the order of the manifest.
    libraries: Vec<LibraryId>,
}

impl<'a> Subject<'a> {
    /// These tests, which are in the order of the manifest and come with all that they come after.
    pub fn new(outline: &'a Outline, tests: &'a [TestId]) -> Self {
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
