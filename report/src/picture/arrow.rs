//! Who waits for whom, between the boxes of a picture.

/// From what comes first to what waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Arrow {
    /// By its place in [`Drawing::nodes`](super::Drawing::nodes).
    pub from: usize,
    /// As `from`.
    pub to: usize,
    /// What it means.
    pub means: Means,
    /// For which members of the two boxes.
    pub holds: Holds,
}

/// What an arrow means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Means {
    /// The second waits until the library is there.
    Needs,
    /// The tests of the second wait until those of the first have passed.
    After,
}

/// For which members of two boxes an arrow holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holds {
    /// For each pair of them.
    ForAll,
    /// For some.
    ForSome,
}
