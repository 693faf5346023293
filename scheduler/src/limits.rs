//! What limits how many nodes run at once: slots of a lane, and groups.
//!
//! Only declarations: `admission` decides which nodes may start.

use crate::id::Lane;

/// How many slots of its lane a node occupies while it runs.
///
/// ```
/// # use probe_scheduler::{GraphBuilder, Lane, Limits, Next, Outcome, Run, Slots};
/// let mut graph = GraphBuilder::new();
/// let [benchmark, test] = ["benchmark", "test"].map(|name| graph.add(name));
/// graph.slots(benchmark, Slots::All);
/// let graph = graph.build()?;
/// let mut run = Run::new(&graph, Limits::new().lane(Lane(0), 4));
/// assert_eq!(run.start_next(), Next::Start(benchmark));
/// assert_eq!(run.start_next(), Next::Wait, "it runs alone");
/// run.finish(benchmark, Outcome::Passed);
/// assert_eq!(run.start_next(), Next::Start(test));
/// # Ok::<(), probe_scheduler::Cycle>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Slots {
    /// This many slots, at least 1. More than the lane has counts as all of them.
    Count(u32),
    /// All slots of the lane: the node runs alone in its lane.
    All,
}

/// The rule of a group: which members may run at the same time.
///
/// A node may be in several groups. It starts when all of them allow it. While it waits for one
/// group, it takes no place in the others.
///
/// ```
/// # use probe_scheduler::{GraphBuilder, Group, Limits, Next, Outcome, Run};
/// let mut graph = GraphBuilder::new();
/// let compiled = graph.add_group(Group::Leader);
/// let tests = ["first", "second", "third"].map(|name| graph.add(name));
/// for test in tests {
///     graph.group(test, compiled);
/// }
/// let graph = graph.build()?;
/// let mut run = Run::new(&graph, Limits::new());
/// assert_eq!(run.start_next(), Next::Start(tests[0]));
/// assert_eq!(run.start_next(), Next::Wait, "one leads, and leaves the compiled cache behind");
/// run.finish(tests[0], Outcome::Passed);
/// assert_eq!(run.start_next(), Next::Start(tests[1]));
/// assert_eq!(run.start_next(), Next::Start(tests[2]));
/// # Ok::<(), probe_scheduler::Cycle>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Group {
    /// At most this many members run at once. The number must be at least 1.
    AtMost(u32),
    /// One member runs at a time until one has passed. Then the gate opens, and the group no longer
    /// restricts its members.
    ///
    /// Use it if the first success leaves something behind, such as a compiled cache, that lets the
    /// others run together. If that already exists, [`Run::open`](crate::Run::open) opens the gate.
    Leader,
}

/// How many slots each lane has.
///
/// Limits belong to the run and not to the graph, so you can run one graph with different limits.
/// (Groups belong to the [`GraphBuilder`](crate::GraphBuilder), like their members, so that a
/// `GroupId` always fits its graph.)
///
/// ```
/// # use probe_scheduler::{Lane, Limits};
/// let limits = Limits::new().lane(Lane(0), 8).lane(Lane(1), 2);
/// assert_eq!(limits.slots(Lane(1)), Some(2));
/// assert_eq!(limits.slots(Lane(7)), None, "a lane that nobody limited has room for everything");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Limits {
    /// Indexed by lane. Lanes past the end have no limit.
    slots: Vec<Option<u32>>,
}

impl Limits {
    /// Creates limits without a limit for any lane.
    pub fn new() -> Self {
        Self::default()
    }

    /// Gives `lane` this many slots. The last call for a lane counts.
    ///
    /// # Panics
    ///
    /// If `slots` is 0, because nothing in the lane could ever start.
    #[must_use]
    pub fn lane(mut self, lane: Lane, slots: u32) -> Self {
        assert!(slots > 0, "lane {} was given no slot: nothing in it could ever start", lane.0);
        let position = usize::from(lane.0);
        if self.slots.len() <= position {
            self.slots.resize(position + 1, None);
        }
        self.slots[position] = Some(slots);
        self
    }

    /// Returns the slots of `lane`, or `None` if it has no limit.
    pub fn slots(&self, lane: Lane) -> Option<u32> {
        self.slots.get(usize::from(lane.0)).copied().flatten()
    }
}
