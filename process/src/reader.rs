//! Reads what a process prints while waiting for something else. Does not know whose process it is.

use std::io::{self, PipeReader, Read};
use std::os::fd::{AsFd, BorrowedFd};
use std::path::Path;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{OFlags, fcntl_setfl};

use super::last_line::LastLine;
use super::output::Stream;

/// Bytes that one read takes: what a pipe holds.
const PIPE: usize = 64 * 1024;

/// Pipes, and the streams that they fill.
pub(super) type Pipes<'a> = Vec<(PipeReader, &'a mut Stream)>;

/// Reads from pipes until they are closed.
pub(super) struct Reader<'a> {
    pipes: Pipes<'a>,
    /// Empty until there is something to read: many a test says nothing.
    buffer: Vec<u8>,
    spool: &'a Path,
    /// Who wants to know what is said last.
    last: Option<&'a LastLine>,
}

impl<'a> Reader<'a> {
    /// Reads from `pipes`; a stream that is too long for memory goes to a file in `spool`.
    pub(super) fn new(pipes: Pipes<'a>, spool: &'a Path) -> io::Result<Self> {
        for (pipe, _) in &pipes {
            fcntl_setfl(pipe, OFlags::NONBLOCK)?;
        }
        Ok(Self { pipes, buffer: Vec::new(), spool, last: None })
    }

    /// Tells `last` of all that is read, too.
    pub(super) fn telling(self, last: Option<&'a LastLine>) -> Self {
        Self { last, ..self }
    }

    /// Blocks until one of `others` is readable, there is something to read, or the time is over; reads it; and says
    /// whether one of `others` is readable.
    pub(super) fn wait(
        &mut self,
        others: &[BorrowedFd<'_>],
        timeout: Option<Duration>,
    ) -> io::Result<bool> {
        let timeout = timeout.map(|timeout| Timespec::try_from(timeout).expect("seconds are few"));
        let mut events: Vec<PollFd<'_>> = Vec::with_capacity(others.len() + self.pipes.len());
        events.extend(others.iter().map(|fd| PollFd::from_borrowed_fd(*fd, PollFlags::IN)));
        events.extend(
            self.pipes
                .iter()
                .map(|(pipe, _)| PollFd::from_borrowed_fd(pipe.as_fd(), PollFlags::IN)),
        );
        rustix::io::retry_on_intr(|| poll(&mut events, timeout.as_ref()))?;
        let ready = events[..others.len()].iter().any(|event| !event.revents().is_empty());
        // The kernel looks at the pipes after `others`: of a process that has ended, all that it printed is seen here.
        let seen: Vec<PollFlags> = events[others.len()..].iter().map(PollFd::revents).collect();
        self.read(&seen)?;
        Ok(ready)
    }

    /// Reads what is there now, where something was `seen`. What is closed is forgotten.
    fn read(&mut self, seen: &[PollFlags]) -> io::Result<()> {
        let mut failed = Ok(());
        let mut seen = seen.iter();
        self.pipes.retain_mut(|(pipe, stream)| {
            match seen.next().copied().unwrap_or(PollFlags::empty()) {
                events if events.is_empty() => return true,
                // Closed by everybody, with nothing left in it.
                PollFlags::HUP => return false,
                _ => {}
            }
            self.buffer.resize(PIPE, 0);
            let heard = |bytes: &[u8]| self.last.iter().for_each(|last| last.hear(bytes));
            match drain(pipe, stream, &mut self.buffer, self.spool, heard) {
                Ok(State::Open) => true,
                Ok(State::Closed) => false,
                Err(error) => {
                    failed = Err(error);
                    false
                }
            }
        });
        failed
    }
}

enum State {
    Open,
    Closed,
}

/// Reads what is there now, and tells of it: at most one pipe's fill of it while the other stream or the process's end may wait.
fn drain(
    pipe: &mut PipeReader,
    stream: &mut Stream,
    buffer: &mut [u8],
    spool: &Path,
    heard: impl Fn(&[u8]),
) -> io::Result<State> {
    let mut left = PIPE;
    loop {
        match pipe.read(buffer) {
            Ok(0) => return Ok(State::Closed),
            Ok(read) => {
                stream.push(&buffer[..read], spool);
                if stream.is_over() {
                    // Whoever goes on printing finds that nobody listens, and ends by that.
                    return Ok(State::Closed);
                }
                heard(&buffer[..read]);
                left = left.saturating_sub(read);
                // A short read emptied the pipe: the next one would only say so.
                if left == 0 || read < buffer.len() {
                    return Ok(State::Open);
                }
            }
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(State::Open),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}
