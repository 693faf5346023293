//! The resources that a process used, as the system reports them when the process is reaped. Does not know whose process it
//! was.

use std::time::Duration;

use crate::system;

/// The resources used by a process and by those descendants that it has waited for. Descendants that it left behind or that
/// others reaped do not count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// Processor time of its own code.
    pub user: Duration,
    /// Processor time that the kernel spent for it.
    pub system: Duration,
    /// The peak memory of one of these processes, in bytes. Never less than the memory that was resident in this process when
    /// it started the child: a process begins as a copy of its parent, and the system counts that.
    pub peak: u64,
}

impl Usage {
    /// Processor time in total.
    pub fn cpu(self) -> Duration {
        self.user + self.system
    }
}

/// The peak memory of this process so far, in bytes, if the system reports it. The measured peaks of its children cannot be
/// lower.
pub fn own_peak() -> Option<u64> {
    system::own_peak()
}
