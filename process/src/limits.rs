//! How long a group may run, and why it was ended. Does not know who keeps the time.

use std::time::Duration;

use crate::signal::Signal;

/// How long a group may run, and how it is told to stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimeLimits {
    /// From the start to SIGTERM; `None` is for ever.
    pub timeout: Option<Duration>,
    /// From SIGTERM to SIGKILL.
    pub grace: Duration,
}

/// What it is to a group that probe is told to stop.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AtStop {
    /// It is told nothing, and goes on: others need it, and whoever knows of them tells it to end. SIGKILL is for it too. If
    /// probe itself is killed, this signal asks it to end.
    Kept(Signal),
    /// It gets the signal, and SIGKILL after its grace.
    #[default]
    Told,
    /// It ends what others have begun: it gets no signal, also if it starts only then, and its grace from then on, after
    /// which SIGKILL ends it. SIGKILL it gets like all others.
    Spared,
}

/// Why the watch ended a group, in rising order of force: a later one replaces an earlier one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum EndedBy {
    /// It was stopped by this signal, since it wanted the terminal.
    Terminal(Signal),
    /// It ran longer than its timeout.
    Timeout(Force),
    /// Probe itself was told to stop.
    Interrupted,
}

/// What it took to end a group, in rising order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Force {
    /// SIGTERM.
    Terminated,
    /// SIGKILL, since it was still there after its grace.
    Killed,
}
