//! Ports on Linux. A claim is an abstract socket name, which the kernel allows only once in a network namespace. It disappears
//! with its process.
#![expect(clippy::disallowed_types, reason = "a platform file")]

use std::io;
use std::ops::RangeInclusive;
use std::os::fd::OwnedFd;

use rustix::net::{AddressFamily, SocketAddrUnix, SocketFlags, SocketType, bind, socket_with};

/// The claim of one probe on a port.
#[derive(Debug)]
pub(super) struct Claim {
    _socket: OwnedFd,
}

impl Claim {
    /// Fails if another process has it.
    pub(super) fn take(port: u16) -> io::Result<Self> {
        let name = format!("probe-port-{port}");
        let socket = socket(AddressFamily::UNIX, SocketType::DGRAM)?;
        bind(&socket, &SocketAddrUnix::new_abstract_name(name.as_bytes())?)?;
        Ok(Self { _socket: socket })
    }
}

/// Opens a socket that no program inherits.
pub(super) fn socket(family: AddressFamily, kind: SocketType) -> io::Result<OwnedFd> {
    Ok(socket_with(family, kind, SocketFlags::CLOEXEC, None)?)
}

/// The range of ports that the kernel assigns.
pub(super) fn given_to_anybody() -> Option<RangeInclusive<u16>> {
    let text = std::fs::read_to_string("/proc/sys/net/ipv4/ip_local_port_range").ok()?;
    let mut numbers = text.split_whitespace().map(str::parse);
    Some(numbers.next()?.ok()?..=numbers.next()?.ok()?)
}
