//! What a process has used of the machine, as the system says it when the process is reaped. Does not know whose it was.

use std::time::Duration;

use crate::system;

/// What a process has used, and those of its descendants that it has waited for: not what it left, nor what others have reaped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// Of processors, by its own code.
    pub user: Duration,
    /// Of processors, by the kernel for it.
    pub system: Duration,
    /// The most memory that one of these processes had at once, in bytes. Never less than what was resident in this process when
    /// it was started: a process begins as its parent, and the system counts that.
    pub peak: u64,
}

impl Usage {
    /// Of processors, in all.
    pub fn cpu(self) -> Duration {
        self.user + self.system
    }
}

/// The most memory that this process has had at once so far, in bytes, if the system says so: what the peaks of its children
/// cannot fall below.
pub fn own_peak() -> Option<u64> {
    system::own_peak()
}
