//! The limit on the silence of a command. Does not know what the command is for, nor who hears what it says.

use std::time::Duration;

use crate::group_watch::WatchGuard;
use crate::last_line::LastLine;
use crate::signal::Signal;

/// The watch over a group that may not print nothing for too long.
pub(crate) struct Silence<'a> {
    most: Duration,
    last: &'a LastLine,
    guard: &'a WatchGuard<'a>,
    /// How long the group had been stopped when it was last looked at: that is no silence of its own.
    stopped: Duration,
    is_over: bool,
}

impl<'a> Silence<'a> {
    pub(crate) fn new(most: Duration, last: &'a LastLine, guard: &'a WatchGuard<'a>) -> Self {
        last.begin();
        Self { most, last, guard, stopped: Duration::ZERO, is_over: false }
    }

    /// Whether it was ended for its silence.
    pub(crate) fn is_over(&self) -> bool {
        self.is_over
    }

    /// How long the group may still be silent; ends it if that is over, and then there is no more to wait for.
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
