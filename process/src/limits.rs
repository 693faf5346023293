//! How long a group may run, and why it was ended. Does not know who keeps the time.

use std::time::Duration;

use crate::signal::Signal;

/// How long a group may run, and how much time it gets to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimeLimits {
    /// The time from the start to the signal that asks it to end; `None` for no limit.
    pub timeout: Option<Duration>,
    /// The time from that signal to SIGKILL.
    pub grace: Duration,
}

/// What happens to a group when probe is told to stop.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AtStop {
    /// Nothing: it goes on because others need it, and its owner tells it to end. SIGKILL reaches it, too. If probe itself is
    /// killed, the guardian asks it to end by this signal.
    Kept(Signal),
    /// It gets the signal, and SIGKILL after its grace.
    #[default]
    Told,
    /// It finishes what others have begun, so it gets no signal, even if it starts later. SIGKILL follows after its grace.
    /// SIGKILL to all groups reaches it, too.
    Spared,
}

/// Why the watch ended a group, in rising order: a later reason replaces an earlier one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum EndedBy {
    /// This signal stopped it because it wanted the terminal.
    Terminal(Signal),
    /// It ran longer than its timeout.
    Timeout(Force),
    /// Probe itself was told to stop.
    Interrupted,
}

/// The signal that ended a group, in rising order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Force {
    /// The first signal: SIGTERM, or the one that its timeout has.
    Terminated,
    /// SIGKILL, because it was still alive after its grace.
    Killed,
}
