//! The limit on how long a command may print nothing. Does not know what the command is for, nor who receives its output.

use std::time::Duration;

use crate::group_watch::WatchGuard;
use crate::last_line::LastLine;
use crate::signal::Signal;

/// Watches a group that may be silent only for a limited time.
pub(crate) struct Silence<'a> {
    most: Duration,
    last: &'a LastLine,
    guard: &'a WatchGuard<'a>,
    /// How long the group had been paused at the last look. A pause does not count as silence.
    stopped: Duration,
    is_over: bool,
}

impl<'a> Silence<'a> {
    pub(crate) fn new(most: Duration, last: &'a LastLine, guard: &'a WatchGuard<'a>) -> Self {
        last.begin();
        Self { most, last, guard, stopped: Duration::ZERO, is_over: false }
    }

    /// Whether it was ended because of its silence.
    pub(crate) fn is_over(&self) -> bool {
        self.is_over
    }

    /// How long the group may still be silent. Ends it if the time is over; then returns `None`.
    pub(crate) fn left(&mut self) -> Option<Duration> {
        if self.is_over {
            return None;
        }
        let stopped = self.guard.stopped();
        if stopped > self.stopped {
            self.stopped = stopped;
            self.last.begin();
        }
        let left = self.most.saturating_sub(self.last.silence());
        if left.is_zero() {
            self.is_over = self.guard.ended_by().is_none();
            self.guard.expire(Signal::TERM);
            return None;
        }
        Some(left)
    }
}
