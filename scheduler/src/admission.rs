//! Which ready nodes may start now: by priority, as far as slots and groups allow.
//!
//! Does not know edges or states, or why a node leaves.
//!
//! The rules, applied to the first node of all lanes that have a free slot, until one may start:
//!
//! 1. If a group has no room for it, it steps aside until that group has room again. So it does not
//!    hold up other nodes.
//! 2. If it needs more slots than are free, its lane is *reserved* for it: it claims its groups,
//!    and nothing else starts in the lane until enough slots are free. So a heavy node starts at
//!    the latest when all nodes that then ran in its lane have left.
//! 3. Otherwise it starts.
//!
//! A node that waits aside waits for a group that is full, or for which another node was already
//! called back. A node that is called back but finds another of its groups full passes the call on.
//! So the run never forgets room in a group.

use std::{
    collections::{BTreeMap, BinaryHeap},
    mem,
};

use crate::{
    graph::Shape,
    id::{GroupId, Lane, NodeId},
    limits::{Group, Limits, Slots},
    priority::Priority,
};

/// A count of slots, or of members of a group, that stands for no limit.
const UNLIMITED: u32 = u32::MAX;

#[derive(Debug)]
pub(crate) struct Admission<'g> {
    shape: &'g Shape,
    lanes: Vec<LaneQueue>,
    groups: Vec<GroupRoom>,
}

#[derive(Debug)]
struct LaneQueue {
    limit: u32,
    free: u32,
    ready: BinaryHeap<Priority>,
    /// The heavy node that the lane is reserved for; it is not in `ready`.
    reserved: Option<Priority>,
}

#[derive(Debug)]
struct GroupRoom {
    limit: u32,
    inside: u32,
    /// The nodes that wait for room, by lane. The first of each lane is called back, because a call
    /// to a node whose lane is full must not hold up a member in another lane.
    aside: BTreeMap<Lane, BinaryHeap<Priority>>,
}

impl<'g> Admission<'g> {
    pub(crate) fn new(shape: &'g Shape, limits: &Limits) -> Self {
        let lanes = shape.lanes.iter().map(|lane| usize::from(lane.0) + 1).max().unwrap_or(0);
        let lane_queue = |lane| {
            let limit = limits.slots(Lane(lane as u8)).unwrap_or(UNLIMITED);
            LaneQueue { limit, free: limit, ready: BinaryHeap::new(), reserved: None }
        };
        let group_room = |group: &Group| {
            let limit = match group {
                Group::AtMost(limit) => *limit,
                Group::Leader => 1,
            };
            GroupRoom { limit, inside: 0, aside: BTreeMap::new() }
        };
        Self {
            shape,
            lanes: (0..lanes).map(lane_queue).collect(),
            groups: shape.groups.iter().map(group_room).collect(),
        }
    }

    /// Adds a ready node, which waits for its turn from now on.
    pub(crate) fn enter(&mut self, id: NodeId) {
        let priority = self.shape.priority(id);
        self.lane_mut(id).ready.push(priority);
    }

    /// Removes the node that starts now and returns it, if one may start. It holds its slots and
    /// groups until it [leaves](Self::leave).
    pub(crate) fn admit(&mut self) -> Option<NodeId> {
        loop {
            let first = (0..self.lanes.len()).filter_map(|lane| self.first_of_lane(lane)).max()?;
            let id = first.node();
            if self.lane(id).reserved.is_some() {
                self.lane_mut(id).reserved = None;
                self.take_slots(id);
                return Some(id);
            }
            self.lane_mut(id).ready.pop();
            if let Some(group) = self.full_group_of(id) {
                self.step_aside(first, group);
                continue;
            }
            self.claim_groups(id);
            if self.slots_of(id) <= self.lane(id).free {
                self.take_slots(id);
                return Some(id);
            }
            self.lane_mut(id).reserved = Some(first);
        }
    }

    /// An admitted node gives its slots and groups back.
    pub(crate) fn leave(&mut self, id: NodeId) {
        let slots = self.slots_of(id);
        self.lane_mut(id).free += slots;
        let shape = self.shape;
        for &group in shape.memberships.row(id.index()) {
            self.groups[group.index()].inside -= 1;
            self.call_back(group);
        }
    }

    /// Opens the gates of the groups that a passed node was the leader of.
    pub(crate) fn open_gates_of(&mut self, id: NodeId) {
        let shape = self.shape;
        for &group in shape.memberships.row(id.index()) {
            if shape.groups[group.index()] == Group::Leader {
                self.open(group);
            }
        }
    }

    /// Removes the limit of a group for good.
    pub(crate) fn open(&mut self, group: GroupId) {
        let room = &mut self.groups[group.index()];
        room.limit = UNLIMITED;
        for priority in mem::take(&mut room.aside).into_values().flatten() {
            self.enter(priority.node());
        }
    }

    /// Forgets every waiting node for which `stays` is false. Admitted nodes still leave. Linear in
    /// the waiting nodes.
    pub(crate) fn retain(&mut self, stays: impl Fn(NodeId) -> bool) {
        let shape = self.shape;
        let mut aside = Vec::new();
        for group in &mut self.groups {
            aside.extend(mem::take(&mut group.aside).into_values().flatten());
        }
        for lane in &mut self.lanes {
            lane.ready.retain(|priority| stays(priority.node()));
            if let Some(gone) = lane.reserved.take_if(|heavy| !stays(heavy.node())) {
                for &group in shape.memberships.row(gone.node().index()) {
                    self.groups[group.index()].inside -= 1;
                }
            }
        }
        // They get in line again: the nodes called back instead of them may no longer wait.
        for priority in aside.into_iter().filter(|priority| stays(priority.node())) {
            self.lane_mut(priority.node()).ready.push(priority);
        }
    }

    /// Returns the node that gets the lane's free slots, unless the lane has no free slot.
    fn first_of_lane(&self, lane: usize) -> Option<Priority> {
        let lane = &self.lanes[lane];
        match lane.reserved {
            Some(heavy) => (self.slots_of(heavy.node()) <= lane.free).then_some(heavy),
            None => lane.ready.peek().copied().filter(|_| lane.free > 0),
        }
    }

    fn full_group_of(&self, id: NodeId) -> Option<GroupId> {
        let groups = self.shape.memberships.row(id.index());
        groups.iter().copied().find(|group| self.groups[group.index()].is_full())
    }

    fn step_aside(&mut self, priority: Priority, full: GroupId) {
        let shape = self.shape;
        let lane = shape.lanes[priority.node().index()];
        self.groups[full.index()].aside.entry(lane).or_default().push(priority);
        for &group in shape.memberships.row(priority.node().index()) {
            self.call_back(group);
        }
    }

    /// If the group has room, the first waiting node of each lane gets in line again.
    fn call_back(&mut self, group: GroupId) {
        let room = &mut self.groups[group.index()];
        if room.is_full() {
            return;
        }
        for (lane, aside) in &mut room.aside {
            if let Some(first) = aside.pop() {
                self.lanes[usize::from(lane.0)].ready.push(first);
            }
        }
    }

    fn claim_groups(&mut self, id: NodeId) {
        let shape = self.shape;
        for &group in shape.memberships.row(id.index()) {
            self.groups[group.index()].inside += 1;
        }
    }

    fn take_slots(&mut self, id: NodeId) {
        let slots = self.slots_of(id);
        self.lane_mut(id).free -= slots;
    }

    fn slots_of(&self, id: NodeId) -> u32 {
        let limit = self.lane(id).limit;
        match self.shape.slots[id.index()] {
            Slots::Count(count) => count.min(limit),
            Slots::All => limit,
        }
    }

    fn lane_index(&self, id: NodeId) -> usize {
        usize::from(self.shape.lanes[id.index()].0)
    }

    fn lane(&self, id: NodeId) -> &LaneQueue {
        &self.lanes[self.lane_index(id)]
    }

    fn lane_mut(&mut self, id: NodeId) -> &mut LaneQueue {
        let lane = self.lane_index(id);
        &mut self.lanes[lane]
    }
}

impl GroupRoom {
    fn is_full(&self) -> bool {
        self.inside >= self.limit
    }
}
