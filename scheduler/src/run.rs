//! The state machine of one run: which node starts next, and what follows from its outcome.
//!
//! Does not know what a node does, where it runs, or how long anything takes. The only time here is
//! the order of calls.

use crate::{
    admission::Admission,
    answer::{Next, Outcome, Skip},
    demand::Demand,
    graph::Graph,
    id::{GroupId, NodeId},
    limits::Limits,
    state::{Counts, State},
};

/// One walk over a [`Graph`]: a state machine without its own clock, threads or queue. The caller
/// starts the nodes that [`start_next`](Self::start_next) returns, in any way it likes, and reports
/// what happened.
///
/// The same graph, limits and order of calls always give the same results. Ready nodes start in
/// descending order of [`Graph::remaining`], and equal ones in the order of insertion. If the first
/// node in line needs more slots than are free, it reserves the free slots of its lane, so lighter
/// nodes cannot starve it. If a group of a node is full, the node lets others pass.
///
/// In one lane of nodes that occupy one slot each, no run takes longer than (2 − 1/slots) times the
/// optimum (R. L. Graham, "Bounds for Certain Multiprocessing Anomalies", 1966). This holds for any
/// real durations. If some nodes are in another lane that is never full, no run takes longer than
/// the longest path plus the work per slot.
///
/// A call costs the logarithm of the number of ready nodes, for their heap, plus the size of what
/// it reports: `finish` is linear in the dependents that it frees or blocks, `cancel` in the graph.
/// A member of one group costs no more. A node in several groups is checked again each time that
/// the group it waited for has room and another of its groups is full.
///
/// ```
/// # use probe_scheduler::{GraphBuilder, Lane, Limits, Next, Outcome, Run, Skip, State};
/// let mut graph = GraphBuilder::new();
/// let [library, query, parse] = ["library", "query", "parse"].map(|name| graph.add(name));
/// graph.depend(query, library);
/// let graph = graph.build()?;
///
/// let mut run = Run::new(&graph, Limits::new().lane(Lane(0), 2));
/// assert_eq!(run.start_next(), Next::Start(library));
/// assert_eq!(run.start_next(), Next::Start(parse), "it does not wait for what it does not need");
/// assert_eq!(run.start_next(), Next::Wait);
///
/// assert_eq!(run.finish(library, Outcome::Failed), [Skip { node: query, because: library }]);
/// assert_eq!(run.finish(parse, Outcome::Passed), []);
/// assert_eq!(run.start_next(), Next::Done);
/// assert_eq!(run.state(query), State::Blocked);
/// # Ok::<(), probe_scheduler::Cycle>(())
/// ```
#[derive(Debug)]
pub struct Run<'g, T> {
    graph: &'g Graph<T>,
    limits: Limits,
    admission: Admission<'g>,
    states: Vec<State>,
    /// How many nodes each node still waits for: needs that have not passed, and nodes that it
    /// follows and that have not ended.
    unmet: Vec<u32>,
    demand: Demand,
    /// Nodes that may be ready now, and on-demand nodes that perhaps no node waits for any more.
    /// `settle` checks them at the end of a call.
    freed: Vec<NodeId>,
    let_go: Vec<NodeId>,
    counts: Counts,
    phase: Phase,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Starting,
    Cancelled,
}

impl<'g, T> Run<'g, T> {
    /// Creates a run in which no node has started.
    pub fn new(graph: &'g Graph<T>, limits: Limits) -> Self {
        let waits = |id| graph.needs(id).len() + graph.follows(id).len();
        let mut run = Self {
            graph,
            admission: Admission::new(&graph.shape, &limits),
            limits,
            states: vec![State::Waiting; graph.len()],
            unmet: graph.ids().map(|id| waits(id) as u32).collect(),
            demand: Demand::new(graph),
            freed: Vec::new(),
            let_go: graph.on_demand().to_vec(),
            counts: Counts::all_waiting(graph.len()),
            phase: Phase::Starting,
        };
        for id in graph.ids() {
            run.look_at(id);
        }
        run.settle();
        run
    }

    /// Returns the graph.
    pub fn graph(&self) -> &'g Graph<T> {
        self.graph
    }

    /// Returns the limits.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Returns the next node to start, whose state is `Running` from now on; or that no node can
    /// start yet, or that all have ended.
    pub fn start_next(&mut self) -> Next {
        if let Some(id) = self.admission.admit() {
            self.transition(id, State::Running);
            return Next::Start(id);
        }
        if self.counts.unfinished() == 0 { Next::Done } else { Next::Wait }
    }

    /// Reports that a running node ended, or a parked one that does not need its slots again (for
    /// example because the wait was all it had to do). Returns the nodes that this blocks, nearest
    /// first; none if the node passed. Does nothing for a node that was cancelled while it was
    /// parked, because its report may already have been on the way.
    ///
    /// # Panics
    ///
    /// If the node is not running, parked or cancelled.
    pub fn finish(&mut self, id: NodeId, outcome: Outcome) -> Vec<Skip> {
        match self.state(id) {
            State::Running | State::Parked => {}
            State::Cancelled => return Vec::new(),
            state => panic!("node {id} is {state}: only a running or parked node can finish"),
        }
        match outcome {
            Outcome::Passed => {
                self.transition(id, State::Passed);
                self.free(id, self.graph.dependents(id));
                self.settle();
                Vec::new()
            }
            Outcome::Failed => {
                self.transition(id, State::Failed);
                self.block_dependents(id, Vec::new())
            }
        }
    }

    /// Pauses a running node (it backs off, or waits for a lock that another process holds): it
    /// gives its slots and groups back until [`wake`](Self::wake). After [`cancel`](Self::cancel),
    /// a parked node counts as cancelled at once, unless it is a finaliser. Returns the finalisers
    /// that are cancelled because they need it, in the order of insertion.
    ///
    /// # Panics
    ///
    /// If the node is not running.
    pub fn park(&mut self, id: NodeId) -> Vec<NodeId> {
        let state = self.state(id);
        assert!(state == State::Running, "node {id} is {state}: only a running node can park");
        if self.phase == Phase::Starting || self.graph.is_finaliser(id) {
            self.transition(id, State::Parked);
            return Vec::new();
        }
        self.transition(id, State::Cancelled);
        let mut cancelled = vec![id];
        self.cancel_dependents(&mut cancelled);
        self.settle();
        let mut finalisers = cancelled.split_off(1);
        finalisers.sort_unstable();
        finalisers
    }

    /// Makes a parked node ready again: [`start_next`](Self::start_next) returns it again by its
    /// priority. If one of its needs was revoked meanwhile, it is blocked instead, with all its
    /// dependents. Returns the blocked nodes, itself first. Does nothing for a node that was
    /// cancelled meanwhile, so you do not have to stop timers.
    ///
    /// # Panics
    ///
    /// If the node is not parked or cancelled.
    pub fn wake(&mut self, id: NodeId) -> Vec<Skip> {
        match self.state(id) {
            State::Cancelled => return Vec::new(),
            State::Parked => {}
            state => panic!("node {id} is {state}: only a parked node can be woken"),
        }
        let mut needs = self.graph.needs(id).iter().copied();
        let Some(because) = needs.find(|&need| self.state(need) == State::Revoked) else {
            self.transition(id, State::Ready);
            if !self.demand.is_empty() && self.graph.is_on_demand(id) {
                // The last node that waited for it may have ended meanwhile.
                self.let_go.push(id);
                self.settle();
            }
            return Vec::new();
        };
        self.transition(id, State::Blocked);
        self.block_dependents(because, vec![Skip { node: id, because }])
    }

    /// Reports that what a passed node made no longer exists (for example because a server died).
    /// Blocks the dependents that have not started, and returns them, nearest first. A running
    /// dependent goes on, and passed ones stay passed. You may still finish a parked one; waking it
    /// blocks it. Linear in the ready nodes.
    ///
    /// # Panics
    ///
    /// If the node has not passed.
    pub fn revoke(&mut self, id: NodeId) -> Vec<Skip> {
        let state = self.state(id);
        assert!(
            state == State::Passed,
            "node {id} is {state}: only what has passed can be revoked"
        );
        self.transition(id, State::Revoked);
        let skips = self.block_dependents(id, Vec::new());
        // Most had not been ready, and nobody else is disturbed for them.
        if !skips.is_empty() {
            let states = &self.states;
            self.admission.retain(|id| states[id.index()] == State::Ready);
        }
        skips
    }

    /// Opens a group for good, as if a leader had passed: it no longer restricts its members. Use
    /// it for a [`Group::Leader`] whose work turns out to be done. For an
    /// [`AtMost`](crate::Group::AtMost) group it removes the limit.
    ///
    /// [`Group::Leader`]: crate::Group::Leader
    ///
    /// # Panics
    ///
    /// If the graph has no such group.
    pub fn open(&mut self, group: GroupId) {
        self.admission.open(group);
    }

    /// Cancels the run: from now on only finalisers start. Running nodes may finish. All other
    /// unfinished nodes, including parked ones, are cancelled. A finaliser is cancelled only if it
    /// needs a cancelled node. Returns the cancelled nodes in the order of insertion. A second call
    /// returns nothing.
    pub fn cancel(&mut self) -> Vec<NodeId> {
        self.phase = Phase::Cancelled;
        let never_finish = |state| matches!(state, State::Waiting | State::Ready | State::Parked);
        let mut cancelled: Vec<NodeId> = self
            .graph
            .ids()
            .filter(|&id| never_finish(self.state(id)) && !self.graph.is_finaliser(id))
            .collect();
        for &id in &cancelled {
            self.transition(id, State::Cancelled);
        }
        self.cancel_dependents(&mut cancelled);
        self.settle();
        let states = &self.states;
        self.admission.retain(|id| states[id.index()] == State::Ready);
        cancelled.sort_unstable();
        cancelled
    }

    /// Returns the state of the node.
    ///
    /// # Panics
    ///
    /// If the graph has no such node.
    pub fn state(&self, id: NodeId) -> State {
        self.states[id.index()]
    }

    /// Returns how many nodes are in each state.
    pub fn counts(&self) -> Counts {
        self.counts
    }

    /// The only place where a state changes, and with it the queues, slots and counts that depend
    /// on it. Nodes that become ready, and on-demand nodes that no node waits for any more, are
    /// [settled](Self::settle) after all changes of a call.
    fn transition(&mut self, id: NodeId, to: State) {
        let from = self.states[id.index()];
        assert!(from.may_become(to), "node {id} is {from} and cannot become {to}");
        self.states[id.index()] = to;
        self.counts.moved(from, to);
        if from == State::Running {
            self.admission.leave(id);
        }
        match to {
            State::Ready => self.admission.enter(id),
            State::Passed => self.admission.open_gates_of(id),
            State::Waiting
            | State::Running
            | State::Parked
            | State::Failed
            | State::Blocked
            | State::Cancelled
            | State::Revoked => {}
        }
        if to.is_final() && !from.is_final() {
            self.free(id, self.graph.followers(id));
            if !self.demand.is_empty() {
                for &other in self.graph.needs(id).iter().chain(self.graph.follows(id)) {
                    if self.graph.is_on_demand(other) && self.demand.loses_one(other) {
                        self.let_go.push(other);
                    }
                }
            }
        }
    }

    /// These nodes no longer wait for `by`.
    fn free(&mut self, by: NodeId, waiting: &[NodeId]) {
        let is_on_demand = !self.demand.is_empty() && self.graph.is_on_demand(by);
        for &id in waiting {
            self.unmet[id.index()] -= 1;
            if is_on_demand {
                self.demand.lacks_one_less(id);
            }
            if self.unmet[id.index()] == self.demand.lacking(id) {
                self.freed.push(id);
            }
        }
    }

    /// Makes nodes ready that wait for nothing, requests on-demand nodes if a node waits for
    /// nothing else, and cancels on-demand nodes that no node waits for any more.
    fn settle(&mut self) {
        let mut is_queued = false;
        loop {
            while let Some(id) = self.freed.pop() {
                self.look_at(id);
            }
            let Some(id) = self.let_go.pop() else { break };
            let state = self.state(id);
            if self.demand.is_alone(id) && matches!(state, State::Waiting | State::Ready) {
                is_queued |= state == State::Ready;
                self.transition(id, State::Cancelled);
            }
        }
        if is_queued {
            let states = &self.states;
            self.admission.retain(|id| states[id.index()] == State::Ready);
        }
    }

    fn look_at(&mut self, id: NodeId) {
        let (unmet, lacking) = (self.unmet[id.index()], self.demand.lacking(id));
        if self.state(id) != State::Waiting || unmet != lacking {
            return;
        }
        if !self.demand.is_empty() && self.graph.is_on_demand(id) && !self.demand.is_wanted(id) {
            return;
        }
        if unmet == 0 {
            return self.transition(id, State::Ready);
        }
        for &other in self.graph.needs(id).iter().chain(self.graph.follows(id)) {
            if self.graph.is_on_demand(other) && self.demand.want(other) {
                self.freed.push(other);
            }
        }
    }

    /// Blocks all dependents. The list of blocked nodes is also the queue of nodes whose dependents
    /// must still be blocked; `skips` is its beginning.
    fn block_dependents(&mut self, because: NodeId, mut skips: Vec<Skip>) -> Vec<Skip> {
        let mut cause = because;
        let mut visited = 0;
        loop {
            for &node in self.graph.dependents(cause) {
                if matches!(self.state(node), State::Waiting | State::Ready) {
                    self.transition(node, State::Blocked);
                    skips.push(Skip { node, because });
                }
            }
            let Some(skip) = skips.get(visited) else {
                self.settle();
                return skips;
            };
            cause = skip.node;
            visited += 1;
        }
    }

    /// Cancels the finalisers that need one of these nodes, and appends them.
    fn cancel_dependents(&mut self, cancelled: &mut Vec<NodeId>) {
        let mut visited = 0;
        while let Some(&id) = cancelled.get(visited) {
            for &node in self.graph.dependents(id) {
                if matches!(self.state(node), State::Waiting | State::Ready) {
                    self.transition(node, State::Cancelled);
                    cancelled.push(node);
                }
            }
            visited += 1;
        }
    }
}
