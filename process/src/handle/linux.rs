//! A process held by a file descriptor (pidfd), which becomes readable when the process ends.
#![expect(clippy::disallowed_types, reason = "a platform file")]

use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::time::Instant;

use rustix::io::Errno;
use rustix::process::{PidfdFlags, Signal, pidfd_open, pidfd_send_signal};

use crate::process_id::ProcessId;
use crate::unix::{becomes_readable, pid};

/// A process, alive or ended.
#[derive(Debug)]
pub(crate) struct ProcessHandle(OwnedFd);

impl ProcessHandle {
    /// Opens the process with this number.
    ///
    /// # Errors
    ///
    /// Fails if there is none, or if no more descriptors are free.
    pub(crate) fn open(id: ProcessId) -> io::Result<Self> {
        Ok(Self(pidfd_open(pid(id), PidfdFlags::empty())?))
    }

    /// Whether [`open`](Self::open) failed only because the machine has no room at present.
    pub(crate) fn is_short(error: &io::Error) -> bool {
        let errno = Errno::from_io_error(error);
        matches!(errno, Some(Errno::MFILE | Errno::NFILE | Errno::NOMEM))
    }

    /// Kills the process. Returns whether it was within reach, so not another user's.
    pub(crate) fn kill(&self) -> bool {
        pidfd_send_signal(&self.0, Signal::KILL) != Err(Errno::PERM)
    }

    /// Signals the process if it is within reach.
    pub(crate) fn signal(&self, signal: crate::signal::Signal) {
        if let Some(signal) = Signal::from_named_raw(signal.number()) {
            let _ = pidfd_send_signal(&self.0, signal);
        }
    }

    /// Blocks until the process has ended or the time is over. Returns whether it has ended.
    pub(crate) fn has_ended_by(&self, deadline: Instant) -> bool {
        becomes_readable(self.0.as_fd(), deadline)
    }
}

/// Readable when the process has ended.
impl AsFd for ProcessHandle {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}
