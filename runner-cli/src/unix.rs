//! What the commands ask of a Unix.
#![expect(clippy::disallowed_types, reason = "a platform file")]

use std::fs::Metadata;
use std::io;
use std::os::unix::fs::PermissionsExt;

use rustix::termios::tcgetwinsize;

/// Whether others than its owner may do anything with the file.
pub(crate) fn is_open_to_others(file: &Metadata) -> bool {
    file.permissions().mode() & 0o077 != 0
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
