//! The idea that the crate exists for, made a type: one preload node per library, and tests that
//! wait for their own libraries only.
//!
//! Knows nothing of files, downloads or processes: a library is a key and whatever the caller wants
//! to carry for it.

use std::{collections::BTreeMap, time::Duration};

use crate::{
    builder::GraphBuilder,
    cycle::Cycle,
    graph::Graph,
    id::{GroupId, Lane, NodeId},
    limits::{Group, Slots},
};

/// The lane of the preloads: a download never takes a slot from a test.
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

/// What a node of a [`Plan`] stands for, with what it carries.
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
    /// Makes one library present.
    Preload(L),
    /// One test.
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

/// Which unit a node is.
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

/// Builds a [`Plan`]: libraries by key, tests, and who needs what.
///
/// # The idea
///
/// Parallel tests share native libraries that something downloads or compiles on first use, and two
/// first uses at once race. The usual cure is a *barrier*: prepare everything, then test. It is
/// safe and slow: a test that needs nothing waits for the slowest download, and one that needs a
/// small library waits for the large one. The other cure, a lock around each first use, fills every
/// worker with tests that wait for the same lock.
///
/// Here each library is a node of the dependency graph, and there is exactly one, because
/// [`library`](Self::library) answers the same key with the same node. A test waits for the nodes
/// of the libraries that it needs, and for nothing else. So the race cannot be written down;
/// preloads run beside each other and beside the tests that need none of them; and a library that
/// cannot be had blocks its own tests only. Preloads have [a lane of their own](PRELOADS), so that
/// a slow download does not occupy a slot in which a test could run.
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
/// The setters return the builder, so that calls can be chained, and panic if an id is of another
/// builder and this one has no such node.
#[derive(Debug)]
pub struct PlanBuilder<K, L, T> {
    graph: GraphBuilder<Unit<L, T>>,
    libraries: BTreeMap<K, PreloadId>,
}

/// A finished plan: a graph of [`Unit`]s, and the way from keys and nodes to preloads and tests.
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
    /// The node of the graph.
    pub const fn node(self) -> NodeId {
        self.0
    }
}

impl TestId {
    /// The node of the graph.
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
    /// A plan without libraries and tests.
    pub fn new() -> Self {
        Self { graph: GraphBuilder::new(), libraries: BTreeMap::new() }
    }

    /// The preload node of the library that `key` names: a new one that carries what `make`
    /// returns, or, if the key was given before, the one that there is; `make` is not called then.
    ///
    /// # Panics
    ///
    /// If the graph has 2³² − 1 nodes already.
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
    /// If the graph has 2³² − 1 nodes already.
    pub fn test(&mut self, payload: T) -> TestId {
        let node = self.graph.add(Unit::Test(payload));
        self.graph.lane(node, TESTS);
        TestId(node)
    }

    /// Makes the test wait for the library, and so for the libraries that that one needs.
    pub fn need(&mut self, test: TestId, library: PreloadId) -> &mut Self {
        self.graph.depend(test.0, library.0);
        self
    }

    /// Makes a library wait for another that it needs.
    pub fn library_needs(&mut self, library: PreloadId, other: PreloadId) -> &mut Self {
        self.graph.depend(library.0, other.0);
        self
    }

    /// Makes a test wait until another has passed; if the other fails, it is blocked.
    pub fn after(&mut self, test: TestId, other: TestId) -> &mut Self {
        self.graph.depend(test.0, other.0);
        self
    }

    /// Makes a unit wait until another has ended, whatever became of it:
    /// [`GraphBuilder::follow`].
    pub fn follow(&mut self, unit: impl Into<NodeId>, other: impl Into<NodeId>) -> &mut Self {
        self.graph.follow(unit.into(), other.into());
        self
    }

    /// Makes a unit run after a cancelled run too: [`GraphBuilder::finaliser`].
    pub fn finaliser(&mut self, unit: impl Into<NodeId>) -> &mut Self {
        self.graph.finaliser(unit.into());
        self
    }

    /// Declares a group, for [`group`](Self::group) to put units into.
    ///
    /// # Panics
    ///
    /// If the rule is [`Group::AtMost`] 0.
    pub fn add_group(&mut self, rule: Group) -> GroupId {
        self.graph.add_group(rule)
    }

    /// Puts a unit into a group, besides those that it is in.
    pub fn group(&mut self, unit: impl Into<NodeId>, group: GroupId) -> &mut Self {
        self.graph.group(unit.into(), group);
        self
    }

    /// How many slots of its lane the unit occupies while it runs; 1 if this is not said.
    ///
    /// # Panics
    ///
    /// If it occupies [`Slots::Count`] 0.
    pub fn slots(&mut self, unit: impl Into<NodeId>, slots: Slots) -> &mut Self {
        self.graph.slots(unit.into(), slots);
        self
    }

    /// How long the unit is expected to run; [`DEFAULT_EXPECTED`](crate::DEFAULT_EXPECTED) if this
    /// is not said.
    pub fn expect_duration(&mut self, unit: impl Into<NodeId>, expected: Duration) -> &mut Self {
        self.graph.expect_duration(unit.into(), expected);
        self
    }

    /// Puts the unit where this says among those of its lane that could start at once, the highest first, in place of its
    /// longest path.
    pub fn rank(&mut self, unit: impl Into<NodeId>, rank: u64) -> &mut Self {
        self.graph.rank(unit.into(), rank);
        self
    }

    /// Closes the plan.
    ///
    /// # Errors
    ///
    /// If units wait for each other in a circle: one such [`Cycle`].
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
    /// The graph to run.
    pub fn graph(&self) -> &Graph<Unit<L, T>> {
        &self.graph
    }

    /// The preload of the library that `key` names, if the plan has it.
    pub fn preload(&self, key: &K) -> Option<PreloadId> {
        self.libraries.get(key).copied()
    }

    /// Every library's key and preload, in the order of the keys.
    pub fn libraries(&self) -> impl ExactSizeIterator<Item = (&K, PreloadId)> {
        self.libraries.iter().map(|(key, &preload)| (key, preload))
    }

    /// Every test, in the order of insertion.
    pub fn tests(&self) -> impl DoubleEndedIterator<Item = TestId> {
        self.graph.ids().filter_map(|node| match self.unit(node) {
            UnitId::Test(test) => Some(test),
            UnitId::Preload(_) => None,
        })
    }

    /// Which unit the node is.
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

    /// Every library that must be there before the unit can start, those that its libraries and the
    /// tests before it need included, in the order of insertion.
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
