//! What an object file wants besides itself: the libraries that the system's loader must find before it can load this one. It does
//! not know where the loader looks, or whether they are there.

use std::io;

use crate::files::ReadAt;

/// No honest library needs more others.
pub(super) const MOST_NEEDED: usize = 4096;
/// The longest name that is read, in bytes: the longest path of Linux.
const LONGEST: usize = 4096;

/// What a library wants from the system's loader.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Linkage {
    /// What it calls itself (`DT_SONAME`, `LC_ID_DYLIB`).
    pub name: Option<String>,
    /// The libraries that it cannot be loaded without, as it names them (`DT_NEEDED`, `LC_LOAD_DYLIB`, the import directory).
    pub needed: Vec<String>,
    /// Where it wants the loader to look first (`DT_RUNPATH` or `DT_RPATH`, `LC_RPATH`), as it is written.
    pub search: Vec<String>,
    /// The system's loader that a program wants to be started by (`PT_INTERP`); a library rarely names one.
    pub interpreter: Option<String>,
    /// The versions that it wants of other libraries: a library's name, and a version, `GLIBC_2.34` say.
    pub wants: Vec<(String, String)>,
    /// The versions that it has itself.
    pub defines: Vec<String>,
}

/// The text at `offset`, which ends with a zero and is no longer than `limit` bytes. Nothing if it is empty or has no end.
pub(super) fn text_at(bytes: &dyn ReadAt, offset: u64, limit: u64) -> io::Result<Option<String>> {
    let mut text = vec![0; LONGEST.min(usize::try_from(limit).unwrap_or(LONGEST))];
    let length = bytes.fill_at(&mut text, offset)?;
    Ok(text_in(&text[..length]))
}

/// The text that `bytes` begin with, up to a zero.
pub(super) fn text_in(bytes: &[u8]) -> Option<String> {
    let end = bytes.iter().position(|byte| *byte == 0)?;
    (end > 0).then(|| String::from_utf8_lossy(&bytes[..end]).into_owned())
}
