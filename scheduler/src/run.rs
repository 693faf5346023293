//! The state machine of one run: which node starts next, and what follows from how it ended.
//!
//! Does not know what a node does, where it runs, or how long anything takes: time exists here only
//! as the order of calls.

use crate::{
    admission::Admission,
    answer::{Next, Outcome, Skip},
    demand::Demand,
    graph::Graph,
    id::{GroupId, NodeId},
    limits::Limits,
    state::{Counts, State},
};

/// One walk over a [`Graph`], as a state machine without a clock, a thread or a queue of its own:
/// the caller starts what [`start_next`](Self::start_next) hands out, on whatever it likes, and
/// reports what happened.
///
/// The same graph, the same limits and the same order of calls give the same answers, always. Ready
/// nodes start in descending order of [`Graph::remaining`], of equals the first added. A node that
/// needs more slots than are free keeps its lane's free slots from all others once it is first in
/// line, so lighter ones cannot starve it; a node whose group is full lets others pass.
///
/// So in one lane of nodes that occupy one slot each, no run takes longer than (2 − 1/slots) times
/// the least possible (R. L. Graham, "Bounds for Certain Multiprocessing Anomalies", 1966),
/// whatever the durations turn out to be; and never longer than the longest path plus the work per
/// slot, if some of them are in another lane that is never full.
///
/// A call costs the logarithm of the ready nodes, for their heap, and what it reports: `finish` is
/// linear in the dependents that it frees or blocks, `cancel` in the graph. Members of one group
/// cost no more than that; a node in several groups is looked at again whenever the one that it
/// waited for has room and another has none.
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
    /// How many nodes each one still waits for: needs that have not passed, and nodes that it follows
    /// and that have not ended.
    unmet: Vec<u32>,
    demand: Demand,
    /// Those that may be ready by now, and on-demand nodes that nobody may be left for: looked at
    /// when all that follows from a call has followed.
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
    /// A run in which nothing has started.
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

    /// The graph that is run.
    pub fn graph(&self) -> &'g Graph<T> {
        self.graph
    }

    /// The limits that it keeps.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Hands out the next node to start, which is running from now on; or says that there is none
    /// yet, or none any more.
    pub fn start_next(&mut self) -> Next {
        if let Some(id) = self.admission.admit() {
            self.transition(id, State::Running);
            return Next::Start(id);
        }
        if self.counts.unfinished() == 0 { Next::Done } else { Next::Wait }
    }

    /// A running node ended, or a parked one that turned out to need its slots no more (what it
    /// waited for was all it needed). Returns the nodes that are blocked by it from now on, nearest
    /// first; none if it passed. Nothing happens to a node that was cancelled while it was parked,
    /// so that a report may be under way at that time.
    ///
    /// # Panics
    ///
    /// If the node is neither running nor parked nor cancelled.
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

    /// A running node pauses without having ended (it backs off, or waits for a lock that somebody
    /// else holds): it gives its slots and groups back until [`wake`](Self::wake). After
    /// [`cancel`](Self::cancel), it counts as cancelled at once, unless it is a finaliser. Returns
    /// the finalisers that are cancelled with it because they need it, in the order of insertion.
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

    /// A parked node wants to go on: it is ready again, and [`start_next`](Self::start_next) hands
    /// it out anew by its priority. If a need of it was revoked meanwhile, it is blocked instead,
    /// with all that depends on it; they are returned, itself first. Nothing happens to a node that
    /// was cancelled meanwhile, so that timers need not be called off.
    ///
    /// # Panics
    ///
    /// If the node is neither parked nor cancelled.
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
                // Meanwhile the last that waited for it may have ended.
                self.let_go.push(id);
                self.settle();
            }
            return Vec::new();
        };
        self.transition(id, State::Blocked);
        self.block_dependents(because, vec![Skip { node: id, because }])
    }

    /// What a node made that had passed is gone (a server died, say): whoever waits for it and has
    /// not started is blocked, and returned, nearest first. A dependent that runs goes on, and so
    /// does what passed; one that is parked may still be finished, and is blocked when it is woken.
    /// Linear in the ready nodes.
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

    /// Opens a group for good, as if a leader had passed: its members are not restricted by it any
    /// more. For a [`Group::Leader`] whose work is found to be done already; an
    /// [`AtMost`](crate::Group::AtMost) group has its limit lifted.
    ///
    /// [`Group::Leader`]: crate::Group::Leader
    ///
    /// # Panics
    ///
    /// If the graph has no such group.
    pub fn open(&mut self, group: GroupId) {
        self.admission.open(group);
    }

    /// Starts nothing any more but finalisers. What runs may finish; everything else that is
    /// unfinished, parked nodes included, is cancelled and returned in the order of insertion;
    /// finalisers only if they need one of those. A second call returns nothing.
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

    /// Where the node stands.
    ///
    /// # Panics
    ///
    /// If the graph has no such node.
    pub fn state(&self, id: NodeId) -> State {
        self.states[id.index()]
    }

    /// How many nodes are in each state.
    pub fn counts(&self) -> Counts {
        self.counts
    }

    /// The one place where a state changes, and with it the queues, the slots and the counts that
    /// follow from it. What becomes ready by that, and what nobody is left for, is [settled](Self::settle)
    /// when all changes of a call are made.
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

    /// Each of these waits no more for `by`.
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

    /// Makes ready who waits for nothing any more, wants what somebody waits for and for nothing else,
    /// and cancels on-demand nodes that nobody is left for.
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

    /// The list of the blocked is also the queue of those whose dependents are still to be blocked.
    /// `skips` begins it.
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

    /// Cancels the finalisers that need one of these, and appends them.
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
