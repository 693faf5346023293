//! A command in this process's own group, so that the terminal's signals and its input reach it. Does not know what it is for.

#[cfg(unix)]
mod unix;

use std::io;
use std::process::Command;

#[cfg(unix)]
use unix as system;

use crate::process_end::ProcessEnd;
use crate::process_id::ProcessId;
use crate::signals::{ENDING, be_mortal, stay_alive};

/// Runs the command to its end, and passes on to it what others send to this process: what the terminal sends, it sends to the
/// whole group.
///
/// # Errors
///
/// When it cannot be started, or nobody can listen for signals.
pub fn run_in_foreground(command: &mut Command) -> io::Result<ProcessEnd> {
    // Before the command starts, so that a signal between the two does not end probe alone.
    let mut relay = system::Relay::open(ENDING)?;
    stay_alive()?;
    let plug = relay.plug();
    let mut child = command.spawn()?;
    let id = ProcessId::of(&child);
    let status = std::thread::scope(|threads| {
        threads.spawn(move || relay.pass_on_to(id));
        let status = child.wait();
        plug.close();
        // What is said of its end must not be held up by a stream that nobody reads.
        be_mortal();
        status
    });
    status.map(ProcessEnd::from)
}

/// Makes this process the command. Returns only if that fails.
pub fn replace_process(command: &mut Command) -> io::Error {
    system::replace_process(command)
}
