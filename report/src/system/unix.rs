//! Terminals and files of Unix. Does not know the content.

#![expect(clippy::disallowed_types, reason = "a platform file")]

use std::fs::{File, Permissions};
use std::io::{self, Stderr};
use std::os::unix::fs::{FileExt, PermissionsExt};

use rustix::event::{PollFd, PollFlags, poll};
use rustix::io::Errno;
use rustix::process::getpgrp;
use rustix::termios::{tcgetpgrp, tcgetwinsize};

/// Columns and rows of a terminal. `None` if it is not a terminal, or does not know its size.
pub(crate) fn terminal_size(terminal: &Stderr) -> Option<(usize, usize)> {
    let size = tcgetwinsize(terminal).ok()?;
    (size.ws_col > 0 && size.ws_row > 0).then(|| (size.ws_col.into(), size.ws_row.into()))
}

/// Whether this process is in the foreground of a terminal.
pub(crate) fn is_in_foreground(terminal: &Stderr) -> bool {
    match tcgetpgrp(terminal) {
        Ok(group) => group == getpgrp(),
        // It is not the process's controlling terminal, so no process is in the foreground.
        Err(_) => true,
    }
}

/// Waits until a stream accepts bytes, or is closed.
///
/// # Errors
///
/// Fails if waiting is impossible.
pub(crate) fn await_writable(stream: &Stderr) -> io::Result<()> {
    match poll(&mut [PollFd::new(stream, PollFlags::OUT)], None) {
        Ok(_) | Err(Errno::INTR) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// Reads as many bytes of a file, from `start` on, as `bytes` has room for.
///
/// # Errors
///
/// Fails if the file has fewer bytes.
pub(crate) fn read_exact_at(file: &File, bytes: &mut [u8], start: u64) -> io::Result<()> {
    file.read_exact_at(bytes, start)
}

/// The permissions of a new file: read and write for everyone, without those in the user's umask.
pub(crate) fn new_file_permissions() -> Permissions {
    Permissions::from_mode(0o666)
}
