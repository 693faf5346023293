//! The look at a group whose time is over, before it is told to end: whoever wants to know where it hangs looks on the thread
//! that waits for it, so that nobody else waits. Does not know what is looked for.

use std::fmt;
use std::time::Duration;

use crate::group_watch::WatchGuard;
use crate::process_id::ProcessId;
use crate::signal::Signal;

/// What is done when the time of a command is over.
#[derive(Clone, Copy)]
pub struct AtTimeout<'a> {
    /// Looks at the process with this number, which leads its group, as long as that takes.
    pub look: &'a dyn Fn(u32),
    /// What tells the group then.
    pub signal: Signal,
}

impl fmt::Debug for AtTimeout<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AtTimeout").field("signal", &self.signal).finish_non_exhaustive()
    }
}

/// The timeout of a group that is looked at before it ends by that.
pub(crate) struct Hang<'a> {
    limit: Duration,
    then: AtTimeout<'a>,
    id: ProcessId,
    guard: &'a WatchGuard<'a>,
    is_over: bool,
}

impl<'a> Hang<'a> {
    pub(crate) fn new(
        limit: Duration,
        then: AtTimeout<'a>,
        id: ProcessId,
        guard: &'a WatchGuard<'a>,
    ) -> Self {
        Self { limit, then, id, guard, is_over: false }
    }

    /// How long the group may still run. If that is over it is looked at, and ended.
    pub(crate) fn left(&mut self) -> Option<Duration> {
        if self.is_over {
            return None;
        }
        let left = self.guard.left(self.limit);
        if left == Some(Duration::ZERO) {
            (self.then.look)(self.id.number());
            self.guard.expire(self.then.signal);
        }
        self.is_over = left.is_none_or(|left| left.is_zero());
        left.filter(|left| !left.is_zero())
    }
}
