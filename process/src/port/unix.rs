//! Ports of this machine, held by sockets.
#![expect(clippy::disallowed_types, reason = "a platform file")]

use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddrV4, SocketAddrV6};
use std::os::fd::OwnedFd;

use rustix::net::sockopt::set_ipv6_v6only;
use rustix::net::{AddressFamily, SocketType, bind};

use super::system::socket;

/// Sockets on the port at every address of this machine, to which nobody can connect.
#[derive(Debug)]
pub(super) struct Hold {
    _socket: OwnedFd,
}

impl Hold {
    /// Fails if any process has the port.
    pub(super) fn take(port: u16) -> io::Result<Self> {
        // Without IPv6, no process can have its ports.
        let socket = both(port).or_else(|error| match error.kind() {
            io::ErrorKind::AddrInUse => Err(error),
            _ => {
                let socket = socket(AddressFamily::INET, SocketType::STREAM)?;
                bind(&socket, &SocketAddrV4::new(Ipv4Addr::UNSPECIFIED, port))?;
                Ok(socket)
            }
        })?;
        Ok(Self { _socket: socket })
    }
}

fn both(port: u16) -> io::Result<OwnedFd> {
    let socket = socket(AddressFamily::INET6, SocketType::STREAM)?;
    set_ipv6_v6only(&socket, false)?;
    bind(&socket, &SocketAddrV6::new(Ipv6Addr::UNSPECIFIED, port, 0, 0))?;
    Ok(socket)
}
