//! Which of two ready nodes starts first: the one with the longer remaining path, or with the
//! higher rank if it has one. If both are equal, the one that was added first.
//!
//! To start at the head of the longest path is the critical-path rule of list scheduling (R. L.
//! Graham, "Bounds on Multiprocessing Timing Anomalies", 1969). Knows only expected durations,
//! never measured ones.

use std::cmp::Reverse;

use crate::{adjacency::Edges, id::NodeId};

/// Nanoseconds of expected time. Sums saturate at 584 years, so longer paths count as equal.
pub(crate) type Nanoseconds = u64;

/// The greater one starts first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Priority {
    remaining: Nanoseconds,
    earliest: Reverse<NodeId>,
}

impl Priority {
    pub(crate) fn new(remaining: Nanoseconds, node: NodeId) -> Self {
        Self { remaining, earliest: Reverse(node) }
    }

    pub(crate) fn node(self) -> NodeId {
        self.earliest.0
    }
}

/// Returns for every node its own expected time plus the longest time that must come after it. In
/// `order`, every node must come after the nodes that it waits for.
pub(crate) fn remaining(
    order: &[NodeId],
    needs: &Edges,
    follows: &Edges,
    expected: &[Nanoseconds],
) -> Vec<Nanoseconds> {
    let mut remaining = vec![0; expected.len()];
    for node in order.iter().rev().map(|node| node.index()) {
        let longest_of = |later: &[NodeId]| later.iter().map(|id| remaining[id.index()]).max();
        let longest_after =
            longest_of(needs.after.row(node)).max(longest_of(follows.after.row(node)));
        remaining[node] = expected[node].saturating_add(longest_after.unwrap_or(0));
    }
    remaining
}
