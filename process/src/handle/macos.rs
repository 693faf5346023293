//! A process watched by a queue of its own (kqueue), which becomes readable when the process ends. The process is known by its
//! number, which may belong to another one after it is reaped. So before a signal, the handle checks whether the process has
//! ended.
#![expect(clippy::disallowed_types, reason = "a platform file")]

use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::time::Instant;

use rustix::io::Errno;
use rustix::process::{Signal, kill_process};

use crate::macos::end_of;
use crate::process_id::ProcessId;
use crate::unix::{becomes_readable, pid};

/// A process, alive or ended.
#[derive(Debug)]
pub(crate) struct ProcessHandle {
    id: ProcessId,
    end: OwnedFd,
}

impl ProcessHandle {
    /// Opens the process with this number. If there is none, it counts as ended.
    ///
    /// # Errors
    ///
    /// Fails if no more descriptors are free.
    pub(crate) fn open(id: ProcessId) -> io::Result<Self> {
        let end = match end_of(id) {
            // A pipe whose other end is closed is always readable.
            Err(error) if Errno::from_io_error(&error) == Some(Errno::SRCH) => io::pipe()?.0.into(),
            end => end?,
        };
        Ok(Self { id, end })
    }

    /// Whether [`open`](Self::open) failed only because the machine has no room at present.
    pub(crate) fn is_short(error: &io::Error) -> bool {
        let errno = Errno::from_io_error(error);
        matches!(errno, Some(Errno::MFILE | Errno::NFILE | Errno::NOMEM))
    }

    /// Kills the process. Returns whether it was within reach, so not another user's.
    pub(crate) fn kill(&self) -> bool {
        self.has_ended_by(Instant::now())
            || kill_process(pid(self.id), Signal::KILL) != Err(Errno::PERM)
    }

    /// Signals the process if it is within reach.
    pub(crate) fn signal(&self, signal: crate::signal::Signal) {
        if let Some(signal) = Signal::from_named_raw(signal.number())
            && !self.has_ended_by(Instant::now())
        {
            let _ = kill_process(pid(self.id), signal);
        }
    }

    /// Blocks until the process has ended or the time is over. Returns whether it has ended.
    pub(crate) fn has_ended_by(&self, deadline: Instant) -> bool {
        becomes_readable(self.end.as_fd(), deadline)
    }
}

/// Readable when the process has ended.
impl AsFd for ProcessHandle {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.end.as_fd()
    }
}
