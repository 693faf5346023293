//! A run on a virtual clock: when each node would start and end if it took exactly the given time.
//!
//! Does not measure durations: it takes them from the graph or from the caller.

use std::{cmp::Reverse, collections::BinaryHeap, time::Duration};

use crate::{
    answer::Outcome,
    drive::{Executor, Report, drive},
    graph::Graph,
    id::NodeId,
    limits::Limits,
    run::Run,
};

/// The timetable of a graph if every node passes: for plans, progress bars and comparisons.
///
/// Times count from the start of the run. Nodes that end at the same time end in the order of
/// insertion.
///
/// ```
/// # use std::time::Duration;
/// # use probe_scheduler::{Forecast, GraphBuilder, Lane, Limits};
/// let mut graph = GraphBuilder::new();
/// let [library, query, parse] = ["library", "query", "parse"].map(|name| graph.add(name));
/// graph.depend(query, library).expect_duration(library, Duration::from_secs(5));
/// let graph = graph.build()?;
///
/// let forecast = Forecast::new(&graph, Limits::new().lane(Lane(0), 2));
/// assert_eq!(forecast.order(), [library, parse, query]);
/// assert_eq!(forecast.start(query), Duration::from_secs(5));
/// assert_eq!(forecast.makespan(), Duration::from_secs(6));
///
/// let alone = Forecast::new(&graph, Limits::new().lane(Lane(0), 1));
/// assert_eq!(alone.makespan(), Duration::from_secs(7));
/// # Ok::<(), probe_scheduler::Cycle>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Forecast {
    order: Vec<NodeId>,
    starts: Vec<Duration>,
    ends: Vec<Duration>,
}

impl Forecast {
    /// Computes the timetable from the expected durations of the graph.
    pub fn new<T>(graph: &Graph<T>, limits: Limits) -> Self {
        Self::with_durations(graph, limits, |id| graph.expected(id))
    }

    /// Computes the timetable with other durations than the expected ones. The priorities still
    /// come from the expected ones. So you see how good a plan is when the expectations are wrong.
    pub fn with_durations<T>(
        graph: &Graph<T>,
        limits: Limits,
        duration: impl FnMut(NodeId) -> Duration,
    ) -> Self {
        let mut clock = VirtualClock {
            now: Duration::ZERO,
            duration,
            running: BinaryHeap::new(),
            forecast: Self {
                order: Vec::with_capacity(graph.len()),
                starts: vec![Duration::ZERO; graph.len()],
                ends: vec![Duration::ZERO; graph.len()],
            },
        };
        drive(&mut Run::new(graph, limits), &mut clock);
        clock.forecast
    }

    /// Returns every node, in the order of starts.
    pub fn order(&self) -> &[NodeId] {
        &self.order
    }

    /// Returns when the node starts.
    ///
    /// # Panics
    ///
    /// If the graph has no such node. [`end`](Self::end) panics too.
    pub fn start(&self, id: NodeId) -> Duration {
        self.starts[id.index()]
    }

    /// Returns when the node ends.
    pub fn end(&self, id: NodeId) -> Duration {
        self.ends[id.index()]
    }

    /// Returns when the last node ends; zero if there is no node.
    pub fn makespan(&self) -> Duration {
        self.ends.iter().copied().max().unwrap_or_default()
    }
}

struct VirtualClock<D> {
    now: Duration,
    duration: D,
    /// Ordered by end time, the earliest on top.
    running: BinaryHeap<Reverse<(Duration, NodeId)>>,
    forecast: Forecast,
}

impl<T, D: FnMut(NodeId) -> Duration> Executor<T> for VirtualClock<D> {
    fn start(&mut self, id: NodeId, _: &T) {
        let end = self.now.saturating_add((self.duration)(id));
        self.running.push(Reverse((end, id)));
        self.forecast.order.push(id);
        self.forecast.starts[id.index()] = self.now;
        self.forecast.ends[id.index()] = end;
    }

    fn wait(&mut self) -> Report {
        let Reverse((end, id)) = self.running.pop().expect("something runs while the run waits");
        self.now = end;
        Report::Finished(id, Outcome::Passed)
    }
}
