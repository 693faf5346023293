//! Finds out who sent a signal, sends it on, and replaces this program by another one.
#![expect(clippy::disallowed_types, reason = "a platform file")]

use std::io;
use std::os::unix::process::CommandExt;
use std::process::Command;

use signal_hook::iterator::exfiltrator::WithOrigin;
use signal_hook::iterator::{Handle, SignalsInfo};

use crate::process_id::ProcessId;
use crate::signal::Signal;
use crate::system::is_sent;
use crate::unix::signal_process;

/// Receives signals, with their senders.
pub(super) struct Relay(SignalsInfo<WithOrigin>);

/// Ends a [`Relay`].
pub(super) struct Plug(Handle);

impl Relay {
    /// Replaces the default action of these signals.
    pub(super) fn open(signals: impl IntoIterator<Item = Signal>) -> io::Result<Self> {
        SignalsInfo::new(signals.into_iter().map(Signal::number)).map(Self)
    }

    pub(super) fn plug(&self) -> Plug {
        Plug(self.0.handle())
    }

    /// Passes on signals from processes until this is plugged. The kernel sends a terminal's signals to the whole group anyway.
    pub(super) fn pass_on_to(&mut self, id: ProcessId) {
        for origin in self.0.forever().filter(is_sent) {
            // The process may have ended just now.
            signal_process(id, Signal::from_number(origin.signal));
        }
    }
}

impl Plug {
    pub(super) fn close(&self) {
        self.0.close();
    }
}

pub(super) fn replace_process(command: &mut Command) -> io::Error {
    command.exec()
}
