//! Looks at a group whose time is over, before it is told to end. The look runs on the thread that waits for the group, so it
//! delays no other test. Does not know what the look is for.

use std::fmt;
use std::time::Duration;

use crate::group_watch::WatchGuard;
use crate::process_id::ProcessId;
use crate::signal::Signal;

/// What happens when the time of a command is over.
#[derive(Clone, Copy)]
pub struct AtTimeout<'a> {
    /// Looks at the process with this number, which leads its group. It may take as long as it needs.
    pub look: &'a dyn Fn(u32),
    /// The signal that the group gets afterwards.
    pub signal: Signal,
}

impl fmt::Debug for AtTimeout<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AtTimeout").field("signal", &self.signal).finish_non_exhaustive()
    }
}

/// The timeout of a group that is looked at before it ends.
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

    /// The time left for the group. If there is none, looks at the group and ends it.
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
