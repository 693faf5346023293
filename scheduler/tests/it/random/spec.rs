//! A random graph in plain vectors, for the crate and the model to be built from.

use std::time::Duration;

use probe_scheduler::{Graph, GraphBuilder, Group, GroupId, Lane, Limits, Slots};
use rand::{RngExt, rngs::SmallRng};

pub(crate) const LANES: usize = 3;

pub(crate) struct NodeSpec {
    pub(crate) needs: Vec<usize>,
    pub(crate) follows: Vec<usize>,
    pub(crate) is_finaliser: bool,
    pub(crate) is_on_demand: bool,
    pub(crate) lane: usize,
    pub(crate) slots: Slots,
    pub(crate) groups: Vec<usize>,
    pub(crate) seconds: u64,
}

pub(crate) struct Spec {
    pub(crate) nodes: Vec<NodeSpec>,
    pub(crate) groups: Vec<Group>,
    pub(crate) lane_slots: [Option<u32>; LANES],
}

impl Spec {
    pub(crate) fn random(random: &mut SmallRng) -> Self {
        let nodes = random.random_range(1..=14);
        let lanes = random.random_range(1..=LANES);
        // Half of the graphs have no group, so that slots are also looked at alone.
        let groups = random.random_range(-3..=3).max(0) as usize;
        // Edges go from a node to one earlier in a random order, so that needs come before and
        // after their dependents in the order of insertion.
        let mut order: Vec<usize> = (0..nodes).collect();
        for position in (1..nodes).rev() {
            order.swap(position, random.random_range(0..=position));
        }
        let density = [0.0, 0.1, 0.3, 0.6][random.random_range(0..4)];
        // Half of the graphs have needs only.
        let density_of_follows = [0.0, 0.0, 0.1, 0.3][random.random_range(0..4)];
        let finalisers = [0.0, 0.0, 0.2, 0.5][random.random_range(0..4)];
        // Half of the graphs have no node that starts only for somebody.
        let on_demand = [0.0, 0.0, 0.2, 0.5][random.random_range(0..4)];
        let mut specs: Vec<NodeSpec> = (0..nodes)
            .map(|_| NodeSpec {
                needs: Vec::new(),
                follows: Vec::new(),
                is_finaliser: random.random_bool(finalisers),
                is_on_demand: random.random_bool(on_demand),
                lane: random.random_range(0..lanes),
                slots: random_slots(random),
                groups: (0..groups).filter(|_| random.random_bool(0.4)).collect(),
                seconds: random.random_range(0..4),
            })
            .collect();
        for later in 1..nodes {
            for earlier in 0..later {
                if random.random_bool(density) {
                    specs[order[later]].needs.push(order[earlier]);
                }
                if random.random_bool(density_of_follows) {
                    specs[order[later]].follows.push(order[earlier]);
                }
            }
        }
        Self {
            nodes: specs,
            groups: (0..groups).map(|_| random_group(random)).collect(),
            lane_slots: [(); LANES]
                .map(|()| random.random_bool(0.8).then(|| random.random_range(1..=4))),
        }
    }

    /// The crate's graph of it, and the ids of its groups.
    pub(crate) fn graph(&self) -> (Graph<()>, Vec<GroupId>) {
        let mut builder = GraphBuilder::new();
        let groups: Vec<_> = self.groups.iter().map(|&group| builder.add_group(group)).collect();
        let ids: Vec<_> = self.nodes.iter().map(|_| builder.add(())).collect();
        for (node, &id) in self.nodes.iter().zip(&ids) {
            builder.lane(id, Lane(node.lane as u8)).slots(id, node.slots);
            builder.expect_duration(id, Duration::from_secs(node.seconds));
            for &need in &node.needs {
                builder.depend(id, ids[need]);
            }
            for &other in &node.follows {
                builder.follow(id, ids[other]);
            }
            if node.is_finaliser {
                builder.finaliser(id);
            }
            if node.is_on_demand {
                builder.on_demand(id);
            }
            for &group in &node.groups {
                builder.group(id, groups[group]);
            }
        }
        (builder.build().expect("every edge goes to an earlier node"), groups)
    }

    pub(crate) fn limits(&self) -> Limits {
        let lanes = self.lane_slots.iter().enumerate();
        lanes.fold(Limits::new(), |limits, (lane, slots)| match slots {
            Some(slots) => limits.lane(Lane(lane as u8), *slots),
            None => limits,
        })
    }

    /// The slots of a lane, where no limit is as good as a million.
    pub(crate) fn lane_limit(&self, lane: usize) -> u32 {
        self.lane_slots[lane].unwrap_or(1_000_000)
    }

    /// The slots that the node takes of its lane.
    pub(crate) fn slots_of(&self, node: usize) -> u32 {
        let limit = self.lane_limit(self.nodes[node].lane);
        match self.nodes[node].slots {
            Slots::Count(count) => count.min(limit),
            Slots::All => limit,
        }
    }
}

fn random_slots(random: &mut SmallRng) -> Slots {
    match random.random_range(0..10) {
        0 => Slots::All,
        1 | 2 => Slots::Count(random.random_range(2..=5)),
        _ => Slots::Count(1),
    }
}

fn random_group(random: &mut SmallRng) -> Group {
    if random.random_bool(0.4) { Group::Leader } else { Group::AtMost(random.random_range(1..=2)) }
}
