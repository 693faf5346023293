//! The same walk with petgraph's graph and a ready queue: what you would write without this crate.

use std::{
    cmp::Reverse,
    collections::{BinaryHeap, VecDeque},
};

use petgraph::{
    Direction,
    algo::toposort,
    graph::{DiGraph, NodeIndex},
};

use crate::large::{NEEDS, libraries};

/// How many nodes run at once, as in the other walk: 8 in each lane.
const RUNNING: usize = 16;

/// Builds the graph, sorts it, computes the longest remaining paths, and walks in their order.
pub(crate) fn build_and_walk(tests: usize, needs: &[[usize; NEEDS]]) -> usize {
    let mut graph: DiGraph<u32, ()> = DiGraph::new();
    let preloads: Vec<_> =
        (0..libraries(tests)).map(|index| graph.add_node(index as u32)).collect();
    for (index, needs) in needs.iter().enumerate() {
        let test = graph.add_node(index as u32);
        for &need in needs {
            graph.add_edge(preloads[need], test, ());
        }
    }

    let order = toposort(&graph, None).expect("libraries need nothing");
    let mut remaining = vec![0_u64; graph.node_count()];
    for &node in order.iter().rev() {
        let after = graph.neighbors(node).map(|next| remaining[next.index()]).max();
        remaining[node.index()] = 1 + after.unwrap_or(0);
    }

    let mut unmet: Vec<usize> = graph
        .node_indices()
        .map(|node| graph.neighbors_directed(node, Direction::Incoming).count())
        .collect();
    let entry = |node: NodeIndex| (remaining[node.index()], Reverse(node));
    let mut ready: BinaryHeap<_> =
        graph.node_indices().filter(|node| unmet[node.index()] == 0).map(entry).collect();
    let mut running = VecDeque::new();
    let mut finished = 0;
    loop {
        while running.len() < RUNNING
            && let Some((_, Reverse(node))) = ready.pop()
        {
            running.push_back(node);
        }
        let Some(node) = running.pop_front() else { return finished };
        finished += 1;
        for next in graph.neighbors(node) {
            unmet[next.index()] -= 1;
            if unmet[next.index()] == 0 {
                ready.push(entry(next));
            }
        }
    }
}
