//! What files and folders at places have in common: the key of their record, what killed processes left beside them, and how to
//! recognise an unfinished copy. It does not know what belongs there.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use crate::files::litter;
use crate::store::Key;

/// The version of records.
pub(super) const FORMAT: u32 = 1;

/// The result for a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Put {
    /// The library was there; nothing changed.
    Before,
    /// This import put it there.
    Anew,
}

/// Returns the key of a place's record and lock.
pub(crate) fn key(to: &Path) -> Key {
    Key::new([b"place".as_slice(), to.as_os_str().as_encoded_bytes()])
}

/// Removes what killed processes have left beside `to` while they copied. What cannot be listed stays.
pub(super) fn tidy(to: &Path, directory: &Path) {
    litter::sweep(directory, &litter::prefix_of(to)).ok();
}

/// Whether `file` is an unfinished copy of the file at `whole`: cut, or with holes where nothing is written yet.
pub(super) fn is_unfinished(file: &mut File, whole: &Path) -> io::Result<bool> {
    const CHUNK: u64 = 64 * 1024;

    io::Seek::rewind(file)?;
    let mut whole = File::open(whole)?;
    loop {
        let (mut part, mut expected) = (Vec::new(), Vec::new());
        file.by_ref().take(CHUNK).read_to_end(&mut part)?;
        if part.is_empty() {
            return Ok(true);
        }
        whole.by_ref().take(part.len() as u64).read_to_end(&mut expected)?;
        let unfinished = part.len() == expected.len()
            && part.iter().zip(&expected).all(|(byte, right)| byte == right || *byte == 0);
        if !unfinished {
            return Ok(false);
        }
    }
}
