//! The finished graph: it has no cycles, never changes, and any number of runs can share it.
//!
//! Knows the plan only: what has run and what may run now is in `run`.

use std::{iter, ops::Index, time::Duration};

use crate::{
    adjacency::{Adjacency, Edges},
    id::{GroupId, Id, Lane, NodeId},
    limits::{Group, Slots},
    priority::{Nanoseconds, Priority},
};

/// A graph without cycles whose nodes each carry a `T`, with the data that a [`Run`](crate::Run)
/// needs to order them.
///
/// [`GraphBuilder::build`](crate::GraphBuilder::build) makes it. Every method that takes a
/// [`NodeId`] panics if the graph has no such node. This can only happen with the id of another
/// graph.
///
/// ```
/// # use std::time::Duration;
/// # use probe_scheduler::GraphBuilder;
/// let mut graph = GraphBuilder::new();
/// let names = ["fetch", "compile", "test", "lint"];
/// let [fetch, compile, test, lint] = names.map(|name| graph.add(name));
/// graph.depend(compile, fetch).depend(test, compile);
/// graph.expect_duration(compile, Duration::from_secs(30));
/// let graph = graph.build()?;
///
/// assert_eq!(graph[test], "test");
/// assert_eq!(graph.needs(compile), [fetch]);
/// assert_eq!(graph.dependents(compile), [test]);
/// assert_eq!(graph.all_needs(test), [fetch, compile]);
/// assert_eq!(graph.critical_path(), [fetch, compile, test]);
/// assert_eq!(graph.remaining(fetch), Duration::from_secs(32));
/// assert_eq!(graph.remaining(lint), Duration::from_secs(1));
/// # Ok::<(), probe_scheduler::Cycle>(())
/// ```
#[derive(Debug)]
pub struct Graph<T> {
    pub(crate) payloads: Vec<T>,
    pub(crate) shape: Shape,
}

/// Everything in a graph except its payloads.
#[derive(Debug)]
pub(crate) struct Shape {
    pub(crate) needs: Edges,
    pub(crate) follows: Edges,
    /// In ascending order.
    pub(crate) finalisers: Vec<NodeId>,
    /// In ascending order.
    pub(crate) on_demand: Vec<NodeId>,
    pub(crate) memberships: Adjacency<GroupId>,
    pub(crate) groups: Vec<Group>,
    pub(crate) lanes: Vec<Lane>,
    pub(crate) slots: Vec<Slots>,
    pub(crate) expected: Vec<Nanoseconds>,
    pub(crate) remaining: Vec<Nanoseconds>,
    /// If set, decides the order of starts instead of `remaining`.
    pub(crate) ranked: Option<Vec<u64>>,
}

impl<T> Graph<T> {
    /// Returns the number of nodes.
    pub fn len(&self) -> usize {
        self.payloads.len()
    }

    /// Whether the graph has no nodes.
    pub fn is_empty(&self) -> bool {
        self.payloads.is_empty()
    }

    /// Returns every node, in the order of insertion.
    pub fn ids(&self) -> impl DoubleEndedIterator<Item = NodeId> + ExactSizeIterator + use<T> {
        (0..self.len()).map(NodeId::from_index)
    }

    /// Returns what the node carries; the same as `graph[id]`.
    pub fn payload(&self, id: NodeId) -> &T {
        &self.payloads[id.index()]
    }

    /// Returns the nodes that must pass before `id` can start, in the order of their
    /// [`depend`](crate::GraphBuilder::depend) calls, each once.
    pub fn needs(&self, id: NodeId) -> &[NodeId] {
        self.shape.needs.before.row(id.index())
    }

    /// Returns the nodes that wait until `id` has passed, in ascending order.
    pub fn dependents(&self, id: NodeId) -> &[NodeId] {
        self.shape.needs.after.row(id.index())
    }

    /// Returns the nodes that must end before `id` can start, in the order of their
    /// [`follow`](crate::GraphBuilder::follow) calls, each once.
    pub fn follows(&self, id: NodeId) -> &[NodeId] {
        self.shape.follows.before.row(id.index())
    }

    /// Returns the nodes that wait until `id` has ended, in ascending order.
    pub fn followers(&self, id: NodeId) -> &[NodeId] {
        self.shape.follows.after.row(id.index())
    }

    /// Whether a cancelled run leaves the node alone:
    /// [`finaliser`](crate::GraphBuilder::finaliser).
    pub fn is_finaliser(&self, id: NodeId) -> bool {
        self.shape.finalisers.binary_search(&id).is_ok()
    }

    /// Whether the node starts only on demand: [`on_demand`](crate::GraphBuilder::on_demand).
    pub fn is_on_demand(&self, id: NodeId) -> bool {
        self.shape.on_demand.binary_search(&id).is_ok()
    }

    /// Returns the on-demand nodes, in ascending order.
    pub(crate) fn on_demand(&self) -> &[NodeId] {
        &self.shape.on_demand
    }

    /// Returns every node that must pass before `id` can start, directly or indirectly, in
    /// ascending order. Takes time linear in the part of the graph before `id`, and one byte of
    /// memory per node of the graph.
    pub fn all_needs(&self, id: NodeId) -> Vec<NodeId> {
        reachable(id, self.len(), &self.shape.needs.before)
    }

    /// Returns every node that cannot start unless `id` passes, directly or indirectly, in
    /// ascending order.
    pub fn all_dependents(&self, id: NodeId) -> Vec<NodeId> {
        reachable(id, self.len(), &self.shape.needs.after)
    }

    /// Returns the lane whose slots the node occupies.
    pub fn lane(&self, id: NodeId) -> Lane {
        self.shape.lanes[id.index()]
    }

    /// Returns how many slots the node occupies, as declared.
    pub fn slots(&self, id: NodeId) -> Slots {
        self.shape.slots[id.index()]
    }

    /// Returns the groups that the node is in, in the order in which it was put into them.
    pub fn groups(&self, id: NodeId) -> &[GroupId] {
        self.shape.memberships.row(id.index())
    }

    /// Returns the rule of a group.
    pub fn group(&self, group: GroupId) -> Group {
        self.shape.groups[group.index()]
    }

    /// Returns how long the node is expected to run.
    pub fn expected(&self, id: NodeId) -> Duration {
        Duration::from_nanos(self.shape.expected[id.index()])
    }

    /// Returns the length of the longest path that begins with `id`, including its own expected
    /// duration. This is the least time from its start to the end of the run, with any number of
    /// slots. Nodes start in descending order of this length, unless they have a
    /// [`rank`](crate::GraphBuilder::rank).
    pub fn remaining(&self, id: NodeId) -> Duration {
        Duration::from_nanos(self.shape.remaining[id.index()])
    }

    /// Returns the longest of all paths by expected duration. It begins with a node that waits for
    /// none, and ends with a node that none waits for. Of equal paths, it returns the one whose
    /// nodes were added first. Its length is [`remaining`](Self::remaining) of its first node.
    /// Empty if the graph is empty.
    pub fn critical_path(&self) -> Vec<NodeId> {
        let mut next = self.ids().map(|id| self.shape.longest(id)).max();
        iter::from_fn(|| {
            let node = next?.node();
            let later = self.dependents(node).iter().chain(self.followers(node));
            next = later.map(|&id| self.shape.longest(id)).max();
            Some(node)
        })
        .collect()
    }
}

impl<T> Index<NodeId> for Graph<T> {
    type Output = T;

    fn index(&self, id: NodeId) -> &T {
        self.payload(id)
    }
}

impl Shape {
    /// Decides which node starts first.
    pub(crate) fn priority(&self, id: NodeId) -> Priority {
        let by = self.ranked.as_ref().unwrap_or(&self.remaining);
        Priority::new(by[id.index()], id)
    }

    /// The priority by the longest path alone.
    fn longest(&self, id: NodeId) -> Priority {
        Priority::new(self.remaining[id.index()], id)
    }
}

/// Returns the nodes that `edges` lead to from `id`, without `id`.
fn reachable(id: NodeId, nodes: usize, edges: &Adjacency<NodeId>) -> Vec<NodeId> {
    let mut seen = vec![false; nodes];
    let mut found = vec![id];
    let mut done = 0;
    while let Some(&node) = found.get(done) {
        done += 1;
        for &next in edges.row(node.index()) {
            if !seen[next.index()] {
                seen[next.index()] = true;
                found.push(next);
            }
        }
    }
    found.swap_remove(0);
    found.sort_unstable();
    found
}
