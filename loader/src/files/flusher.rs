//! Flushes a large file to the disk while it is written, so that the flush at its end is short. It
//! does not know what is written.

use std::fs::File;
use std::io;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{self, JoinHandle};

use crate::platform;

/// How much is written between two flushes, in bytes: a disk needs a fraction of a second for it.
const STRIDE: u64 = 32 << 20;

/// Flushes one file from a separate thread, when the file is large enough to be worth it.
pub(crate) struct Flusher<'a> {
    file: &'a File,
    pending: u64,
    worker: Option<Worker>,
}

struct Worker {
    wakes: SyncSender<()>,
    thread: JoinHandle<io::Result<()>>,
}

impl<'a> Flusher<'a> {
    pub(crate) fn new(file: &'a File) -> Self {
        Self { file, pending: 0, worker: None }
    }

    /// Reports that `count` more bytes were written.
    ///
    /// # Errors
    ///
    /// Fails if the file cannot be opened a second time.
    pub(crate) fn wrote(&mut self, count: usize) -> io::Result<()> {
        self.pending += count as u64;
        if self.pending < STRIDE {
            return Ok(());
        }
        let worker = match &mut self.worker {
            Some(worker) => worker,
            none => none.insert(Worker::start(self.file)?),
        };
        // If one flush runs and another one waits, no further request is needed.
        if worker.wakes.try_send(()).is_ok() {
            self.pending = 0;
        }
        Ok(())
    }

    /// Waits for the flush in progress.
    ///
    /// # Errors
    ///
    /// Fails if a flush failed: the system reports that only once, and not again to the last flush.
    pub(crate) fn finish(self) -> io::Result<()> {
        let Some(Worker { wakes, thread }) = self.worker else {
            return Ok(());
        };
        drop(wakes);
        thread.join().unwrap_or_else(|_| Err(io::Error::other("the flushing thread panicked")))
    }
}

impl Worker {
    fn start(file: &File) -> io::Result<Self> {
        let file = file.try_clone()?;
        let (wakes, woken): (_, Receiver<()>) = sync_channel(1);
        let thread = thread::spawn(move || {
            woken.into_iter().try_for_each(|()| platform::flush_early(&file))
        });
        Ok(Self { wakes, thread })
    }
}

#[cfg(test)]
#[expect(clippy::disallowed_types, reason = "a test takes a pipe for a file")]
mod tests {
    use super::*;

    #[test]
    fn a_large_file_is_flushed_and_a_small_one_has_no_thread() {
        let file = tempfile::NamedTempFile::new().expect("a file");
        let mut flusher = Flusher::new(file.as_file());
        flusher.wrote(1000).expect("write");
        assert!(flusher.worker.is_none());
        flusher.wrote(STRIDE as usize).expect("write");
        assert!(flusher.worker.is_some());
        flusher.finish().expect("flush");
    }

    #[test]
    fn a_failed_flush_is_told_at_the_end() {
        // A pipe cannot be flushed.
        let (_reader, writer) = io::pipe().expect("a pipe");
        let file = File::from(std::os::fd::OwnedFd::from(writer));
        let mut flusher = Flusher::new(&file);
        flusher.wrote(STRIDE as usize).expect("write");
        assert!(flusher.finish().is_err());
    }
}
