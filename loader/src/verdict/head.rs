//! The beginning of a file, by which nearly everything about it is told. It does not know what it tells.

use std::io;

use crate::files::ReadAt;

/// How much of a file is read first. The header and the program headers of nearly every library are within one page.
pub(super) const HEAD: usize = 4096;

/// Reads the beginning into `buffer`; of a short file it is shorter.
pub(super) fn read<'b>(bytes: &dyn ReadAt, buffer: &'b mut [u8; HEAD]) -> io::Result<&'b [u8]> {
    let length = bytes.fill_at(buffer, 0)?;
    Ok(&buffer[..length])
}
