//! Datagram sockets on Linux. The kernel reports the sender of each datagram.
#![expect(clippy::disallowed_types, reason = "a platform file")]

use std::io::{self, IoSliceMut};
use std::mem::MaybeUninit;
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use rustix::net::sockopt::set_socket_passcred;
use rustix::net::{
    AddressFamily, RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, SocketAddrUnix,
    SocketFlags, SocketType, bind, recvmsg, socket_with,
};
use rustix::process::getuid;

use super::{Notice, Sender};
use crate::process_id::ProcessId;

/// Room for the kernel's data on a sender, and for files that a sender may attach.
const BESIDE: usize = rustix::cmsg_space!(ScmCredentials(1), ScmRights(8));
/// The path of a socket must be shorter.
const LONG: usize = 108;

/// A socket that receives datagrams.
#[derive(Debug)]
pub(super) struct Socket(OwnedFd);

impl Socket {
    /// Opens a socket with a file.
    pub(super) fn at(path: &Path) -> io::Result<Self> {
        Self::bound(&SocketAddrUnix::new(path)?)
    }

    /// Opens a socket with an abstract name.
    pub(super) fn named(name: &str) -> io::Result<Self> {
        Self::bound(&SocketAddrUnix::new_abstract_name(name.as_bytes())?)
    }

    fn bound(address: &SocketAddrUnix) -> io::Result<Self> {
        let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
        let socket = socket_with(AddressFamily::UNIX, SocketType::DGRAM, flags, None)?;
        // Before any process can send.
        set_socket_passcred(&socket, true)?;
        bind(&socket, address)?;
        Ok(Self(socket))
    }

    /// The next datagram; `None` if there is none. Files that come with it are closed, so that a sender that waits for that
    /// continues (`BARRIER=1`).
    pub(super) fn receive(&self, buffer: &mut [u8]) -> io::Result<Option<Notice>> {
        let mut space = [MaybeUninit::uninit(); BESIDE];
        let mut beside = RecvAncillaryBuffer::new(&mut space);
        let mut slices = [IoSliceMut::new(buffer)];
        let flags = RecvFlags::CMSG_CLOEXEC | RecvFlags::DONTWAIT;
        let received = match recvmsg(&self.0, &mut slices, &mut beside, flags) {
            Ok(received) => received,
            Err(rustix::io::Errno::AGAIN) => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        let mut sender = None;
        for message in beside.drain() {
            if let RecvAncillaryMessage::ScmCredentials(credentials) = message {
                let number = credentials.pid.as_raw_nonzero().get().unsigned_abs();
                sender = Some(Sender {
                    pid: ProcessId::from_number(number),
                    is_same_user: credentials.uid == getuid() || credentials.uid.is_root(),
                });
            }
        }
        Ok(Some(Notice { length: received.bytes, sender }))
    }
}

/// Whether a path is too long for a socket.
pub(super) fn is_too_long(path: &Path) -> bool {
    path.as_os_str().as_bytes().len() >= LONG
}

/// Sends a datagram as a service does.
#[cfg(test)]
pub(super) fn say(address: &std::ffi::OsStr, text: &[u8]) -> io::Result<()> {
    use rustix::net::{SendFlags, sendto};

    let address = match address.as_bytes().strip_prefix(b"@") {
        Some(name) => SocketAddrUnix::new_abstract_name(name)?,
        None => SocketAddrUnix::new(address.as_bytes())?,
    };
    let socket = socket_with(AddressFamily::UNIX, SocketType::DGRAM, SocketFlags::CLOEXEC, None)?;
    sendto(&socket, text, SendFlags::empty(), &address)?;
    Ok(())
}
