//! What this crate asks of Linux, and that needs no room of its own.
#![expect(clippy::disallowed_types, reason = "a platform file")]

use std::fs::File;
use std::io;
use std::path::Path;

use rustix::fs::{Mode, OFlags, open};

/// A file without a name in `directory`, which can be given one later.
pub(crate) fn unnamed_file(directory: &Path) -> io::Result<File> {
    let flags = OFlags::TMPFILE | OFlags::RDWR | OFlags::CLOEXEC;
    Ok(File::from(open(directory, flags, Mode::RUSR | Mode::WUSR)?))
}
