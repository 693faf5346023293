//! What the loader asks of its caller, and what it reports. It does not know what the caller does with it: every method has a
//! default, and `&()` is a host.

use super::command::{CommandFailure, CommandLine};
use super::event::ImportEvent;
use super::run_command;

/// The caller of an import.
///
/// When an import begins, it has the caller's slot. It calls [`release`](Host::release) and [`acquire`](Host::acquire) in turn,
/// `release` first, and may return after either one: after a `release` it does not take the slot again only to report.
pub trait Host: Sync {
    /// Receives an event to show to a person. Called from the importing thread. Must not import.
    fn tell(&self, event: &ImportEvent<'_>) {
        let _ = event;
    }

    /// The import begins to wait (for a lock, or between attempts). The caller may give the slot to other work.
    fn release(&self) {}

    /// The import continues with a transfer or a build. May block until a slot is free.
    fn acquire(&self) {}

    /// Returns whether to give up. Called between polls and between chunks.
    fn cancelled(&self) -> bool {
        false
    }

    /// Runs a library's command to its end.
    ///
    /// # Errors
    ///
    /// Fails if the command cannot be started, or does not exit with 0.
    fn run(&self, command: &CommandLine) -> Result<(), CommandFailure> {
        run_command::run(command, &|| self.cancelled())
    }
}

impl Host for () {}
