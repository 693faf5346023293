//! What the conductor knows of a run from its start: what to run, and how. It never changes.

use std::time::Duration;

use probe_scenario::{
    Expectation, Expected, Library, LibraryId, Limits, Service, ServiceId, Source, Suite, Test,
    TestId,
};
use probe_scheduler::{NodeId, Skip};

use crate::agenda::Agenda;
use crate::early::Early;
use crate::limits::TestLimits;
use crate::stage::RunSettings;
use crate::unit::Unit;

/// The suite, what to run of it, and how.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Score<'a> {
    pub(crate) suite: &'a Suite,
    /// The limits that apply where a test sets none.
    pub(crate) defaults: &'a Limits,
    pub(crate) agenda: &'a Agenda,
    /// The libraries imported before the run.
    pub(crate) early: &'a Early,
    /// The known failures that the suite expects.
    pub(crate) expected: &'a Expected,
    pub(crate) settings: RunSettings,
    /// How long a test waits for a process that makes what it needs.
    pub(crate) lock_timeout: Duration,
    /// How many tests may pass without making a library that they lead, before the other tests run together.
    pub(crate) leaders: u32,
}

impl<'a> Score<'a> {
    pub(super) fn library(&self, id: LibraryId) -> &'a Library {
        &self.suite.libraries[id.index()]
    }

    /// Whether it is certain that tests need a library that they make, and not only known from a lock file.
    pub(super) fn is_certain(&self, id: LibraryId) -> bool {
        !matches!(self.library(id).source, Source::Leader { is_certain: false, .. })
    }

    pub(super) fn service(&self, id: ServiceId) -> &'a Service {
        &self.suite.services[id.index()]
    }

    /// The test of a unit.
    pub(super) fn test(&self, unit: NodeId) -> (TestId, &'a Test) {
        match *self.agenda.graph().payload(unit) {
            Unit::Test(id) => (id, &self.suite.tests[id.index()]),
            _ => unreachable!("only tests have attempts"),
        }
    }

    /// The library of a unit.
    pub(super) fn preload(&self, unit: NodeId) -> (LibraryId, &'a Library) {
        match *self.agenda.graph().payload(unit) {
            Unit::Preload(id) => (id, self.library(id)),
            _ => unreachable!("only preloads are imported, and have gates"),
        }
    }

    /// The tests among blocked units, in the order of the manifest.
    pub(super) fn tests_of(&self, skips: &[Skip]) -> Vec<TestId> {
        let test = |skip: &Skip| match *self.agenda.graph().payload(skip.node) {
            Unit::Test(test) => Some(test),
            Unit::Preload(_) | Unit::Service(_) | Unit::Stop(_) => None,
        };
        let mut tests: Vec<TestId> = skips.iter().filter_map(test).collect();
        tests.sort_unstable();
        tests
    }

    /// Whether commands or tests make a library in place, so that no test may use it meanwhile.
    pub(super) fn is_made_in_place(&self, id: LibraryId) -> bool {
        match self.library(id).source {
            Source::Command { .. } | Source::Leader { .. } => true,
            Source::Url(_) | Source::Path { .. } | Source::Check { .. } => false,
        }
    }

    /// The expectation about a test, if there is one.
    pub(super) fn expected(&self, id: TestId) -> Option<&'a Expectation> {
        self.expected.test(self.suite.original(id))
    }

    /// The limits of `test`.
    pub(super) fn limits(&self, test: &Test) -> TestLimits {
        TestLimits::new(&test.limits.or(self.defaults))
    }

    /// How many more attempts `test` gets after its first one fails.
    pub(super) fn retries(&self, test: &Test) -> u32 {
        self.settings.retries.unwrap_or_else(|| self.limits(test).retries)
    }
}
