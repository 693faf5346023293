//! macOS does not report the sender of a datagram, so all datagrams are ignored.

use std::convert::Infallible;
use std::io;
use std::path::Path;

use super::Notice;

/// There is no such socket.
#[derive(Debug)]
pub(super) struct Socket(Infallible);

impl Socket {
    pub(super) fn at(_path: &Path) -> io::Result<Self> {
        Err(io::Error::new(
            io::ErrorKind::Unsupported,
            "macOS does not tell who sends a notice: let probe look for the service's port or file instead",
        ))
    }

    pub(super) fn named(_name: &str) -> io::Result<Self> {
        Err(io::ErrorKind::Unsupported.into())
    }

    pub(super) fn receive(&self, _buffer: &mut [u8]) -> io::Result<Option<Notice>> {
        match self.0 {}
    }
}

/// No path is possible.
pub(super) fn is_too_long(_path: &Path) -> bool {
    false
}
