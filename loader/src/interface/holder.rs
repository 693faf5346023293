//! Who holds a lock. It does not know which.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Who holds a lock, as they said themselves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holder {
    /// Its process.
    pub pid: u32,
    /// Its machine.
    pub host: String,
    /// What it runs.
    pub command: String,
    /// Since when, in seconds since 1970.
    pub since: u64,
}

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "process {} on {}", self.pid, self.host)?;
        if self.command.is_empty() { Ok(()) } else { write!(f, " (`{}`)", self.command) }
    }
}
