//! The core dump that a process has left, and where it lies: said only where the system says that it has made one. Does not
//! know what the process was for.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "macos")]
mod macos;

use std::path::Path;

#[cfg(target_os = "linux")]
use linux as system;
#[cfg(target_os = "macos")]
use macos as system;

/// A process that a signal has killed, and that the system has made a core dump of.
#[derive(Clone, Copy, Debug)]
pub struct Dumped<'a> {
    /// Its number.
    pub pid: u32,
    /// What it ran.
    pub program: &'a Path,
    /// Where it was started.
    pub cwd: &'a Path,
}

impl Dumped<'_> {
    /// Where its core dump is, and what opens it.
    pub fn whereabouts(self) -> String {
        system::whereabouts(self)
    }
}
