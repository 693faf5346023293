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

use probe_scenario::{Library, LibraryId, Source, Suite, TestId, without_secrets};

pub(crate) use drawing::Drawing;
pub(crate) use results::{Outcome, Results};

/// What there is to draw.
#[derive(Clone, Debug)]
pub(crate) struct Subject<'a> {
    suite: &'a Suite,
    /// In the order of the manifest.
    tests: &'a [TestId],
    /// The libraries of these tests, in the order of the manifest.
    libraries: Vec<LibraryId>,
}

impl<'a> Subject<'a> {
    /// These tests, which are in the order of the manifest and come with all that they come after.
    pub(crate) fn new(suite: &'a Suite, tests: &'a [TestId]) -> Self {
        let mut is_known = vec![false; suite.libraries.len()];
        let mut libraries = Vec::new();
        let needs = |test: &TestId| suite.tests[test.index()].needs.iter();
        let mut open: Vec<LibraryId> =
            tests.iter().flat_map(needs).map(|need| need.library).collect();
        while let Some(id) = open.pop() {
            if !std::mem::replace(&mut is_known[id.index()], true) {
                libraries.push(id);
                open.extend(suite.libraries[id.index()].needs.iter().map(|need| need.library));
            }
        }
        libraries.sort_unstable();
        Self { suite, tests, libraries }
    }

    fn libraries(&self) -> impl Iterator<Item = LibraryId> {
        self.libraries.iter().copied()
    }
}

/// The names of libraries.
pub(crate) fn names<'s>(suite: &'s Suite, libraries: &[LibraryId]) -> Vec<&'s str> {
    libraries.iter().map(|id| suite.libraries[id.index()].name.as_str()).collect()
}

/// Where a library comes from, in a line.
pub(crate) fn origin(library: &Library) -> String {
    match &library.source {
        Source::Url(download) => without_secrets(&download.url).into_owned(),
        Source::Path { path, .. } => path.clone(),
        Source::Command { command, .. } => {
            // Nobody is running it, so places of other libraries stay open.
            let words = command.render(&[], |_| std::path::Path::new("…"));
            let words: Vec<_> = words.iter().map(|word| word.to_string_lossy()).collect();
            without_secrets(&format!("`{}`", words.join(" "))).into_owned()
        }
        Source::Leader { .. } => "made by the first test that needs it".to_owned(),
    }
}
