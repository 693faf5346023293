//! Typed, dense identifiers: positions in the vectors of one graph.
//!
//! An identifier does not know its graph. With another graph it panics if it is out of range, and
//! otherwise names another node.

use std::fmt;

/// A dense identifier: the position of a row in a table.
pub(crate) trait Id: Copy {
    /// Returns the identifier of row `index`. Panics if there are more rows than identifiers.
    fn from_index(index: usize) -> Self;

    /// Returns the row.
    fn index(self) -> usize;
}

/// One node of a graph. [`GraphBuilder::add`](crate::GraphBuilder::add) returns it.
///
/// ```
/// # use probe_scheduler::GraphBuilder;
/// let mut graph = GraphBuilder::new();
/// let compile = graph.add("compile");
/// let test = graph.add("test");
/// assert_eq!((compile.index(), test.index()), (0, 1));
/// assert_eq!(test.to_string(), "#1");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(u32);

/// One group of nodes with a common restriction.
/// [`GraphBuilder::add_group`](crate::GraphBuilder::add_group) returns it.
///
/// ```
/// # use probe_scheduler::{Group, GraphBuilder};
/// let mut graph = GraphBuilder::new();
/// let database = graph.add_group(Group::AtMost(1));
/// let migrate = graph.add("migrate");
/// graph.group(migrate, database);
/// assert_eq!(database.index(), 0);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GroupId(u32);

/// A pool of slots. A node occupies slots of exactly one lane, so it never takes a slot from
/// another lane.
///
/// [`Limits`](crate::Limits) set how many slots a lane has. A node is in `Lane(0)` unless you call
/// [`GraphBuilder::lane`](crate::GraphBuilder::lane).
///
/// ```
/// # use probe_scheduler::{GraphBuilder, Lane, Limits, Next, Run};
/// const DOWNLOADS: Lane = Lane(0);
/// const CHECKS: Lane = Lane(1);
/// let mut graph = GraphBuilder::new();
/// let download = graph.add("download");
/// let check = graph.add("check");
/// graph.lane(download, DOWNLOADS).lane(check, CHECKS);
/// let graph = graph.build()?;
/// let mut run = Run::new(&graph, Limits::new().lane(DOWNLOADS, 1).lane(CHECKS, 1));
/// assert_eq!(run.start_next(), Next::Start(download));
/// assert_eq!(run.start_next(), Next::Start(check));
/// # Ok::<(), probe_scheduler::Cycle>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Lane(pub u8);

impl NodeId {
    /// Returns the position in the order of insertion, counted from 0 without gaps. You can use it
    /// as the index of your own vector.
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

impl GroupId {
    /// Returns the position in the order of declaration, counted from 0 without gaps.
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

impl Id for NodeId {
    fn from_index(index: usize) -> Self {
        Self(position(index, "nodes"))
    }

    fn index(self) -> usize {
        self.index()
    }
}

impl Id for GroupId {
    fn from_index(index: usize) -> Self {
        Self(position(index, "groups"))
    }

    fn index(self) -> usize {
        self.index()
    }
}

impl fmt::Display for NodeId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "#{}", self.0)
    }
}

impl fmt::Display for GroupId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "#{}", self.0)
    }
}

/// The largest 32-bit number is never a position, so tables may use it for "none".
fn position(index: usize, table: &str) -> u32 {
    match u32::try_from(index) {
        Ok(position) if position < u32::MAX => position,
        _ => panic!("a graph holds at most {} {table}", u32::MAX),
    }
}
