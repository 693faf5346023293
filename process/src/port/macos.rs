//! Ports on macOS, which has no abstract socket names. A socket at every address does not keep away a program that binds one
//! address with SO_REUSEADDR. Then only the claim protects the port.
#![expect(clippy::disallowed_types, reason = "a platform file")]

use std::io;
use std::ops::RangeInclusive;
use std::os::fd::OwnedFd;
use std::path::Path;

use rustix::io::{FdFlags, fcntl_setfd};
use rustix::net::{AddressFamily, SocketType};

use super::claim_file;
use crate::macos::named;

/// The only directory that all users share.
const SHARED: &str = "/tmp";

/// The claim of one probe on a port.
#[derive(Debug)]
pub(super) struct Claim {
    _file: claim_file::Claim,
}

impl Claim {
    /// Fails if another process has it.
    pub(super) fn take(port: u16) -> io::Result<Self> {
        Ok(Self { _file: claim_file::Claim::take(Path::new(SHARED), port)? })
    }
}

/// Opens a socket that no program inherits, except one that is being started just now.
pub(super) fn socket(family: AddressFamily, kind: SocketType) -> io::Result<OwnedFd> {
    let socket = rustix::net::socket(family, kind, None)?;
    fcntl_setfd(&socket, FdFlags::CLOEXEC)?;
    Ok(socket)
}

/// The range of ports that the kernel assigns.
pub(super) fn given_to_anybody() -> Option<RangeInclusive<u16>> {
    let port = |name| {
        let bytes: [u8; 4] = named(name)?.try_into().ok()?;
        u16::try_from(i32::from_ne_bytes(bytes)).ok()
    };
    Some(port(c"net.inet.ip.portrange.first")?..=port(c"net.inet.ip.portrange.last")?)
}
