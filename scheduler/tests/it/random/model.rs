//! The rules of a run, written down a second time with no regard for speed: every answer is worked
//! out from nothing but the states.

use probe_scheduler::{Group, Outcome, State};

use super::spec::{LANES, Spec};

pub(crate) struct Model<'s> {
    spec: &'s Spec,
    pub(crate) states: Vec<State>,
    remaining: Vec<u64>,
    /// By lane, the heavy node that its slots are kept for.
    reserved: [Option<usize>; LANES],
    open: Vec<bool>,
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
                let mut blocked = Vec::new();
                while let Some(next) = self.waiting_for_the_lost() {
                    self.states[next] = State::Blocked;
                    blocked.push(next);
                }
                blocked.sort_unstable();
                blocked
            }
        }
    }

    pub(crate) fn park(&mut self, node: usize) {
        self.states[node] = if self.cancelled { State::Cancelled } else { State::Parked };
    }

    pub(crate) fn wake(&mut self, node: usize) {
        self.states[node] = State::Ready;
    }

    pub(crate) fn open(&mut self, group: usize) {
        self.open[group] = true;
    }

    pub(crate) fn cancel(&mut self) -> Vec<usize> {
        self.cancelled = true;
        self.reserved = [None; LANES];
        let never_finish = [State::Waiting, State::Ready, State::Parked];
        let nodes: Vec<usize> = (0..self.states.len())
            .filter(|&node| never_finish.contains(&self.states[node]))
            .collect();
        for &node in &nodes {
            self.states[node] = State::Cancelled;
        }
        nodes
    }

    fn in_state(&self, state: State) -> Vec<usize> {
        (0..self.states.len()).filter(|&node| self.states[node] == state).collect()
    }

    fn wake_the_ready(&mut self) {
        for node in self.in_state(State::Waiting) {
            let needs = &self.spec.nodes[node].needs;
            if needs.iter().all(|&need| self.states[need] == State::Passed) {
                self.states[node] = State::Ready;
            }
        }
    }

    fn waiting_for_the_lost(&self) -> Option<usize> {
        let lost = |&need: &usize| matches!(self.states[need], State::Failed | State::Blocked);
        let mut waiting = self.in_state(State::Waiting).into_iter();
        waiting.find(|&node| self.spec.nodes[node].needs.iter().any(lost))
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
    let dependents = (0..spec.nodes.len()).filter(|&other| spec.nodes[other].needs.contains(&node));
    spec.nodes[node].seconds + dependents.map(|other| remaining(spec, other)).max().unwrap_or(0)
}
