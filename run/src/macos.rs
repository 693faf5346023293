//! What this crate needs of macOS beyond the standard library.

use std::convert::Infallible;
use std::ffi::OsStr;
use std::fs::File;
use std::io;
use std::path::Path;

/// macOS cannot give an unnamed file a name again.
pub(crate) fn give_name(_file: &File, _to: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

/// Reports writes in folders. Not available: the system's FSEvents reports whole trees, late, and without counts.
pub(crate) struct Ear(Infallible);

/// An event in a folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(dead_code, reason = "nothing is heard here")]
pub(crate) enum Sound {
    /// A file was written and closed, or got its name.
    Written,
    /// A folder was created.
    Folder,
}

impl Ear {
    /// Always fails.
    pub(crate) fn new() -> io::Result<Self> {
        Err(io::ErrorKind::Unsupported.into())
    }

    pub(crate) fn add(&self, _folder: &Path) -> io::Result<i32> {
        match self.0 {}
    }

    pub(crate) fn listen(&self, _heard: impl FnMut(i32, Sound, &OsStr)) {
        match self.0 {}
    }

    pub(crate) fn end(&self) {
        match self.0 {}
    }
}
