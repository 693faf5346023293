//! The system calls behind drafts on Unix.

use std::fs::File;
use std::io;
use std::path::Path;

/// Opens a file without a name for reading and writing.
#[cfg(target_os = "linux")]
pub(super) fn unnamed(directory: &Path, mode: u32) -> io::Result<File> {
    use rustix::fs::{Mode, OFlags};

    let flags = OFlags::TMPFILE | OFlags::RDWR | OFlags::CLOEXEC;
    let file = rustix::fs::open(directory, flags, Mode::from_raw_mode(mode))?;
    Ok(file.into())
}

/// Files without a name are Linux's.
#[cfg(not(target_os = "linux"))]
pub(super) fn unnamed(_: &Path, _: u32) -> io::Result<File> {
    Err(io::ErrorKind::Unsupported.into())
}

/// Whether an error of [`unnamed`] says that the file system, or the kernel, has no such files.
pub(super) fn lacks_unnamed(error: &io::Error) -> bool {
    use rustix::io::Errno;

    // EISDIR and ENOENT are how kernels before 3.11 misread the flag; ENOENT of a directory that is really missing comes back
    // from the named way.
    error.kind() == io::ErrorKind::Unsupported
        || [Errno::OPNOTSUPP, Errno::ISDIR, Errno::NOENT, Errno::INVAL]
            .iter()
            .any(|errno| error.raw_os_error() == Some(errno.raw_os_error()))
}

/// Gives a file without a name one, unless something has it.
#[cfg(target_os = "linux")]
pub(super) fn link(file: &File, path: &Path) -> io::Result<()> {
    use std::os::fd::AsRawFd;

    use rustix::fs::{AtFlags, CWD};

    let from = format!("/proc/self/fd/{}", file.as_raw_fd());
    rustix::fs::linkat(CWD, from, CWD, path, AtFlags::SYMLINK_FOLLOW)?;
    Ok(())
}

/// Never reached, since no file is without a name.
#[cfg(not(target_os = "linux"))]
pub(super) fn link(_: &File, _: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}
