//! The main idea of the crate as a type: one preload node per library, and tests that wait only for
//! their own libraries.
//!
//! Does not know files, downloads or processes: a library is a key with a payload that the caller
//! chooses.

use std::{collections::BTreeMap, time::Duration};

use crate::{
    builder::GraphBuilder,
    cycle::Cycle,
    graph::Graph,
    id::{GroupId, Lane, NodeId},
    limits::{Group, Slots},
};

/// The lane of the preloads. A download never takes a slot from a test.
///
/// ```
/// # use probe_scheduler::{Limits, PRELOADS, TESTS};
/// let limits = Limits::new().lane(PRELOADS, 8).lane(TESTS, 2);
/// assert_eq!(limits.slots(PRELOADS), Some(8));
/// ```
pub const PRELOADS: Lane = Lane(0);

/// The lane of the tests.
///
/// ```
/// # use probe_scheduler::{PlanBuilder, TESTS};
/// let mut plan = PlanBuilder::<&str, (), &str>::new();
/// let test = plan.test("test");
/// assert_eq!(plan.build()?.graph().lane(test.node()), TESTS);
/// # Ok::<(), probe_scheduler::Cycle>(())
/// ```
pub const TESTS: Lane = Lane(1);

/// What a node of a [`Plan`] is, with its payload.
///
/// ```
/// # use probe_scheduler::Unit;
/// fn title(unit: &Unit<&str, &str>) -> String {
///     match unit {
///         Unit::Preload(library) => format!("import {library}"),
///         Unit::Test(name) => format!("test {name}"),
///     }
/// }
/// assert_eq!(title(&Unit::Preload("sqlite3")), "import sqlite3");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Unit<L, T> {
    /// Prepares one library.
    Preload(L),
    /// Runs one test.
    Test(T),
}

/// The preload node of one library.
///
/// ```
/// # use probe_scheduler::{PlanBuilder, Unit};
/// let mut plan = PlanBuilder::<_, _, ()>::new();
/// let preload = plan.library("sqlite3", || "libsqlite3.so");
/// assert_eq!(plan.build()?.graph()[preload.node()], Unit::Preload("libsqlite3.so"));
/// # Ok::<(), probe_scheduler::Cycle>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PreloadId(NodeId);

/// The node of one test.
///
/// ```
/// # use probe_scheduler::{PlanBuilder, Unit};
/// let mut plan = PlanBuilder::<(), (), _>::new();
/// let test = plan.test("parse");
/// assert_eq!(plan.build()?.graph()[test.node()], Unit::Test("parse"));
/// # Ok::<(), probe_scheduler::Cycle>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TestId(NodeId);

/// The unit of a node.
///
/// ```
/// # use probe_scheduler::{PlanBuilder, UnitId};
/// let mut plan = PlanBuilder::<(), (), _>::new();
/// let test = plan.test("parse");
/// assert_eq!(plan.build()?.unit(test.node()), UnitId::Test(test));
/// # Ok::<(), probe_scheduler::Cycle>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum UnitId {
    /// A preload.
    Preload(PreloadId),
    /// A test.
    Test(TestId),
}

/// Builds a [`Plan`] from libraries with keys, tests, and their needs.
///
/// # The idea
///
/// Parallel tests share native libraries that something downloads or compiles at its first use. Two
/// first uses at the same time race. A *barrier* is the usual solution: prepare everything, then
/// test. It is safe but slow: a test that needs nothing waits for the slowest download, and a test
/// that needs a small library waits for the large one. The other solution is a lock around each
/// first use. Then tests that wait for the same lock fill all workers.
///
/// Here each library is a node of the dependency graph. There is exactly one node per library,
/// because [`library`](Self::library) returns the same node for the same key. A test waits only for
/// the nodes of the libraries that it needs. So you cannot write down a race. Preloads run in
/// parallel with each other and with the tests that do not need them. A library that cannot be
/// prepared blocks only its own tests. Preloads have [a lane of their own](PRELOADS), so a slow
/// download does not occupy the slot of a test.
///
/// ```
/// use probe_scheduler::{Limits, Next, Outcome, PlanBuilder, Run, Unit, PRELOADS, TESTS};
///
/// let mut plan = PlanBuilder::new();
/// let sqlite = plan.library("sqlite3", || "libsqlite3.so");
/// let query = plan.test("query");
/// let insert = plan.test("insert");
/// let parse = plan.test("parse");
/// plan.need(query, sqlite).need(insert, sqlite);
/// // Asked for again, from somewhere that knows nothing of the first time: the same node.
/// assert_eq!(plan.library("sqlite3", || unreachable!()), sqlite);
///
/// let plan = plan.build()?;
/// let mut run = Run::new(plan.graph(), Limits::new().lane(PRELOADS, 8).lane(TESTS, 2));
///
/// // One import, however many tests need it; and the test that needs nothing starts beside it.
/// assert_eq!(run.start_next(), Next::Start(sqlite.node()));
/// assert_eq!(run.start_next(), Next::Start(parse.node()));
/// assert_eq!(run.start_next(), Next::Wait);
/// assert_eq!(plan.graph()[parse.node()], Unit::Test("parse"));
///
/// run.finish(sqlite.node(), Outcome::Passed);
/// assert_eq!(run.start_next(), Next::Start(query.node()));
/// # Ok::<(), probe_scheduler::Cycle>(())
/// ```
///
/// Setters return the builder, so you can chain calls. They panic if this builder has no such id.
/// They do not notice an id of another builder if this builder has the same id.
#[derive(Debug)]
pub struct PlanBuilder<K, L, T> {
    graph: GraphBuilder<Unit<L, T>>,
    libraries: BTreeMap<K, PreloadId>,
}

/// A finished plan: a graph of [`Unit`]s, with a map from keys and nodes to preloads and tests.
///
/// ```
/// # use probe_scheduler::PlanBuilder;
/// let mut plan = PlanBuilder::new();
/// let [sqlite, spatialite] = ["sqlite", "spatialite"].map(|key| plan.library(key, || ()));
/// let test = plan.test("distance");
/// plan.library_needs(spatialite, sqlite).need(test, spatialite);
/// let plan = plan.build()?;
/// assert_eq!(plan.preload(&"sqlite"), Some(sqlite));
/// assert_eq!(plan.preloads_before(test), [sqlite, spatialite]);
/// assert_eq!(plan.tests().collect::<Vec<_>>(), [test]);
/// # Ok::<(), probe_scheduler::Cycle>(())
/// ```
#[derive(Debug)]
pub struct Plan<K, L, T> {
    graph: Graph<Unit<L, T>>,
    libraries: BTreeMap<K, PreloadId>,
}

impl PreloadId {
    /// Returns the node of the graph.
    pub const fn node(self) -> NodeId {
        self.0
    }
}

impl TestId {
    /// Returns the node of the graph.
    pub const fn node(self) -> NodeId {
        self.0
    }
}

impl From<PreloadId> for NodeId {
    fn from(id: PreloadId) -> Self {
        id.0
    }
}

impl From<TestId> for NodeId {
    fn from(id: TestId) -> Self {
        id.0
    }
}

impl<K: Ord, L, T> PlanBuilder<K, L, T> {
    /// Creates a plan without libraries and tests.
    pub fn new() -> Self {
        Self { graph: GraphBuilder::new(), libraries: BTreeMap::new() }
    }

    /// Returns the preload node of the library `key`. For a new key, adds a node that carries what
    /// `make` returns. For a known key, returns the existing node and does not call `make`.
    ///
    /// # Panics
    ///
    /// If the graph already has 2³² − 1 nodes.
    pub fn library(&mut self, key: K, make: impl FnOnce() -> L) -> PreloadId {
        *self.libraries.entry(key).or_insert_with(|| {
            let node = self.graph.add(Unit::Preload(make()));
            self.graph.lane(node, PRELOADS);
            PreloadId(node)
        })
    }

    /// Adds a test.
    ///
    /// # Panics
    ///
    /// If the graph already has 2³² − 1 nodes.
    pub fn test(&mut self, payload: T) -> TestId {
        let node = self.graph.add(Unit::Test(payload));
        self.graph.lane(node, TESTS);
        TestId(node)
    }

    /// Makes the test wait for the library, and so for the libraries that this library needs.
    pub fn need(&mut self, test: TestId, library: PreloadId) -> &mut Self {
        self.graph.depend(test.0, library.0);
        self
    }

    /// Makes a library wait for another library that it needs.
    pub fn library_needs(&mut self, library: PreloadId, other: PreloadId) -> &mut Self {
        self.graph.depend(library.0, other.0);
        self
    }

    /// Makes a test wait until another test has passed. If the other test fails, this test is
    /// blocked.
    pub fn after(&mut self, test: TestId, other: TestId) -> &mut Self {
        self.graph.depend(test.0, other.0);
        self
    }

    /// Makes a unit wait until another has ended in any way: [`GraphBuilder::follow`].
    pub fn follow(&mut self, unit: impl Into<NodeId>, other: impl Into<NodeId>) -> &mut Self {
        self.graph.follow(unit.into(), other.into());
        self
    }

    /// Makes a unit run after a cancelled run too: [`GraphBuilder::finaliser`].
    pub fn finaliser(&mut self, unit: impl Into<NodeId>) -> &mut Self {
        self.graph.finaliser(unit.into());
        self
    }

    /// Declares a group. Use [`group`](Self::group) to put units into it.
    ///
    /// # Panics
    ///
    /// If the rule is [`Group::AtMost`] 0.
    pub fn add_group(&mut self, rule: Group) -> GroupId {
        self.graph.add_group(rule)
    }

    /// Puts a unit into one more group.
    pub fn group(&mut self, unit: impl Into<NodeId>, group: GroupId) -> &mut Self {
        self.graph.group(unit.into(), group);
        self
    }

    /// Sets how many slots of its lane the unit occupies while it runs. The default is 1.
    ///
    /// # Panics
    ///
    /// If `slots` is [`Slots::Count`] 0.
    pub fn slots(&mut self, unit: impl Into<NodeId>, slots: Slots) -> &mut Self {
        self.graph.slots(unit.into(), slots);
        self
    }

    /// Sets how long you expect the unit to run. The default is
    /// [`DEFAULT_EXPECTED`](crate::DEFAULT_EXPECTED).
    pub fn expect_duration(&mut self, unit: impl Into<NodeId>, expected: Duration) -> &mut Self {
        self.graph.expect_duration(unit.into(), expected);
        self
    }

    /// Sets the unit's place in the order of starts, instead of its longest path. Of the units of
    /// one lane that could start at the same time, the highest rank starts first.
    pub fn rank(&mut self, unit: impl Into<NodeId>, rank: u64) -> &mut Self {
        self.graph.rank(unit.into(), rank);
        self
    }

    /// Builds the plan.
    ///
    /// # Errors
    ///
    /// Returns a [`Cycle`] if units wait for each other in a circle.
    pub fn build(self) -> Result<Plan<K, L, T>, Cycle> {
        Ok(Plan { graph: self.graph.build()?, libraries: self.libraries })
    }
}

impl<K: Ord, L, T> Default for PlanBuilder<K, L, T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<K: Ord, L, T> Plan<K, L, T> {
    /// Returns the graph to run.
    pub fn graph(&self) -> &Graph<Unit<L, T>> {
        &self.graph
    }

    /// Returns the preload of the library `key`, if the plan has it.
    pub fn preload(&self, key: &K) -> Option<PreloadId> {
        self.libraries.get(key).copied()
    }

    /// Returns the key and preload of every library, in the order of the keys.
    pub fn libraries(&self) -> impl ExactSizeIterator<Item = (&K, PreloadId)> {
        self.libraries.iter().map(|(key, &preload)| (key, preload))
    }

    /// Returns every test, in the order of insertion.
    pub fn tests(&self) -> impl DoubleEndedIterator<Item = TestId> {
        self.graph.ids().filter_map(|node| match self.unit(node) {
            UnitId::Test(test) => Some(test),
            UnitId::Preload(_) => None,
        })
    }

    /// Returns the unit of the node.
    ///
    /// # Panics
    ///
    /// If the graph has no such node.
    pub fn unit(&self, node: NodeId) -> UnitId {
        match self.graph.payload(node) {
            Unit::Preload(_) => UnitId::Preload(PreloadId(node)),
            Unit::Test(_) => UnitId::Test(TestId(node)),
        }
    }

    /// Returns every library that must be ready before the unit can start, in the order of
    /// insertion. Includes the libraries that its libraries need, and those of the tests before it.
    ///
    /// # Panics
    ///
    /// If the graph has no such node.
    pub fn preloads_before(&self, unit: impl Into<NodeId>) -> Vec<PreloadId> {
        let preload = |node| match self.unit(node) {
            UnitId::Preload(preload) => Some(preload),
            UnitId::Test(_) => None,
        };
        self.graph.all_needs(unit.into()).into_iter().filter_map(preload).collect()
    }
}
