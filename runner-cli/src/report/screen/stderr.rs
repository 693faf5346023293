//! Standard error as a terminal: how big it is, whether it is probe's to draw on, and writing that is not put off.

use std::io::{self, IsTerminal, Write};

use rustix::event::{PollFd, PollFlags, poll};
use rustix::io::Errno;
use rustix::process::getpgrp;
use rustix::termios::{tcgetpgrp, tcgetwinsize};

use crate::report::live::Size;

/// A terminal that does not know its size has that of the first ones.
const USUAL: Size = Size { columns: 80, rows: 24 };

/// Whether standard error is a terminal.
pub(crate) fn is_terminal() -> bool {
    io::stderr().is_terminal()
}

/// Its size now.
pub(super) fn size() -> Size {
    match tcgetwinsize(io::stderr()) {
        Ok(size) if size.ws_col > 0 && size.ws_row > 0 => {
            Size { columns: size.ws_col.into(), rows: size.ws_row.into() }
        }
        _ => USUAL,
    }
}

/// Whether probe is in the foreground: from the background it would draw over somebody else's work.
pub(super) fn is_in_foreground() -> bool {
    match tcgetpgrp(io::stderr()) {
        Ok(group) => group == getpgrp(),
        // It is not probe's controlling terminal: then nobody is in the foreground.
        Err(_) => true,
    }
}

/// Writes all of it, and waits where the stream is full. Another program that shares the stream may have made it such that
/// it does not wait by itself.
///
/// # Errors
///
/// The stream is gone.
pub(super) fn write_all(mut bytes: &[u8]) -> io::Result<()> {
    let mut stderr = io::stderr();
    while !bytes.is_empty() {
        match stderr.write(bytes) {
            Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
            Ok(written) => bytes = &bytes[written..],
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                match poll(&mut [PollFd::new(&stderr, PollFlags::OUT)], None) {
                    Ok(_) | Err(Errno::INTR) => {}
                    Err(error) => return Err(error.into()),
                }
            }
            Err(error) => return Err(error),
        }
    }
    Ok(())
}
