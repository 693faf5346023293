//! Finds background groups that wait for a terminal. Does not know what they want of it.

use std::time::Duration;

use crate::group_watch::WatchGuard;
use crate::leader::Leader;

/// The time between looks at a process that may have been stopped because it wanted the terminal.
const STOP: Duration = Duration::from_millis(250);

/// Looks for a group that the kernel has stopped because it wanted to read or change the terminal. Nothing would ever continue
/// it.
pub(crate) struct Stops<'a> {
    pub(crate) leader: &'a Leader,
    pub(crate) guard: &'a WatchGuard<'a>,
}

impl Stops<'_> {
    /// Looks, and returns when to look again; `None` if the group is being ended.
    pub(crate) fn look(&mut self) -> Option<Duration> {
        if self.guard.ended_by().is_some() {
            return None;
        }
        match self.leader.stopped_by() {
            Some(signal) if signal.is_of_terminal() => {
                self.guard.refuse_terminal(signal);
                None
            }
            // Another process has stopped it, for reasons of its own.
            Some(_) | None => Some(STOP),
        }
    }
}
