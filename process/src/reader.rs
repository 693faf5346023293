//! Reads what a process prints while waiting for something else. Does not know whose process it is.

mod sight;
#[cfg(unix)]
mod unix;

use std::io::{self, PipeReader, Read};
use std::path::Path;
use std::time::Duration;

use sight::Sight;
#[cfg(unix)]
use unix as system;

use crate::ear::Ear;
use crate::handle::ProcessHandle;
use crate::output::Stream;

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
    /// Who wants to know what is said.
    ear: Option<&'a dyn Ear>,
}

impl<'a> Reader<'a> {
    /// Reads from `pipes`; a stream that is too long for memory goes to a file in `spool`.
    pub(super) fn new(pipes: Pipes<'a>, spool: &'a Path) -> io::Result<Self> {
        for (pipe, _) in &pipes {
            system::unblock(pipe)?;
        }
        Ok(Self { pipes, buffer: Vec::new(), spool, ear: None })
    }

    /// Tells `ear` of all that is read, too.
    pub(super) fn telling(self, ear: Option<&'a dyn Ear>) -> Self {
        Self { ear, ..self }
    }

    /// Blocks until one of `processes` has ended, there is something to read, or the time is over; reads it; and says
    /// whether one of `processes` has ended.
    pub(super) fn wait(
        &mut self,
        processes: &[&ProcessHandle],
        timeout: Option<Duration>,
    ) -> io::Result<bool> {
        let pipes = self.pipes.iter().map(|(pipe, _)| pipe);
        let (has_ended, seen) = system::wait(processes, pipes, timeout)?;
        self.read(&seen)?;
        Ok(has_ended)
    }

    /// Reads what is there now, where something was `seen`. What is closed is forgotten.
    fn read(&mut self, seen: &[Sight]) -> io::Result<()> {
        let mut failed = Ok(());
        let mut seen = seen.iter();
        self.pipes.retain_mut(|(pipe, stream)| {
            match seen.next() {
                Some(Sight::Nothing) | None => return true,
                Some(Sight::Closed) => return false,
                Some(Sight::Something) => {}
            }
            self.buffer.resize(PIPE, 0);
            let heard = |bytes: &[u8]| self.ear.iter().for_each(|ear| ear.hear(bytes));
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
