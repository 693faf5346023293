//! The beginning of a file, which tells nearly everything about it. It does not know what it tells.

use std::io;

use crate::files::ReadAt;

/// How much of a file is read first. In nearly every library, the header and the program headers are within one page.
pub(super) const HEAD: usize = 4096;

/// Reads the beginning into `buffer`. For a short file the result is shorter.
pub(super) fn read<'b>(bytes: &dyn ReadAt, buffer: &'b mut [u8; HEAD]) -> io::Result<&'b [u8]> {
    let length = bytes.fill_at(buffer, 0)?;
    Ok(&buffer[..length])
}
