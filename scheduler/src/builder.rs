//! Collects nodes, edges and attributes, and closes them into a graph.
//!
//! Knows nothing of libraries or tests: `plan` gives the nodes their meaning.

use std::time::Duration;

use crate::{
    adjacency::{Adjacency, Edges, PairLog},
    cycle::{self, Cycle},
    graph::{Graph, Shape},
    id::{GroupId, Id, Lane, NodeId},
    limits::{Group, Slots},
    priority::{self, Nanoseconds},
};

/// What a node is expected to take if nobody says: with the same value everywhere, the longest path
/// is the one of the most nodes.
///
/// ```
/// # use probe_scheduler::{DEFAULT_EXPECTED, GraphBuilder};
/// let mut graph = GraphBuilder::new();
/// let node = graph.add(());
/// assert_eq!(graph.build()?.expected(node), DEFAULT_EXPECTED);
/// # Ok::<(), probe_scheduler::Cycle>(())
/// ```
pub const DEFAULT_EXPECTED: Duration = Duration::from_secs(1);

/// Builds a [`Graph`]: nodes in the order of insertion, edges and attributes in any order.
///
/// A node is in `Lane(0)`, occupies one slot, is in no group and is expected to take
/// [`DEFAULT_EXPECTED`], unless a setter says otherwise; of several calls for one node the last one
/// counts. The setters return the builder, so that calls can be chained. Each panics if the node or
/// the group is of another builder and this one has none at that position.
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
    /// A graph without nodes.
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
    /// If the graph has 2³² − 1 nodes already.
    pub fn add(&mut self, payload: T) -> NodeId {
        let id = NodeId::from_index(self.payloads.len());
        self.payloads.push(payload);
        self.lanes.push(Lane(0));
        self.slots.push(Slots::Count(1));
        self.expected.push(nanoseconds(DEFAULT_EXPECTED));
        id
    }

    /// Declares a group, for [`group`](Self::group) to put nodes into.
    ///
    /// # Panics
    ///
    /// If the rule is [`Group::AtMost`] 0: no member could ever start.
    pub fn add_group(&mut self, rule: Group) -> GroupId {
        assert!(
            rule != Group::AtMost(0),
            "a group of at most 0 was declared: no member of it could ever start"
        );
        let id = GroupId::from_index(self.groups.len());
        self.groups.push(rule);
        id
    }

    /// Makes `node` wait until `on` has passed. Saying it twice is saying it once.
    ///
    /// # Panics
    ///
    /// If either is not of this builder.
    pub fn depend(&mut self, node: NodeId, on: NodeId) -> &mut Self {
        self.check_node(node);
        self.check_node(on);
        self.needs.push(node, on);
        self
    }

    /// Makes `node` wait until `other` has ended, whatever became of it: passed, failed, or in the
    /// end not run at all. Fit for what comes after the last user of something. Saying it twice is
    /// saying it once.
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
    /// If either is not of this builder.
    pub fn follow(&mut self, node: NodeId, other: NodeId) -> &mut Self {
        self.check_node(node);
        self.check_node(other);
        self.follows.push(node, other);
        self
    }

    /// Makes the node one that [`Run::cancel`](crate::Run::cancel) leaves alone: a stop or a
    /// clean-up, which has to run after a cancelled run too. It starts when everything that it
    /// follows has ended and everything that it needs has passed; it is blocked or cancelled with
    /// what it needs, so a clean-up that must run whatever happens only follows.
    ///
    /// # Panics
    ///
    /// If the node is not of this builder.
    pub fn finaliser(&mut self, id: NodeId) -> &mut Self {
        self.check_node(id);
        self.finalisers.push(id);
        self
    }

    /// Makes the node one that starts only for somebody: when a node that waits for it waits for
    /// nothing else but such nodes. Once it is wanted it stays so; if all that wait for it end
    /// before it has started, it is cancelled. Fit for what costs something as long as it is there.
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
    /// If the node is not of this builder.
    pub fn on_demand(&mut self, id: NodeId) -> &mut Self {
        self.check_node(id);
        self.on_demand.push(id);
        self
    }

    /// The pool whose slots the node occupies.
    ///
    /// # Panics
    ///
    /// If the node is not of this builder.
    pub fn lane(&mut self, id: NodeId, lane: Lane) -> &mut Self {
        self.check_node(id);
        self.lanes[id.index()] = lane;
        self
    }

    /// How many slots of its lane the node occupies while it runs.
    ///
    /// # Panics
    ///
    /// If the node is not of this builder, or occupies [`Slots::Count`] 0: what is to run without
    /// occupying anything belongs in a lane without a limit.
    pub fn slots(&mut self, id: NodeId, slots: Slots) -> &mut Self {
        self.check_node(id);
        assert!(
            slots != Slots::Count(0),
            "node {id} was given 0 slots: put it into a lane without a limit instead"
        );
        self.slots[id.index()] = slots;
        self
    }

    /// Puts the node into a group, besides those that it is in.
    ///
    /// # Panics
    ///
    /// If the node or the group is not of this builder.
    pub fn group(&mut self, id: NodeId, group: GroupId) -> &mut Self {
        self.check_node(id);
        assert!(
            group.index() < self.groups.len(),
            "group {group} was not declared by this builder's `add_group`"
        );
        self.memberships.push(id, group);
        self
    }

    /// How long the node is expected to run, from its history say. Only the order depends on it;
    /// past 584 years it counts as that.
    ///
    /// # Panics
    ///
    /// If the node is not of this builder.
    pub fn expect_duration(&mut self, id: NodeId, expected: Duration) -> &mut Self {
        self.check_node(id);
        self.expected[id.index()] = nanoseconds(expected);
        self
    }

    /// Puts the node where this says in the order of starts, in place of the length of its longest path: nodes of one lane that
    /// could start at once do so in descending order of their ranks. Who is given none starts by its path, in nanoseconds. The
    /// paths, [`critical_path`](Graph::critical_path) too, stay what they are.
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
    /// If the node is not of this builder.
    pub fn rank(&mut self, id: NodeId, rank: u64) -> &mut Self {
        self.check_node(id);
        self.ranks.push((id, rank));
        self
    }

    /// Closes the graph and works out its priorities, in time linear in nodes and edges.
    ///
    /// # Errors
    ///
    /// If nodes wait for each other in a circle, for a passing or for an end: one such [`Cycle`].
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
