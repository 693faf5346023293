//! Collects nodes, edges and attributes, and builds a graph from them.
//!
//! Does not know libraries or tests: `plan` gives the nodes their meaning.

use std::time::Duration;

use crate::{
    adjacency::{Adjacency, Edges, PairLog},
    cycle::{self, Cycle},
    graph::{Graph, Shape},
    id::{GroupId, Id, Lane, NodeId},
    limits::{Group, Slots},
    priority::{self, Nanoseconds},
};

/// The expected duration of a node without one of its own. If all nodes have this value, the
/// longest path is the one with the most nodes.
///
/// ```
/// # use probe_scheduler::{DEFAULT_EXPECTED, GraphBuilder};
/// let mut graph = GraphBuilder::new();
/// let node = graph.add(());
/// assert_eq!(graph.build()?.expected(node), DEFAULT_EXPECTED);
/// # Ok::<(), probe_scheduler::Cycle>(())
/// ```
pub const DEFAULT_EXPECTED: Duration = Duration::from_secs(1);

/// Builds a [`Graph`]. The order in which you add nodes counts; the order of edges and attributes
/// does not.
///
/// By default a node is in `Lane(0)`, occupies one slot, is in no group and has the expected
/// duration [`DEFAULT_EXPECTED`]. If you call a setter several times for one node, the last call
/// counts. Setters return the builder, so you can chain calls. They panic if the builder has no
/// such node or group. They do not notice an id of another builder if this builder has the same id.
///
/// ```
/// # use std::time::Duration;
/// # use probe_scheduler::{GraphBuilder, Group, Lane, Slots};
/// let mut graph = GraphBuilder::new();
/// let database = graph.add_group(Group::AtMost(1));
/// let seed = graph.add("seed");
/// let migrate = graph.add("migrate");
/// graph
///     .depend(migrate, seed)
///     .group(migrate, database)
///     .slots(migrate, Slots::Count(2))
///     .lane(migrate, Lane(1))
///     .expect_duration(migrate, Duration::from_millis(300));
/// let graph = graph.build()?;
/// assert_eq!(graph.needs(migrate), [seed]);
/// # Ok::<(), probe_scheduler::Cycle>(())
/// ```
#[derive(Debug)]
pub struct GraphBuilder<T> {
    payloads: Vec<T>,
    lanes: Vec<Lane>,
    slots: Vec<Slots>,
    expected: Vec<Nanoseconds>,
    groups: Vec<Group>,
    needs: PairLog<NodeId, NodeId>,
    follows: PairLog<NodeId, NodeId>,
    memberships: PairLog<NodeId, GroupId>,
    finalisers: Vec<NodeId>,
    on_demand: Vec<NodeId>,
    ranks: Vec<(NodeId, u64)>,
}

impl<T> GraphBuilder<T> {
    /// Creates a graph without nodes.
    pub fn new() -> Self {
        Self {
            payloads: Vec::new(),
            lanes: Vec::new(),
            slots: Vec::new(),
            expected: Vec::new(),
            groups: Vec::new(),
            needs: PairLog::new(),
            follows: PairLog::new(),
            memberships: PairLog::new(),
            finalisers: Vec::new(),
            on_demand: Vec::new(),
            ranks: Vec::new(),
        }
    }

    /// Adds a node that carries `payload`.
    ///
    /// # Panics
    ///
    /// If the graph already has 2³² − 1 nodes.
    pub fn add(&mut self, payload: T) -> NodeId {
        let id = NodeId::from_index(self.payloads.len());
        self.payloads.push(payload);
        self.lanes.push(Lane(0));
        self.slots.push(Slots::Count(1));
        self.expected.push(nanoseconds(DEFAULT_EXPECTED));
        id
    }

    /// Declares a group. Use [`group`](Self::group) to put nodes into it.
    ///
    /// # Panics
    ///
    /// If the rule is [`Group::AtMost`] 0, because no member could ever start.
    pub fn add_group(&mut self, rule: Group) -> GroupId {
        assert!(
            rule != Group::AtMost(0),
            "a group of at most 0 was declared: no member of it could ever start"
        );
        let id = GroupId::from_index(self.groups.len());
        self.groups.push(rule);
        id
    }

    /// Makes `node` wait until `on` has passed. A repeated call changes nothing.
    ///
    /// # Panics
    ///
    /// If this builder has no such node.
    pub fn depend(&mut self, node: NodeId, on: NodeId) -> &mut Self {
        self.check_node(node);
        self.check_node(on);
        self.needs.push(node, on);
        self
    }

    /// Makes `node` wait until `other` has ended in any way: passed, failed, or never run. Use it
    /// for a node that must come after the last user of something. A repeated call changes nothing.
    ///
    /// ```
    /// # use probe_scheduler::{GraphBuilder, Limits, Next, Outcome, Run};
    /// let mut graph = GraphBuilder::new();
    /// let [server, query, stop] = ["server", "query", "stop"].map(|name| graph.add(name));
    /// graph.depend(query, server).depend(stop, server).follow(stop, query);
    /// let graph = graph.build()?;
    /// let mut run = Run::new(&graph, Limits::new());
    /// assert_eq!(run.start_next(), Next::Start(server));
    /// run.finish(server, Outcome::Passed);
    /// assert_eq!(run.start_next(), Next::Start(query));
    /// assert_eq!(run.start_next(), Next::Wait, "the server has a user");
    /// run.finish(query, Outcome::Failed);
    /// assert_eq!(run.start_next(), Next::Start(stop));
    /// # Ok::<(), probe_scheduler::Cycle>(())
    /// ```
    ///
    /// # Panics
    ///
    /// If this builder has no such node.
    pub fn follow(&mut self, node: NodeId, other: NodeId) -> &mut Self {
        self.check_node(node);
        self.check_node(other);
        self.follows.push(node, other);
        self
    }

    /// Makes the node a finaliser: [`Run::cancel`](crate::Run::cancel) does not cancel it. Use it
    /// for a stop or a clean-up that must run after a cancelled run too. A finaliser starts when
    /// everything that it follows has ended and everything that it needs has passed. If a node that
    /// it needs is blocked or cancelled, so is the finaliser. So a clean-up that must always run
    /// should only `follow` other nodes.
    ///
    /// # Panics
    ///
    /// If this builder has no such node.
    pub fn finaliser(&mut self, id: NodeId) -> &mut Self {
        self.check_node(id);
        self.finalisers.push(id);
        self
    }

    /// Makes the node start only on demand: when a node that waits for it waits for nothing but
    /// on-demand nodes. From then on it stays wanted. If all nodes that wait for it end before it
    /// has started, it is cancelled. Use it for something that has a cost as long as it exists.
    ///
    /// ```
    /// # use probe_scheduler::{GraphBuilder, Lane, Limits, Next, Outcome, Run, State};
    /// let mut graph = GraphBuilder::new();
    /// let [library, server, query] = ["library", "server", "query"].map(|name| graph.add(name));
    /// graph.on_demand(server).depend(query, library).depend(query, server);
    /// let graph = graph.build()?;
    ///
    /// let mut run = Run::new(&graph, Limits::new());
    /// assert_eq!(run.start_next(), Next::Start(library));
    /// assert_eq!(run.start_next(), Next::Wait, "the query could not run yet");
    /// run.finish(library, Outcome::Passed);
    /// assert_eq!(run.start_next(), Next::Start(server));
    ///
    /// let mut run = Run::new(&graph, Limits::new());
    /// run.start_next();
    /// run.finish(library, Outcome::Failed);
    /// assert_eq!(run.start_next(), Next::Done);
    /// assert_eq!(run.state(server), State::Cancelled, "nobody is left who could want it");
    /// # Ok::<(), probe_scheduler::Cycle>(())
    /// ```
    ///
    /// # Panics
    ///
    /// If this builder has no such node.
    pub fn on_demand(&mut self, id: NodeId) -> &mut Self {
        self.check_node(id);
        self.on_demand.push(id);
        self
    }

    /// Sets the lane whose slots the node occupies.
    ///
    /// # Panics
    ///
    /// If this builder has no such node.
    pub fn lane(&mut self, id: NodeId, lane: Lane) -> &mut Self {
        self.check_node(id);
        self.lanes[id.index()] = lane;
        self
    }

    /// Sets how many slots of its lane the node occupies while it runs.
    ///
    /// # Panics
    ///
    /// If this builder has no such node, or `slots` is [`Slots::Count`] 0. For a node that must not
    /// occupy a slot, use a lane without a limit.
    pub fn slots(&mut self, id: NodeId, slots: Slots) -> &mut Self {
        self.check_node(id);
        assert!(
            slots != Slots::Count(0),
            "node {id} was given 0 slots: put it into a lane without a limit instead"
        );
        self.slots[id.index()] = slots;
        self
    }

    /// Puts the node into one more group.
    ///
    /// # Panics
    ///
    /// If this builder has no such node or no such group.
    pub fn group(&mut self, id: NodeId, group: GroupId) -> &mut Self {
        self.check_node(id);
        assert!(
            group.index() < self.groups.len(),
            "group {group} was not declared by this builder's `add_group`"
        );
        self.memberships.push(id, group);
        self
    }

    /// Sets how long you expect the node to run, for example from earlier runs. Only the order of
    /// starts depends on it. A value above 584 years counts as 584 years.
    ///
    /// # Panics
    ///
    /// If this builder has no such node.
    pub fn expect_duration(&mut self, id: NodeId, expected: Duration) -> &mut Self {
        self.check_node(id);
        self.expected[id.index()] = nanoseconds(expected);
        self
    }

    /// Sets the node's place in the order of starts, instead of the length of its longest path.
    /// Nodes of one lane that could start at the same time start in descending order of rank. The
    /// rank of a node without one is its path in nanoseconds. The paths themselves, and
    /// [`critical_path`](Graph::critical_path), do not change.
    ///
    /// ```
    /// # use probe_scheduler::{GraphBuilder, Limits, Next, Run};
    /// let mut graph = GraphBuilder::new();
    /// let [first, second] = ["first", "second"].map(|name| graph.add(name));
    /// graph.rank(first, 5).rank(second, 7);
    /// let graph = graph.build()?;
    /// let mut run = Run::new(&graph, Limits::new());
    /// assert_eq!(run.start_next(), Next::Start(second));
    /// # Ok::<(), probe_scheduler::Cycle>(())
    /// ```
    ///
    /// # Panics
    ///
    /// If this builder has no such node.
    pub fn rank(&mut self, id: NodeId, rank: u64) -> &mut Self {
        self.check_node(id);
        self.ranks.push((id, rank));
        self
    }

    /// Builds the graph and computes its priorities, in time linear in nodes and edges.
    ///
    /// # Errors
    ///
    /// Returns a [`Cycle`] if nodes wait for each other in a circle, through `depend` or `follow`.
    ///
    /// # Panics
    ///
    /// If there are 2³² edges or more.
    pub fn build(self) -> Result<Graph<T>, Cycle> {
        let nodes = self.payloads.len();
        let needs = Edges::from_log(&self.needs, nodes);
        drop(self.needs);
        let follows = Edges::from_log(&self.follows, nodes);
        drop(self.follows);
        let memberships = Adjacency::from_log(&self.memberships, nodes, self.groups.len());
        let order = cycle::topological_order(&needs, &follows)?;
        let remaining = priority::remaining(&order, &needs, &follows, &self.expected);
        let ranked = (!self.ranks.is_empty()).then(|| {
            let mut ranked = remaining.clone();
            self.ranks.iter().for_each(|&(id, rank)| ranked[id.index()] = rank);
            ranked
        });
        let mut finalisers = self.finalisers;
        finalisers.sort_unstable();
        finalisers.dedup();
        let mut on_demand = self.on_demand;
        on_demand.sort_unstable();
        on_demand.dedup();
        let shape = Shape {
            needs,
            follows,
            finalisers,
            on_demand,
            memberships,
            groups: self.groups,
            lanes: self.lanes,
            slots: self.slots,
            expected: self.expected,
            remaining,
            ranked,
        };
        Ok(Graph { payloads: self.payloads, shape })
    }

    fn check_node(&self, id: NodeId) {
        assert!(
            id.index() < self.payloads.len(),
            "node {id} was not added by this builder's `add`"
        );
    }
}

impl<T> Default for GraphBuilder<T> {
    fn default() -> Self {
        Self::new()
    }
}

fn nanoseconds(duration: Duration) -> Nanoseconds {
    Nanoseconds::try_from(duration.as_nanos()).unwrap_or(Nanoseconds::MAX)
}
