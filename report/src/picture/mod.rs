//! The graph as a picture: which tests wait for which libraries and services, folded until it fits on a readable page.
//!
//! [`Drawing`] is the content of every picture, [`svg`] writes a self-contained one. Knows no command and no run: the caller
//! passes the results of tests and libraries as [`Standings`].

mod arrow;
mod columns;
pub mod drawing;
pub mod fold;
pub mod label;
mod results;
pub mod svg;

use probe_scenario::{LibraryId, ServiceId, TestId};

use crate::outline::Outline;
pub use arrow::{Arrow, Holds, Means};
pub use drawing::Drawing;
pub use results::{Standing, Standings};

/// The input of a drawing.
#[derive(Clone, Debug)]
pub struct Subject<'a> {
    outline: &'a Outline,
    /// In the order of the manifest.
    tests: &'a [TestId],
    /// The libraries of these tests, in the order of the manifest.
    libraries: Vec<LibraryId>,
    /// The services of these tests, by their places in the outline.
    services: Vec<ServiceId>,
}

impl<'a> Subject<'a> {
    /// Draws `tests`, in the order of the manifest. All tests that they come after must be among them.
    pub fn new(outline: &'a Outline, tests: &'a [TestId]) -> Self {
        let services = services(outline, tests);
        let mut is_known = vec![false; outline.libraries.len()];
        let mut libraries = Vec::new();
        let needs = |test: &TestId| outline.test(*test).needs.iter().copied();
        let mut open: Vec<LibraryId> = tests.iter().flat_map(needs).collect();
        open.extend(services.iter().flat_map(|id| &outline.services[id.index()].needs));
        while let Some(id) = open.pop() {
            if !std::mem::replace(&mut is_known[id.index()], true) {
                libraries.push(id);
                open.extend(&outline.libraries[id.index()].needs);
            }
        }
        libraries.sort_unstable();
        Self { outline, tests, libraries, services }
    }

    fn libraries(&self) -> impl Iterator<Item = LibraryId> {
        self.libraries.iter().copied()
    }
}

/// The services that tests need, and the services that these need.
fn services(outline: &Outline, tests: &[TestId]) -> Vec<ServiceId> {
    let mut is_known = vec![false; outline.services.len()];
    if is_known.is_empty() {
        return Vec::new();
    }
    let names = tests.iter().flat_map(|test| &*outline.test(*test).services);
    let mut open: Vec<usize> = names.filter_map(|name| outline.service(name)).collect();
    while let Some(place) = open.pop() {
        if !std::mem::replace(&mut is_known[place], true) {
            let names = &outline.services[place].services;
            open.extend(names.iter().filter_map(|name| outline.service(name)));
        }
    }
    (0..is_known.len()).filter(|place| is_known[*place]).map(ServiceId::new).collect()
}
