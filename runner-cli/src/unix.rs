//! What the commands ask of a Unix.
#![expect(clippy::disallowed_types, reason = "a platform file")]

use std::fs::Metadata;
use std::io;
use std::os::unix::fs::PermissionsExt;

use rustix::io::Errno;
use rustix::process::{Signal, getpgrp, getpid, kill_process};
use rustix::termios::{
    LocalModes, OptionalActions, Termios, tcgetattr, tcgetpgrp, tcgetwinsize, tcsetattr,
};

/// How the terminal of standard input works.
#[derive(Debug)]
pub(crate) struct Modes(Termios);

impl Modes {
    /// As it is; `None` if it is no terminal, or somebody else is in front of it.
    pub(crate) fn of_stdin() -> Option<Self> {
        let stdin = io::stdin();
        let modes = tcgetattr(&stdin).ok()?;
        (tcgetpgrp(&stdin).ok()? == getpgrp()).then_some(Self(modes))
    }

    /// Each key is handed on at once, and not shown; signals are signals.
    pub(crate) fn by_key(&self) {
        let mut modes = self.0.clone();
        modes.local_modes.remove(LocalModes::ICANON | LocalModes::ECHO);
        set(&modes);
    }

    /// These again.
    pub(crate) fn restore(&self) {
        set(&self.0);
    }
}

fn set(modes: &Termios) {
    let stdin = io::stdin();
    // Whoever is behind somebody else would be stopped for it.
    if tcgetpgrp(&stdin).is_ok_and(|front| front == getpgrp()) {
        // A terminal that is gone has no modes.
        let _ = tcsetattr(&stdin, OptionalActions::Now, modes);
    }
}

/// Tells this process what ^C tells it.
pub(crate) fn interrupt_myself() {
    // A process may do that.
    let _ = kill_process(getpid(), Signal::INT);
}

/// Whether something failed since this user or process has all that it may have.
pub(crate) fn is_out_of_files(error: &io::Error) -> bool {
    matches!(Errno::from_io_error(error), Some(Errno::MFILE | Errno::NFILE))
}

/// Whether others than its owner may do anything with the file.
pub(crate) fn is_open_to_others(file: &Metadata) -> bool {
    file.permissions().mode() & 0o077 != 0
}

/// Leaves the session, and with it the terminal and whatever would end with that.
pub(crate) fn leave_session() {
    // Who leads a group has a session of its own, or is told nothing by a terminal.
    let _ = rustix::process::setsid();
}

/// How wide the terminal is that standard error goes to, in columns; `None` if it is none, or does not know.
pub(crate) fn terminal_width() -> Option<usize> {
    let size = tcgetwinsize(io::stderr()).ok()?;
    (size.ws_col > 0).then_some(usize::from(size.ws_col))
}

/// A text of any bytes.
#[cfg(test)]
pub(crate) fn os_string(bytes: Vec<u8>) -> std::ffi::OsString {
    std::os::unix::ffi::OsStringExt::from_vec(bytes)
}
