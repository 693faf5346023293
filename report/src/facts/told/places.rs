//! Which tests, libraries and services of a suite a run has planned, and their places in the plan.

use std::collections::BTreeSet;

use probe_scenario::{LibraryId, ServiceId, Suite, TestId};

use crate::facts::named::{LibraryName, TestName};

/// The plan of a run.
#[derive(Debug)]
pub(crate) struct Places<'s> {
    pub(super) suite: &'s Suite,
    /// In the order of the manifest.
    pub(super) tests: Vec<TestId>,
    /// In the order of the manifest.
    pub(super) libraries: Vec<LibraryId>,
    /// In the order of the manifest.
    pub(super) services: Vec<ServiceId>,
    /// Whether other machines run the rest.
    pub(crate) is_part: bool,
    /// By id in the suite.
    of_tests: Vec<Option<TestId>>,
    of_libraries: Vec<Option<LibraryId>>,
}

impl<'s> Places<'s> {
    /// The plan for these tests, which must include all tests that they come after, and for the libraries and services
    /// that they need.
    pub(crate) fn of_run(suite: &'s Suite, tests: &[TestId]) -> Self {
        let mut is_needed = vec![false; suite.libraries.len()];
        let needs = |test: &TestId| suite.tests[test.index()].needs.iter();
        let mut open: Vec<LibraryId> =
            tests.iter().flat_map(needs).map(|need| need.library).collect();
        let of_test = |test: &TestId| suite.services_before(&suite.tests[test.index()]);
        let services: BTreeSet<ServiceId> = tests.iter().flat_map(of_test).collect();
        open.extend(services.iter().flat_map(|service| suite.libraries_of_service(*service)));
        while let Some(id) = open.pop() {
            if !std::mem::replace(&mut is_needed[id.index()], true) {
                open.extend(suite.libraries[id.index()].needs.iter().map(|need| need.library));
            }
        }
        let libraries = (0..suite.libraries.len()).filter(|index| is_needed[*index]);
        let services = services.into_iter().collect();
        Self::new(suite, tests.to_vec(), libraries.map(LibraryId::new).collect(), services)
    }

    /// Everything, each in the place that it has in the suite.
    pub(crate) fn whole(suite: &'s Suite) -> Self {
        let tests = (0..suite.tests.len()).map(TestId::new).collect();
        let services = (0..suite.services.len()).map(ServiceId::new).collect();
        let libraries = (0..suite.libraries.len()).map(LibraryId::new).collect();
        Self::new(suite, tests, libraries, services)
    }

    fn new(
        suite: &'s Suite,
        mut tests: Vec<TestId>,
        libraries: Vec<LibraryId>,
        services: Vec<ServiceId>,
    ) -> Self {
        tests.sort_unstable();
        let mut of_tests = vec![None; suite.tests.len()];
        for (place, id) in tests.iter().enumerate() {
            of_tests[id.index()] = Some(TestId::new(place));
        }
        let mut of_libraries = vec![None; suite.libraries.len()];
        for (place, id) in libraries.iter().enumerate() {
            of_libraries[id.index()] = Some(LibraryId::new(place));
        }
        Self { suite, tests, libraries, services, is_part: false, of_tests, of_libraries }
    }

    /// The tests, by their places.
    pub(crate) fn planned(&self) -> &[TestId] {
        &self.tests
    }

    /// The libraries, by their places.
    pub(crate) fn planned_libraries(&self) -> &[LibraryId] {
        &self.libraries
    }

    /// A test of the run.
    pub(super) fn test(&self, id: TestId) -> TestName<'s> {
        let place = self.of_tests[id.index()].expect("only tests of the run have events");
        TestName::new(self.suite.tests[id.index()].to_string(), place)
    }

    pub(super) fn tests(&self, ids: &[TestId]) -> Vec<TestName<'s>> {
        ids.iter().map(|&id| self.test(id)).collect()
    }

    /// A library of the run.
    pub(super) fn library(&self, id: LibraryId) -> LibraryName<'s> {
        let place = self.of_libraries[id.index()].expect("a run has the libraries of its tests");
        LibraryName::new(self.suite.libraries[id.index()].name.as_str(), place)
    }
}
