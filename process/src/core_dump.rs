//! Finds the core dump of a process, if the system says that it made one. Does not know what the process was for.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "macos")]
mod macos;

use std::path::Path;

#[cfg(target_os = "linux")]
use linux as system;
#[cfg(target_os = "macos")]
use macos as system;

/// A process that a signal killed and of which the system made a core dump.
#[derive(Clone, Copy, Debug)]
pub struct Dumped<'a> {
    /// Its number.
    pub pid: u32,
    /// The program that it ran.
    pub program: &'a Path,
    /// Its working directory at the start.
    pub cwd: &'a Path,
}

impl Dumped<'_> {
    /// Says where the core dump is, and which command opens it.
    pub fn whereabouts(self) -> String {
        system::whereabouts(self)
    }
}
