//! Runs a command in this process's own group, so that it gets the terminal's signals and input. Does not know what the command
//! is for.

#[cfg(unix)]
mod unix;

use std::io;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};

#[cfg(unix)]
use unix as system;

use crate::process_end::ProcessEnd;
use crate::process_id::ProcessId;
use crate::signals::{ENDING, be_mortal, stay_alive};

/// Runs the command to its end. Passes on signals from other processes; the terminal sends its signals to the whole group
/// anyway.
///
/// # Errors
///
/// Fails if the command cannot be started or signal handlers cannot be set up.
pub fn run_in_foreground(command: &mut Command) -> io::Result<ProcessEnd> {
    attend(command, &AtomicBool::new(false), &be_mortal)
}

/// Like [`run_in_foreground`], for a process that has a [`Listener`](crate::Listener), which handles signals before and after.
/// Sets `is_there` while signals belong to the command: the listener's callback must ignore them meanwhile.
///
/// # Errors
///
/// Fails for the same reasons as [`run_in_foreground`].
pub fn run_in_foreground_meanwhile(
    command: &mut Command,
    is_there: &AtomicBool,
) -> io::Result<ProcessEnd> {
    attend(command, is_there, &|| {})
}

/// Replaces this process by the command. Returns only if that fails.
pub fn replace_process(command: &mut Command) -> io::Error {
    system::replace_process(command)
}

fn attend(
    command: &mut Command,
    is_there: &AtomicBool,
    afterwards: &dyn Fn(),
) -> io::Result<ProcessEnd> {
    // Opened before the command starts, so that a signal in between does not end only probe.
    let mut relay = system::Relay::open(ENDING)?;
    stay_alive()?;
    is_there.store(true, Ordering::SeqCst);
    let plug = relay.plug();
    let spawned = command.spawn();
    let status = spawned.and_then(|mut child| {
        let id = ProcessId::of(&child);
        std::thread::scope(|threads| {
            threads.spawn(move || relay.pass_on_to(id));
            let status = child.wait();
            is_there.store(false, Ordering::SeqCst);
            plug.close();
            // A stream that nobody reads must not delay the report of the command's end.
            afterwards();
            status
        })
    });
    is_there.store(false, Ordering::SeqCst);
    status.map(ProcessEnd::from)
}
