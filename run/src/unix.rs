//! What this crate needs of Unix beyond the standard library.

#![expect(clippy::disallowed_types, reason = "a platform file")]

use std::fs::{File, Metadata};
use std::io;
use std::os::unix::fs::{FileExt, MetadataExt};

/// Reads a part of a file, independently of other readers.
pub(crate) fn read_at(file: &File, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
    file.read_at(buffer, offset)
}

/// The permissions of a file: nine bits, and three special ones.
pub(crate) fn mode(metadata: &Metadata) -> u32 {
    metadata.mode() & 0o7777
}
