//! Arrows between the boxes of a picture: what waits for what.

/// An arrow from the box that comes first to the box that waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Arrow {
    /// The place of its start in [`Drawing::nodes`](super::Drawing::nodes).
    pub from: usize,
    /// The place of its end, like `from`.
    pub to: usize,
    /// The meaning.
    pub means: Means,
    /// The members of the two boxes that it holds for.
    pub holds: Holds,
}

/// The meaning of an arrow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Means {
    /// The second waits until the library is ready.
    Needs,
    /// The tests of the second wait until those of the first have passed.
    After,
}

/// The members of two boxes that an arrow holds for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holds {
    /// Each pair of them.
    ForAll,
    /// Some pairs.
    ForSome,
}
