//! The state of a pipe. Does not know how it is found out.

/// The state of a pipe.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sight {
    Nothing,
    /// There is something to read, or it is closed.
    Something,
    /// All writers have closed it, and nothing is left in it.
    Closed,
}
