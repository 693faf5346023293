//! The rules of a run, written down a second time with no regard for speed: every answer is worked
//! out from nothing but the states.

use probe_scheduler::{Group, Outcome, State};

use super::spec::{LANES, NodeSpec, Spec};

pub(crate) struct Model<'s> {
    spec: &'s Spec,
    pub(crate) states: Vec<State>,
    remaining: Vec<u64>,
    /// By lane, the heavy node that its slots are kept for.
    reserved: [Option<usize>; LANES],
    open: Vec<bool>,
    /// On-demand nodes that somebody has wanted.
    wanted: Vec<bool>,
    cancelled: bool,
}

impl<'s> Model<'s> {
    pub(crate) fn new(spec: &'s Spec) -> Self {
        let nodes = spec.nodes.len();
        let mut model = Self {
            spec,
            states: vec![State::Waiting; nodes],
            remaining: (0..nodes).map(|node| remaining(spec, node)).collect(),
            reserved: [None; LANES],
            open: vec![false; spec.groups.len()],
            wanted: vec![false; nodes],
            cancelled: false,
        };
        model.wake_the_ready();
        model
    }

    /// Goes down the ready nodes by priority and starts the first that nothing stands in the way
    /// of.
    pub(crate) fn start_next(&mut self) -> Option<usize> {
        'again: loop {
            let mut ready = self.in_state(State::Ready);
            ready.sort_by_key(|&node| (u64::MAX - self.remaining[node], node));
            for node in ready {
                let lane = self.spec.nodes[node].lane;
                let free = self.free_slots(lane);
                let fits = self.spec.slots_of(node) <= free;
                match self.reserved[lane] {
                    Some(heavy) if heavy == node && fits => self.reserved[lane] = None,
                    Some(_) => continue,
                    None if free == 0 => continue,
                    None if self.spec.nodes[node].groups.iter().any(|&g| self.is_full(g)) => {
                        continue;
                    }
                    None if fits => {}
                    None => {
                        self.reserved[lane] = Some(node);
                        continue 'again;
                    }
                }
                self.states[node] = State::Running;
                return Some(node);
            }
            return None;
        }
    }

    /// Returns the nodes that are blocked by it, in ascending order.
    pub(crate) fn finish(&mut self, node: usize, outcome: Outcome) -> Vec<usize> {
        match outcome {
            Outcome::Passed => {
                self.states[node] = State::Passed;
                for &group in &self.spec.nodes[node].groups {
                    self.open[group] |= self.spec.groups[group] == Group::Leader;
                }
                self.wake_the_ready();
                Vec::new()
            }
            Outcome::Failed => {
                self.states[node] = State::Failed;
                self.block_the_lost()
            }
        }
    }

    /// Returns the finalisers that are cancelled with it, in ascending order.
    pub(crate) fn park(&mut self, node: usize) -> Vec<usize> {
        if self.cancelled && !self.spec.nodes[node].is_finaliser {
            self.states[node] = State::Cancelled;
            return self.cancel_the_lost();
        }
        self.states[node] = State::Parked;
        Vec::new()
    }

    /// Returns the nodes that are blocked by it, in ascending order.
    pub(crate) fn wake(&mut self, node: usize) -> Vec<usize> {
        let mut needs = self.spec.nodes[node].needs.iter();
        if needs.any(|&need| self.states[need] == State::Revoked) {
            self.states[node] = State::Blocked;
            let mut blocked = vec![node];
            blocked.extend(self.block_the_lost());
            blocked.sort_unstable();
            return blocked;
        }
        self.states[node] = State::Ready;
        self.wake_the_ready();
        Vec::new()
    }

    /// Returns the nodes that are blocked by it, in ascending order.
    pub(crate) fn revoke(&mut self, node: usize) -> Vec<usize> {
        self.states[node] = State::Revoked;
        self.block_the_lost()
    }

    pub(crate) fn open(&mut self, group: usize) {
        self.open[group] = true;
    }

    pub(crate) fn cancel(&mut self) -> Vec<usize> {
        self.cancelled = true;
        for reserved in &mut self.reserved {
            *reserved = reserved.filter(|&heavy| self.spec.nodes[heavy].is_finaliser);
        }
        let never_finish = [State::Waiting, State::Ready, State::Parked];
        let mut nodes: Vec<usize> = (0..self.states.len())
            .filter(|&node| never_finish.contains(&self.states[node]))
            .filter(|&node| !self.spec.nodes[node].is_finaliser)
            .collect();
        for &node in &nodes {
            self.states[node] = State::Cancelled;
        }
        nodes.extend(self.cancel_the_lost());
        nodes.sort_unstable();
        nodes
    }

    fn in_state(&self, state: State) -> Vec<usize> {
        (0..self.states.len()).filter(|&node| self.states[node] == state).collect()
    }

    /// Whoever waits for nothing is ready, whoever waits for on-demand nodes alone wants them, and those
    /// that nobody is left for are cancelled; until nothing changes any more.
    fn wake_the_ready(&mut self) {
        loop {
            let before = (self.states.clone(), self.wanted.clone());
            for node in self.in_state(State::Waiting) {
                let NodeSpec { needs, follows, is_on_demand, .. } = &self.spec.nodes[node];
                // What passed and was revoked has been waited for by those that follow it.
                let lacks_need = |&&need: &&usize| self.states[need] != State::Passed;
                let lacks_end = |&&other: &&usize| !self.states[other].is_final();
                let needed = needs.iter().filter(lacks_need);
                let lacking: Vec<usize> =
                    needed.chain(follows.iter().filter(lacks_end)).copied().collect();
                let is_kept = |&other: &usize| {
                    !self.spec.nodes[other].is_on_demand || self.states[other].is_final()
                };
                let is_unwanted = *is_on_demand && !self.wanted[node];
                if is_unwanted || lacking.iter().any(is_kept) {
                    continue;
                }
                if lacking.is_empty() {
                    self.states[node] = State::Ready;
                }
                for need in lacking {
                    self.wanted[need] = true;
                }
            }
            self.drop_the_unwanted();
            if before == (self.states.clone(), self.wanted.clone()) {
                return;
            }
        }
    }

    fn drop_the_unwanted(&mut self) {
        for node in 0..self.states.len() {
            let mut others = self.spec.nodes.iter().zip(&self.states);
            let is_alone = others.all(|(other, state)| {
                state.is_final() || !(other.needs.contains(&node) || other.follows.contains(&node))
            });
            let has_not_started = matches!(self.states[node], State::Waiting | State::Ready);
            if self.spec.nodes[node].is_on_demand && is_alone && has_not_started {
                self.states[node] = State::Cancelled;
                for reserved in &mut self.reserved {
                    *reserved = reserved.filter(|&heavy| heavy != node);
                }
            }
        }
    }

    /// Blocks whoever has not started and needs what failed, is blocked, or was revoked.
    fn block_the_lost(&mut self) -> Vec<usize> {
        let lost = [State::Failed, State::Blocked, State::Revoked];
        self.lose(&lost, State::Blocked)
    }

    /// Cancels the finalisers that need what was cancelled.
    fn cancel_the_lost(&mut self) -> Vec<usize> {
        self.lose(&[State::Cancelled], State::Cancelled)
    }

    fn lose(&mut self, lost: &[State], to: State) -> Vec<usize> {
        let mut nodes = Vec::new();
        let is_lost = |model: &Self, node: &usize| {
            let needs = &model.spec.nodes[*node].needs;
            needs.iter().any(|&need| lost.contains(&model.states[need]))
        };
        loop {
            let mut unstarted =
                [self.in_state(State::Waiting), self.in_state(State::Ready)].concat().into_iter();
            let Some(node) = unstarted.find(|node| is_lost(self, node)) else {
                break;
            };
            for reserved in &mut self.reserved {
                *reserved = reserved.filter(|&heavy| heavy != node);
            }
            self.states[node] = to;
            nodes.push(node);
        }
        self.wake_the_ready();
        nodes.sort_unstable();
        nodes
    }

    fn free_slots(&self, lane: usize) -> u32 {
        let running = self.in_state(State::Running).into_iter();
        let taken = running.filter(|&node| self.spec.nodes[node].lane == lane);
        self.spec.lane_limit(lane) - taken.map(|node| self.spec.slots_of(node)).sum::<u32>()
    }

    fn is_full(&self, group: usize) -> bool {
        let limit = match self.spec.groups[group] {
            _ if self.open[group] => return false,
            Group::AtMost(limit) => limit as usize,
            Group::Leader => 1,
        };
        let inside =
            self.in_state(State::Running).into_iter().chain(self.reserved.into_iter().flatten());
        inside.filter(|&node| self.spec.nodes[node].groups.contains(&group)).count() >= limit
    }
}

fn remaining(spec: &Spec, node: usize) -> u64 {
    let waits = |other: &usize| {
        let NodeSpec { needs, follows, .. } = &spec.nodes[*other];
        needs.contains(&node) || follows.contains(&node)
    };
    let later = (0..spec.nodes.len()).filter(waits);
    spec.nodes[node].seconds + later.map(|other| remaining(spec, other)).max().unwrap_or(0)
}
