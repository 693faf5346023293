//! What the loader asks of its caller, and what it tells. It does not know what the caller does with it: every method has a
//! default, and `&()` is a host.

use super::command::{CommandFailure, CommandLine};
use super::event::ImportEvent;
use super::run_command;

/// The caller of an import.
///
/// An import begins with the caller's slot in its hands. It calls [`release`](Host::release) and [`acquire`](Host::acquire) by
/// turns, `release` first, and may return after either: after a `release` the slot is not taken again only to report.
pub trait Host: Sync {
    /// Something to show to a person. Called from the importing thread; must not import.
    fn tell(&self, event: &ImportEvent<'_>) {
        let _ = event;
    }

    /// The import begins to wait (for a lock, or between attempts): the caller may give its slot to another one.
    fn release(&self) {}

    /// The import goes on to transfer or to build; may block until a slot is free.
    fn acquire(&self) {}

    /// Whether to give up; asked between polls and between chunks.
    fn cancelled(&self) -> bool {
        false
    }

    /// Runs a library's command to its end.
    ///
    /// # Errors
    ///
    /// When it cannot be started, or does not exit with 0.
    fn run(&self, command: &CommandLine) -> Result<(), CommandFailure> {
        run_command::run(command, &|| self.cancelled())
    }
}

impl Host for () {}
