//! What else an object file needs: the libraries that the system's loader must find before it can load this one. It does not know
//! where the loader looks, or whether they are there.

use std::io;

use crate::files::ReadAt;

/// No honest library needs more libraries than this.
pub(super) const MOST_NEEDED: usize = 4096;
/// The longest name that is read, in bytes: the longest path on Linux.
const LONGEST: usize = 4096;

/// What a library needs from the system's loader.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Linkage {
    /// Its own name (`DT_SONAME`, `LC_ID_DYLIB`).
    pub name: Option<String>,
    /// The names of the libraries without which it cannot be loaded (`DT_NEEDED`, `LC_LOAD_DYLIB`, the import directory).
    pub needed: Vec<String>,
    /// Where it asks the loader to look first (`DT_RUNPATH` or `DT_RPATH`, `LC_RPATH`), unchanged.
    pub search: Vec<String>,
    /// The loader that must start a program (`PT_INTERP`); a library rarely names one.
    pub interpreter: Option<String>,
    /// The versions that it needs of other libraries: a library's name, and a version such as `GLIBC_2.34`.
    pub wants: Vec<(String, String)>,
    /// The versions that it defines.
    pub defines: Vec<String>,
}

/// Returns the text at `offset`, which ends with a zero and is at most `limit` bytes long. `None` if it is empty or has no end.
pub(super) fn text_at(bytes: &dyn ReadAt, offset: u64, limit: u64) -> io::Result<Option<String>> {
    let mut text = vec![0; LONGEST.min(usize::try_from(limit).unwrap_or(LONGEST))];
    let length = bytes.fill_at(&mut text, offset)?;
    Ok(text_in(&text[..length]))
}

/// Returns the text at the start of `bytes`, up to a zero.
pub(super) fn text_in(bytes: &[u8]) -> Option<String> {
    let end = bytes.iter().position(|byte| *byte == 0)?;
    (end > 0).then(|| String::from_utf8_lossy(&bytes[..end]).into_owned())
}
