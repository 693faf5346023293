//! Which process holds a lock. It does not know which lock.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The process that holds a lock, as it describes itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holder {
    /// Its process ID.
    pub pid: u32,
    /// The name of its machine.
    pub host: String,
    /// What it runs.
    pub command: String,
    /// The time since when it holds the lock, in seconds since 1970.
    pub since: u64,
}

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "process {} on {}", self.pid, self.host)?;
        if self.command.is_empty() { Ok(()) } else { write!(f, " (`{}`)", self.command) }
    }
}
