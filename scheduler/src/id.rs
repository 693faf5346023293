//! Typed, dense identifiers: positions in the vectors of one graph.
//!
//! An identifier does not know which graph it belongs to: using it with another graph panics when
//! it is out of range, and names another node when it is not.

use std::fmt;

/// A dense identifier: the position of a row in a table.
pub(crate) trait Id: Copy {
    /// The identifier of row `index`; panics when there are more rows than identifiers.
    fn from_index(index: usize) -> Self;

    /// The row.
    fn index(self) -> usize;
}

/// One node of a graph, handed out by [`GraphBuilder::add`](crate::GraphBuilder::add).
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

/// One group of nodes that share a restriction, handed out by
/// [`GraphBuilder::add_group`](crate::GraphBuilder::add_group).
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

/// A pool of slots. A node occupies slots of exactly one lane, so work in one lane never takes a
/// slot from another.
///
/// How many slots a lane has is said by [`Limits`](crate::Limits); a node is in `Lane(0)` unless
/// [`GraphBuilder::lane`](crate::GraphBuilder::lane) says otherwise.
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
    /// The position in the order of insertion, counted from 0 without gaps: fit for indexing a
    /// vector of one's own.
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

impl GroupId {
    /// The position in the order of declaration, counted from 0 without gaps.
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

/// The last of the 32-bit numbers is no position, so that tables may use it for "none".
fn position(index: usize, table: &str) -> u32 {
    match u32::try_from(index) {
        Ok(position) if position < u32::MAX => position,
        _ => panic!("a graph holds at most {} {table}", u32::MAX),
    }
}
