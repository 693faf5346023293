//! On-demand nodes: which nodes want them, and whether any node that waits for them has not ended.
//!
//! Only counts. Knows no states: `run` decides what has passed and what has ended.

use crate::{graph::Graph, id::NodeId};

/// The counts for the on-demand nodes of a run. Empty if the graph has none.
#[derive(Debug)]
pub(crate) struct Demand {
    /// For each node, how many on-demand nodes it still waits for.
    lacking: Vec<u32>,
    /// For each on-demand node, how many of the nodes that wait for it have not ended.
    left: Vec<u32>,
    is_wanted: Vec<bool>,
}

impl Demand {
    pub(crate) fn new<T>(graph: &Graph<T>) -> Self {
        let on_demand = graph.on_demand();
        if on_demand.is_empty() {
            return Self { lacking: Vec::new(), left: Vec::new(), is_wanted: Vec::new() };
        }
        let mut lacking = vec![0; graph.len()];
        let mut left = vec![0; graph.len()];
        for &id in on_demand {
            for &waiting in graph.dependents(id).iter().chain(graph.followers(id)) {
                left[id.index()] += 1;
                lacking[waiting.index()] += 1;
            }
        }
        Self { lacking, left, is_wanted: vec![false; graph.len()] }
    }

    /// Whether the graph has no on-demand node.
    pub(crate) fn is_empty(&self) -> bool {
        self.is_wanted.is_empty()
    }

    /// How many on-demand nodes the node still waits for.
    pub(crate) fn lacking(&self, id: NodeId) -> u32 {
        self.lacking.get(id.index()).copied().unwrap_or(0)
    }

    /// The node waits for one on-demand node less.
    pub(crate) fn lacks_one_less(&mut self, id: NodeId) {
        self.lacking[id.index()] -= 1;
    }

    /// Marks this on-demand node as wanted; returns whether it was not wanted before.
    pub(crate) fn want(&mut self, id: NodeId) -> bool {
        !std::mem::replace(&mut self.is_wanted[id.index()], true)
    }

    pub(crate) fn is_wanted(&self, id: NodeId) -> bool {
        self.is_wanted[id.index()]
    }

    /// A node that waits for this on-demand node has ended; returns whether it was the last.
    pub(crate) fn loses_one(&mut self, id: NodeId) -> bool {
        let left = &mut self.left[id.index()];
        *left -= 1;
        *left == 0
    }

    /// Whether all nodes that wait for this on-demand node have ended.
    pub(crate) fn is_alone(&self, id: NodeId) -> bool {
        self.left[id.index()] == 0
    }
}
