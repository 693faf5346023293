//! What restricts how many nodes run at once: slots of a lane, and groups.
//!
//! Only the declarations; who may start under them is decided in `admission`.

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
    /// That many, at least 1; more than the lane has counts as all of them.
    Count(u32),
    /// All that the lane has: the node runs alone in its lane.
    All,
}

/// The rule of a group: what its members may not do together.
///
/// A node may be in several groups and starts when all of them let it; while it waits for one, it
/// holds none of the others.
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
    /// At most this many members run at once. Must be at least 1.
    AtMost(u32),
    /// One member runs at a time until one has passed; then the gate is open and the group
    /// restricts nothing any more.
    ///
    /// For work whose first success leaves something behind that makes it safe for the others to
    /// run together (a compiled cache, say). [`Run::open`](crate::Run::open) opens the gate from
    /// outside, where that something is there already.
    Leader,
}

/// How many slots each lane has.
///
/// Limits belong to the run and not to the graph, so that one graph can be run at several widths.
/// (Groups are declared on the [`GraphBuilder`](crate::GraphBuilder), beside their members, so that
/// a `GroupId` always meets the graph that it was made for.)
///
/// ```
/// # use probe_scheduler::{Lane, Limits};
/// let limits = Limits::new().lane(Lane(0), 8).lane(Lane(1), 2);
/// assert_eq!(limits.slots(Lane(1)), Some(2));
/// assert_eq!(limits.slots(Lane(7)), None, "a lane that nobody limited has room for everything");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Limits {
    /// By lane; the lanes past the end are unlimited too.
    slots: Vec<Option<u32>>,
}

impl Limits {
    /// No limit on any lane.
    pub fn new() -> Self {
        Self::default()
    }

    /// Gives `lane` this many slots; the last call for a lane counts.
    ///
    /// # Panics
    ///
    /// If `slots` is 0: nothing in the lane could ever start.
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

    /// The slots of `lane`, or `None` if it has no limit.
    pub fn slots(&self, lane: Lane) -> Option<u32> {
        self.slots.get(usize::from(lane.0)).copied().flatten()
    }
}
