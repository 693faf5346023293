//! What this crate asks of Linux.

#![expect(clippy::disallowed_types, reason = "a platform file")]

use std::fs::File;
use std::io;
use std::os::fd::AsRawFd;
use std::path::Path;

use rustix::fs::{AtFlags, CWD, linkat};

/// Gives an unnamed file its name; fails where that would lie in another file system.
pub(crate) fn give_name(file: &File, to: &Path) -> io::Result<()> {
    let unnamed = format!("/proc/self/fd/{}", file.as_raw_fd());
    linkat(CWD, unnamed, CWD, to, AtFlags::SYMLINK_FOLLOW)?;
    Ok(())
}
