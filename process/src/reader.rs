//! Reads the output of a process while waiting for something else. Does not know whose process it is.

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

/// The largest number of bytes to read at once: the size of a pipe.
const PIPE: usize = 64 * 1024;

/// Pipes, and the streams that receive their content.
pub(super) type Pipes<'a> = Vec<(PipeReader, &'a mut Stream)>;

/// Reads from pipes until they are closed.
pub(super) struct Reader<'a> {
    pipes: Pipes<'a>,
    /// Empty until there is something to read: many tests print nothing.
    buffer: Vec<u8>,
    spool: &'a Path,
    /// Receives the output, too.
    ear: Option<&'a dyn Ear>,
}

impl<'a> Reader<'a> {
    /// Reads from `pipes`. A stream that is too long for memory goes to a file in `spool`.
    pub(super) fn new(pipes: Pipes<'a>, spool: &'a Path) -> io::Result<Self> {
        for (pipe, _) in &pipes {
            system::unblock(pipe)?;
        }
        Ok(Self { pipes, buffer: Vec::new(), spool, ear: None })
    }

    /// Passes everything that is read to `ear`, too.
    pub(super) fn telling(self, ear: Option<&'a dyn Ear>) -> Self {
        Self { ear, ..self }
    }

    /// Blocks until one of `processes` has ended, there is something to read, or the time is over. Reads what is there, and
    /// returns whether one of `processes` has ended.
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

    /// Reads what is available from the pipes in which something was `seen`. Drops closed pipes.
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

/// Reads what is available and passes it on, but at most as much as a pipe holds: the other stream or the end of the process
/// may wait.
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
                    // A process that goes on printing finds the pipe closed, and usually ends.
                    return Ok(State::Closed);
                }
                heard(&buffer[..read]);
                left = left.saturating_sub(read);
                // A short read emptied the pipe; another read would only confirm that.
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
