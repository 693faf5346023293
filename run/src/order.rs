//! Orders to a run from outside. Does not know who gives them.

use probe_process::Signal;

/// An order to a run from outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// End the run, as if probe had received this signal.
    End(Signal),
    /// Pause the run (^Z).
    Suspend,
    /// Continue the run.
    Resume,
}
