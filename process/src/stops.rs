//! Groups that wait for a terminal which is not their own. Does not know what they want of it.

use std::time::Duration;

use crate::group_watch::WatchGuard;
use crate::leader::Leader;

/// How often a process is looked at that may have been stopped for wanting the terminal.
const STOP: Duration = Duration::from_millis(250);

/// The look-out for a group that the kernel has stopped, since it wanted to read the terminal or to change it: nobody would
/// ever let it go on.
pub(crate) struct Stops<'a> {
    pub(crate) leader: &'a Leader,
    pub(crate) guard: &'a WatchGuard<'a>,
}

impl Stops<'_> {
    /// Looks, and says when to look again; never if the group is being ended.
    pub(crate) fn look(&mut self) -> Option<Duration> {
        if self.guard.ended_by().is_some() {
            return None;
        }
        match self.leader.stopped_by() {
            Some(signal) if signal.is_of_terminal() => {
                self.guard.refuse_terminal(signal);
                None
            }
            // Whoever else has stopped it will know why.
            Some(_) | None => Some(STOP),
        }
    }
}
