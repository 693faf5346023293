//! What this crate asks of a Unix that needs no room of its own.

use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;

use rustix::process::{Pid, getpid, kill_process, kill_process_group};

use crate::signal::Signal;

/// The signal that killed a process.
pub(crate) fn killed_by(status: ExitStatus) -> Option<Signal> {
    status.signal().map(Signal::from_number)
}

/// Signals a group. That it is gone already is no error: its leader is about to be reaped.
pub(crate) fn signal_group(group: Pid, signal: Signal) {
    if let Some(signal) = rustix::process::Signal::from_named_raw(signal.number()) {
        let _ = kill_process_group(group, signal);
    }
}

/// Stops this process, until somebody lets it go on.
pub fn stop_myself() {
    // A process may stop itself.
    let _ = kill_process(getpid(), rustix::process::Signal::STOP);
}
