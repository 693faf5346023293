//! A command in this process's own group, so that the terminal's signals and its input reach it. Does not know what it is for.

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

/// Runs the command to its end, and passes on to it what others send to this process: what the terminal sends, it sends to the
/// whole group.
///
/// # Errors
///
/// When it cannot be started, or nobody can listen for signals.
pub fn run_in_foreground(command: &mut Command) -> io::Result<ProcessEnd> {
    attend(command, &AtomicBool::new(false), &be_mortal)
}

/// The same while a [`Listener`](crate::Listener) listens, whose affair signals are before and after. `is_there` says how long
/// they are the command's: whoever hears of one meanwhile leaves it alone.
///
/// # Errors
///
/// As of [`run_in_foreground`].
pub fn run_in_foreground_meanwhile(
    command: &mut Command,
    is_there: &AtomicBool,
) -> io::Result<ProcessEnd> {
    attend(command, is_there, &|| {})
}

/// Makes this process the command. Returns only if that fails.
pub fn replace_process(command: &mut Command) -> io::Error {
    system::replace_process(command)
}

fn attend(
    command: &mut Command,
    is_there: &AtomicBool,
    afterwards: &dyn Fn(),
) -> io::Result<ProcessEnd> {
    // Before the command starts, so that a signal between the two does not end probe alone.
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
            // What is said of its end must not be held up by a stream that nobody reads.
            afterwards();
            status
        })
    });
    is_there.store(false, Ordering::SeqCst);
    status.map(ProcessEnd::from)
}
