//! What is wanted of a run from outside. Does not know who wants it.

use probe_process::Signal;

/// What is wanted of a run from outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// It is to end, as this signal says.
    End(Signal),
    /// It is to stop for a while (^Z).
    Suspend,
    /// It goes on.
    Resume,
}
