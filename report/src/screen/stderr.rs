//! Standard error as a terminal: its size, whether probe may draw on it, and writes without delay.

use std::io::{self, IsTerminal, Write};

use crate::live::Size;
use crate::system::{self, await_writable};

/// A terminal that does not know its size has that of the first ones.
const USUAL: Size = Size { columns: 80, rows: 24 };

/// Whether standard error is a terminal.
pub fn is_terminal() -> bool {
    io::stderr().is_terminal()
}

/// Its size now.
pub(super) fn size() -> Size {
    let size = system::terminal_size(&io::stderr());
    size.map_or(USUAL, |(columns, rows)| Size { columns, rows })
}

/// Whether probe is in the foreground. From the background it would draw over the output of other programs.
pub(super) fn is_in_foreground() -> bool {
    system::is_in_foreground(&io::stderr())
}

/// Writes all bytes, and waits while the stream is full. Another program that shares the stream may have made it
/// non-blocking.
///
/// # Errors
///
/// Fails if the stream is closed.
pub(super) fn write_all(mut bytes: &[u8]) -> io::Result<()> {
    let mut stderr = io::stderr();
    while !bytes.is_empty() {
        match stderr.write(bytes) {
            Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
            Ok(written) => bytes = &bytes[written..],
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                await_writable(&stderr)?;
            }
            Err(error) => return Err(error),
        }
    }
    Ok(())
}
