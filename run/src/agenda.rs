//! The plan of a run: the selected tests, the tests that come before them, and all their libraries and services, as a graph for
//! the scheduler.
//!
//! Does not know where libraries will be, nor what a test or a service runs.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::time::Duration;

use probe_scenario::{Library, LibraryId, ServiceId, Slots, Source, Suite, TestId};
use probe_scheduler::{Graph, GraphBuilder, Group, GroupId, Lane, Limits, NodeId, PRELOADS, TESTS};

use crate::unit::Unit;

/// The lane of services. It has no limit, so services never take the place of a test or an import.
const SERVICES: Lane = Lane(2);

/// How long tests and imports are expected to take. The longest start first.
pub trait Expectations {
    /// The expected duration of a test; `None` if it is not known.
    fn test(&self, test: TestId) -> Option<Duration>;

    /// The expected duration of a library's import; `None` if it is not known.
    fn library(&self, library: LibraryId) -> Option<Duration>;

    /// The rank of a test in the order of starts: the highest starts first, whatever its expected duration. With `None`, only
    /// the duration decides.
    fn rank(&self, test: TestId) -> Option<u64> {
        let _ = test;
        None
    }
}

/// Expects nothing.
impl Expectations for () {
    fn test(&self, _: TestId) -> Option<Duration> {
        None
    }

    fn library(&self, _: LibraryId) -> Option<Duration> {
        None
    }
}

/// All units of a run, as nodes of a graph.
#[derive(Debug)]
pub struct Agenda {
    graph: Graph<Unit>,
    tests: Vec<TestId>,
    /// The nodes of tests that run even if a test before them fails.
    finally: Vec<NodeId>,
    preloads: BTreeMap<LibraryId, NodeId>,
    services: BTreeMap<ServiceId, ServiceNodes>,
    /// The libraries that tests make, each with the group of the tests that need it. The group runs one test at a time until it
    /// is opened.
    gates: BTreeMap<LibraryId, GroupId>,
}

/// A service in the graph.
#[derive(Clone, Copy, Debug)]
struct ServiceNodes {
    start: NodeId,
    stop: NodeId,
}

impl Agenda {
    /// Plans the tests of `selected` and everything that they wait for. `groups` are the groups of the manifest.
    pub fn of_tests(
        suite: &Suite,
        groups: &[probe_scenario::Group],
        selected: &[TestId],
        expected: &impl Expectations,
    ) -> Self {
        let mut draft = Draft::new(suite, expected);
        let mut group_ids = vec![None; groups.len()];
        let mut nodes = vec![None; suite.tests.len()];
        let tests = suite.with_prerequisites(selected);
        for need in tests.iter().flat_map(|id| &suite.tests[id.index()].needs) {
            draft.library(need.library);
        }
        for need in tests.iter().flat_map(|id| &*suite.tests[id.index()].services) {
            draft.service(need.service);
        }
        for &id in &tests {
            let test = &suite.tests[id.index()];
            let node = draft.builder.add(Unit::Test(id));
            draft.builder.lane(node, TESTS);
            nodes[id.index()] = Some(node);
            if let Some(expected) = expected.test(suite.original(id)) {
                draft.builder.expect_duration(node, expected);
            }
            if let Some(rank) = expected.rank(id) {
                draft.builder.rank(node, rank);
            }
            for need in &test.needs {
                let preload = draft.library(need.library);
                draft.builder.depend(node, preload);
            }
            for need in &*test.services {
                let service = draft.service(need.service);
                draft.builder.depend(node, service.start).follow(service.stop, node);
            }
            draft.builder.slots(node, slots(test.slots));
            if let Some(group) = test.group {
                let max = clamp(groups[group.index()].max);
                let group = *group_ids[group.index()]
                    .get_or_insert_with(|| draft.builder.add_group(Group::AtMost(max)));
                draft.builder.group(node, group);
            }
        }
        let node = |test: TestId| nodes[test.index()].expect("predecessors are planned too");
        let mut finally = Vec::new();
        for &id in &tests {
            let test = &suite.tests[id.index()];
            if !test.is_finally {
                for &earlier in &test.after {
                    draft.builder.depend(node(id), node(earlier));
                }
                continue;
            }
            finally.push(node(id));
            draft.builder.finaliser(node(id));
            // A test that is not planned cannot end.
            for earlier in test.after.iter().filter_map(|earlier| nodes[earlier.index()]) {
                draft.builder.follow(node(id), earlier);
            }
        }
        let mut gates = BTreeMap::new();
        if suite.libraries.iter().any(is_led) {
            for &id in &tests {
                for library in suite.libraries_before(&suite.tests[id.index()]) {
                    if is_led(&suite.libraries[library.index()]) {
                        let gate = gates
                            .entry(library)
                            .or_insert_with(|| draft.builder.add_group(Group::AtMost(1)));
                        draft.builder.group(node(id), *gate);
                    }
                }
            }
        }
        draft.build(tests, finally, gates)
    }

    /// Plans only libraries, without tests.
    pub fn of_libraries(suite: &Suite, libraries: &[LibraryId]) -> Self {
        let mut draft = Draft::new(suite, &());
        for &library in libraries {
            draft.library(library);
        }
        draft.build(Vec::new(), Vec::new(), BTreeMap::new())
    }

    /// The graph of the run.
    pub fn graph(&self) -> &Graph<Unit> {
        &self.graph
    }

    /// The tests of the run, in the order of the manifest.
    pub fn tests(&self) -> &[TestId] {
        &self.tests
    }

    /// The nodes of tests that run even if a test before them fails or the run stops.
    pub(crate) fn finally(&self) -> &[NodeId] {
        &self.finally
    }

    /// The libraries that the run imports, in the order of the manifest.
    pub fn libraries(&self) -> impl ExactSizeIterator<Item = LibraryId> {
        self.preloads.keys().copied()
    }

    /// The services that the run may start, in the order of the manifest.
    pub fn services(&self) -> impl ExactSizeIterator<Item = ServiceId> {
        self.services.keys().copied()
    }

    /// The libraries that tests make, in the order of the manifest.
    pub fn led(&self) -> impl Iterator<Item = LibraryId> {
        self.gates.keys().copied()
    }

    /// The libraries that tests make and that `test` needs, by id.
    pub fn led_before(&self, suite: &Suite, test: TestId) -> Vec<LibraryId> {
        if self.gates.is_empty() {
            return Vec::new();
        }
        let mut libraries = suite.libraries_before(&suite.tests[test.index()]);
        libraries.retain(|library| self.gates.contains_key(library));
        libraries
    }

    /// The group of the tests that need `library`; `None` if no test makes it.
    pub fn gate(&self, library: LibraryId) -> Option<GroupId> {
        self.gates.get(&library).copied()
    }

    /// The node of a library of this agenda.
    pub fn preload(&self, library: LibraryId) -> NodeId {
        *self.preloads.get(&library).expect("it is a library of this agenda")
    }

    /// The node that starts a service of this agenda and waits until it is ready.
    pub(crate) fn start_of(&self, service: ServiceId) -> NodeId {
        self.nodes_of(service).start
    }

    /// The node that stops a service of this agenda.
    pub(crate) fn stop_of(&self, service: ServiceId) -> NodeId {
        self.nodes_of(service).stop
    }

    fn nodes_of(&self, service: ServiceId) -> ServiceNodes {
        *self.services.get(&service).expect("it is a service of this agenda")
    }

    /// The limits of a run's lanes: how many tests and how many imports run at once.
    pub fn limits(jobs: NonZeroUsize, preloads: NonZeroUsize) -> Limits {
        Limits::new().lane(PRELOADS, clamp(preloads)).lane(TESTS, clamp(jobs))
    }
}

/// A graph under construction.
struct Draft<'a, E> {
    builder: GraphBuilder<Unit>,
    suite: &'a Suite,
    expected: &'a E,
    preloads: BTreeMap<LibraryId, NodeId>,
    services: BTreeMap<ServiceId, ServiceNodes>,
}

impl<'a, E: Expectations> Draft<'a, E> {
    fn new(suite: &'a Suite, expected: &'a E) -> Self {
        let (preloads, services) = (BTreeMap::new(), BTreeMap::new());
        Self { builder: GraphBuilder::new(), suite, expected, preloads, services }
    }

    /// Returns the node of a library; adds it and the libraries that it needs if they are new. Recurses as deep as libraries
    /// need each other.
    fn library(&mut self, id: LibraryId) -> NodeId {
        if let Some(&preload) = self.preloads.get(&id) {
            return preload;
        }
        let library = &self.suite.libraries[id.index()];
        let preload = self.builder.add(Unit::Preload(id));
        self.builder.lane(preload, PRELOADS);
        self.preloads.insert(id, preload);
        // For a library that tests make, this node only looks whether it is there.
        let expected =
            if is_led(library) { Some(Duration::ZERO) } else { self.expected.library(id) };
        if let Some(expected) = expected {
            self.builder.expect_duration(preload, expected);
        }
        for need in &library.needs {
            let other = self.library(need.library);
            self.builder.depend(preload, other);
        }
        preload
    }

    /// Returns the nodes of a service; adds them and what the service needs if they are new. A service starts for the first
    /// unit that needs it and stops after the last one. Recurses as deep as services need each other.
    fn service(&mut self, id: ServiceId) -> ServiceNodes {
        if let Some(&nodes) = self.services.get(&id) {
            return nodes;
        }
        let service = &self.suite.services[id.index()];
        let start = self.builder.add(Unit::Service(id));
        let stop = self.builder.add(Unit::Stop(id));
        self.builder.lane(start, SERVICES).on_demand(start);
        self.builder.lane(stop, SERVICES).finaliser(stop).expect_duration(stop, Duration::ZERO);
        let nodes = ServiceNodes { start, stop };
        self.services.insert(id, nodes);
        for need in &service.needs {
            let library = self.library(need.library);
            self.builder.depend(start, library);
        }
        for need in &service.services {
            let other = self.service(need.service);
            self.builder.depend(start, other.start).follow(other.stop, stop);
        }
        nodes
    }

    fn build(
        self,
        tests: Vec<TestId>,
        finally: Vec<NodeId>,
        gates: BTreeMap<LibraryId, GroupId>,
    ) -> Agenda {
        let Self { builder, preloads, services, .. } = self;
        let graph = builder.build().expect("a manifest with a cycle has a mistake, and is not run");
        Agenda { graph, tests, finally, preloads, services, gates }
    }
}

/// Whether tests make the library.
fn is_led(library: &Library) -> bool {
    matches!(library.source, Source::Leader { .. })
}

fn slots(slots: Slots) -> probe_scheduler::Slots {
    match slots {
        Slots::All => probe_scheduler::Slots::All,
        Slots::Count(count) => probe_scheduler::Slots::Count(clamp(count)),
    }
}

/// Clamps to the largest number that the scheduler can count. No machine has more.
fn clamp(number: NonZeroUsize) -> u32 {
    u32::try_from(number.get()).unwrap_or(u32::MAX)
}
