//! Whether a part of a file is only zeros. It does not know which part, or why.

use std::io;

use crate::files::ReadAt;

/// How much is read first: enough for nearly every part that is not blank.
const FIRST: usize = 64;
/// The maximum read of one part, in bytes.
const MOST: u64 = 1 << 20;

/// Whether all of the `length` bytes at `offset` that are read are zeros. If they are not, one small read usually shows it.
pub(super) fn is_blank(bytes: &dyn ReadAt, offset: u64, length: u64) -> io::Result<bool> {
    let mut buffer = vec![0; FIRST.min(usize::try_from(length).unwrap_or(FIRST))];
    let mut done = 0;
    let length = length.min(MOST);
    while done < length {
        let rest = usize::try_from(length - done).unwrap_or(buffer.len());
        let part = rest.min(buffer.len());
        let read = bytes.fill_at(&mut buffer[..part], offset.saturating_add(done))?;
        if read == 0 || buffer[..read].iter().any(|byte| *byte != 0) {
            return Ok(false);
        }
        done += read as u64;
        buffer.resize(64 << 10, 0);
    }
    Ok(length > 0)
}
