//! The state of a pipe. Does not know how it is found out.

/// What is to be seen of a pipe.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sight {
    Nothing,
    /// There is something to read, or it is closed.
    Something,
    /// It is closed by everybody, with nothing left in it.
    Closed,
}
