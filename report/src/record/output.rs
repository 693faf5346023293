//! The output of attempts until the end of a run, in an unnamed file, so that it takes no memory.

use std::fs::File;
use std::io::{self, Write};
use std::path::Path;

use crate::bytes::Bytes;
use crate::facts::{Printed, StreamName};
use crate::system::read_exact_at;

/// The outputs of attempts.
#[derive(Debug)]
pub(crate) struct Outputs {
    file: File,
    /// Bytes in it.
    length: u64,
}

/// A stream that is kept, or the ends of a long one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Kept {
    pub stream: StreamName,
    start: u64,
    head: usize,
    /// Bytes left out between head and tail.
    omitted: u64,
    tail: usize,
}

impl Outputs {
    pub(super) fn new(directory: &Path) -> io::Result<Self> {
        Ok(Self { file: tempfile::tempfile_in(directory)?, length: 0 })
    }

    pub(super) fn keep(&mut self, output: &[Printed<'_>]) -> io::Result<Vec<Kept>> {
        let mut kept = Vec::with_capacity(output.len());
        for Printed { stream, head, omitted, tail } in output {
            self.file.write_all(head.as_bytes())?;
            self.file.write_all(tail.as_bytes())?;
            let (start, head, tail) = (self.length, head.len(), tail.len());
            kept.push(Kept { stream: *stream, start, head, omitted: *omitted, tail });
            self.length += (head + tail) as u64;
        }
        Ok(kept)
    }

    /// The text. A line stands for the part that is left out.
    pub(super) fn text(&self, kept: &Kept) -> io::Result<String> {
        let mut bytes = vec![0; kept.head + kept.tail];
        read_exact_at(&self.file, &mut bytes, kept.start)?;
        let (head, tail) = bytes.split_at(kept.head);
        let mut text = String::from_utf8_lossy(head).into_owned();
        if kept.omitted > 0 {
            if !text.ends_with('\n') {
                text.push('\n');
            }
            text += &format!("… {} left out …\n", Bytes(kept.omitted));
        }
        text += &String::from_utf8_lossy(tail);
        Ok(text)
    }
}
