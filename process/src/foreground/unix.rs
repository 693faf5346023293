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

/// What hears signals, and who has sent them.
pub(super) struct Relay(SignalsInfo<WithOrigin>);

/// What ends the hearing.
pub(super) struct Plug(Handle);

impl Relay {
    /// From now on these signals do not do what they do by default.
    pub(super) fn open(signals: impl IntoIterator<Item = Signal>) -> io::Result<Self> {
        SignalsInfo::new(signals.into_iter().map(Signal::number)).map(Self)
    }

    pub(super) fn plug(&self) -> Plug {
        Plug(self.0.handle())
    }

    /// Passes on what processes send, until this is plugged. What the kernel sends for a terminal, it sends to the whole group.
    pub(super) fn pass_on_to(&mut self, id: ProcessId) {
        for origin in self.0.forever().filter(is_sent) {
            // It may have ended just now.
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
