//! Bytes that can be read at any offset. It does not know what they are.

use std::fs::File;
use std::io;

use crate::platform;

/// Bytes that can be read at any offset: an open file, or a slice in tests.
pub(crate) trait ReadAt {
    /// Reads at `offset`, as `pread` does.
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize>;

    /// Reads until `buffer` is full or the bytes end, and returns how many there were.
    fn fill_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        // No file is that long, and the system rejects such an offset.
        if offset > i64::MAX as u64 - buffer.len() as u64 {
            return Ok(0);
        }
        let mut filled = 0;
        while filled < buffer.len() {
            match self.read_at(&mut buffer[filled..], offset + filled as u64) {
                Ok(0) => break,
                Ok(count) => filled += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(filled)
    }
}

impl ReadAt for File {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        platform::read_at(self, buffer, offset)
    }
}
