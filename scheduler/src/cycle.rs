//! The error for a graph with a cycle, and the search for that cycle.
//!
//! Does not know what the nodes carry: the caller prints their names.

use std::{error::Error, fmt};

use crate::{
    adjacency::Edges,
    id::{Id, NodeId},
};

/// Nodes that wait for each other in a circle, so none of them could ever start.
///
/// ```
/// # use probe_scheduler::GraphBuilder;
/// let names = ["egg", "hen"];
/// let mut graph = GraphBuilder::new();
/// let [egg, hen] = names.map(|name| graph.add(name));
/// graph.depend(egg, hen);
/// graph.depend(hen, egg);
/// let cycle = graph.build().unwrap_err();
/// assert_eq!(cycle.nodes(), [egg, hen]);
/// let path: Vec<_> = cycle.nodes().iter().map(|node| names[node.index()]).collect();
/// assert_eq!(path.join(" needs "), "egg needs hen");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cycle {
    nodes: Vec<NodeId>,
}

impl Cycle {
    /// Returns the nodes in order, starting with the smallest: each waits for the next, and the
    /// last for the first. Never empty, and no node occurs twice.
    pub fn nodes(&self) -> &[NodeId] {
        &self.nodes
    }
}

impl fmt::Display for Cycle {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "dependencies form a cycle: ")?;
        for node in &self.nodes {
            write!(formatter, "{node} needs ")?;
        }
        write!(formatter, "{}; remove one of them", self.nodes[0])
    }
}

impl Error for Cycle {}

/// Returns the nodes so that each comes after the nodes that it waits for (A. B. Kahn, "Topological
/// sorting of large networks", 1962).
pub(crate) fn topological_order(needs: &Edges, follows: &Edges) -> Result<Vec<NodeId>, Cycle> {
    let nodes = needs.before.rows();
    let waits = |node| needs.before.row(node).len() + follows.before.row(node).len();
    let mut unmet: Vec<u32> = (0..nodes).map(|node| waits(node) as u32).collect();
    let mut order = Vec::with_capacity(nodes);
    order.extend((0..nodes).filter(|&node| unmet[node] == 0).map(NodeId::from_index));
    let mut done = 0;
    while let Some(&node) = order.get(done) {
        done += 1;
        let later = needs.after.row(node.index()).iter().chain(follows.after.row(node.index()));
        for &id in later {
            let count = &mut unmet[id.index()];
            *count -= 1;
            if *count == 0 {
                order.push(id);
            }
        }
    }
    if order.len() == nodes { Ok(order) } else { Err(find_cycle(needs, follows, &unmet)) }
}

/// Goes from the first node that waits in vain to a node that it waits for, and so on until a node
/// occurs twice. Every node on the way waits in vain.
fn find_cycle(needs: &Edges, follows: &Edges, unmet: &[u32]) -> Cycle {
    const UNSEEN: usize = usize::MAX;
    let mut path: Vec<NodeId> = Vec::new();
    let mut position_on_path = vec![UNSEEN; unmet.len()];
    let first = unmet
        .iter()
        .position(|&count| count > 0)
        .expect("in a graph that cannot be ordered a node waits in vain");
    let mut node = NodeId::from_index(first);
    while position_on_path[node.index()] == UNSEEN {
        position_on_path[node.index()] = path.len();
        path.push(node);
        let (needs, follows) = (needs.before.row(node.index()), follows.before.row(node.index()));
        node = *needs
            .iter()
            .chain(follows)
            .find(|other| unmet[other.index()] > 0)
            .expect("a node that was never free waits for one that was not, either");
    }
    let mut nodes = path.split_off(position_on_path[node.index()]);
    let smallest =
        nodes.iter().enumerate().min_by_key(|(_, node)| **node).map_or(0, |(position, _)| position);
    nodes.rotate_left(smallest);
    Cycle { nodes }
}
