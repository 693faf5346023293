//! What this crate needs from Linux.
#![expect(clippy::disallowed_types, clippy::disallowed_methods, reason = "a platform file")]

use std::fs::{self, File};
use std::io;
use std::os::fd::AsRawFd;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use rustix::fs::{
    AtFlags, CWD, Mode, OFlags, RenameFlags, ioctl_ficlone, linkat, open, renameat_with,
};
use rustix::io::Errno;

/// Chooses the signal that a lease sends (`asm-generic/fcntl.h`; the `libc` crate leaves it out).
const F_SETSIG: libc::c_int = 10;

/// Opens a file without a name, for reading and writing.
pub(crate) fn unnamed(directory: &Path, mode: u32) -> io::Result<File> {
    let flags = OFlags::TMPFILE | OFlags::RDWR | OFlags::CLOEXEC;
    Ok(open(directory, flags, Mode::from_raw_mode(mode))?.into())
}

/// Whether an error of [`unnamed`] says that the file system or the kernel does not support such files.
pub(crate) fn lacks_unnamed(error: &io::Error) -> bool {
    // EISDIR and ENOENT are how kernels before 3.11 misread the flag; ENOENT of a directory that is really missing comes back
    // from the named way.
    error.kind() == io::ErrorKind::Unsupported
        || [Errno::OPNOTSUPP, Errno::ISDIR, Errno::NOENT, Errno::INVAL]
            .iter()
            .any(|errno| error.raw_os_error() == Some(errno.raw_os_error()))
}

/// Gives a name to a file without one, unless something already has the name.
pub(crate) fn name_unnamed(file: &File, path: &Path) -> io::Result<()> {
    let from = format!("/proc/self/fd/{}", file.as_raw_fd());
    Ok(linkat(CWD, from, CWD, path, AtFlags::SYMLINK_FOLLOW)?)
}

/// Exchanges two names in one step.
pub(crate) fn exchange(one: &Path, other: &Path) -> io::Result<()> {
    Ok(renameat_with(CWD, one, CWD, other, RenameFlags::EXCHANGE)?)
}

/// Flushes a file or a folder to the disk.
pub(crate) fn flush(file: &File) -> io::Result<()> {
    file.sync_all()
}

/// Flushes what was written so far to the disk.
pub(crate) fn flush_early(file: &File) -> io::Result<()> {
    file.sync_data()
}

/// Shares the content of `from` with `to`, until either is written to, and returns `to`; unchanged if the file system cannot
/// share.
pub(crate) fn share(from: &File, to: File, _path: Option<&Path>) -> Result<File, File> {
    match ioctl_ficlone(&to, from) {
        Ok(()) => Ok(to),
        Err(_) => Err(to),
    }
}

/// Whether any process has an open file open for writing. The file must be open for reading only. `None` if the file system has
/// no leases, or if the file belongs to another user.
///
/// Uses a read lease: the kernel grants it only if no process has the file open for writing (fcntl(2), "Leases"). It covers the
/// whole machine, unlike /proc, which shows only the user's own processes.
pub(crate) fn has_writer(file: &File) -> Option<bool> {
    // If a process begins to write while the lease is held, the kernel sends a signal. The default is SIGIO, which ends a
    // process; SIGURG is ignored by default.
    let lease = || {
        control(file, F_SETSIG, libc::SIGURG)?;
        control(file, libc::F_SETLEASE, libc::F_RDLCK)
    };
    match lease() {
        Ok(()) => {
            // Closing the file would end it, too.
            control(file, libc::F_SETLEASE, libc::F_UNLCK).ok();
            Some(false)
        }
        Err(error) if error.kind() == io::ErrorKind::WouldBlock => Some(true),
        Err(_) => None,
    }
}

#[expect(unsafe_code, reason = "no safe wrapper knows leases")]
fn control(file: &File, command: libc::c_int, argument: libc::c_int) -> io::Result<()> {
    // SAFETY: the descriptor is open as long as `file` lives, and both commands take an integer and touch no memory.
    let result = unsafe { libc::fcntl(file.as_raw_fd(), command, argument) };
    if result == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
}

/// Returns the processes that hold a lock on a file. A line is `1: FLOCK  ADVISORY  READ 4242 08:01:131 0 EOF`, with `->` after
/// the number for a process that waits.
pub(crate) fn lock_holders(path: &Path) -> Vec<u32> {
    let Ok(metadata) = fs::metadata(path) else { return Vec::new() };
    let inode = metadata.ino().to_string();
    let locks = fs::read_to_string("/proc/locks").unwrap_or_default();
    let pid = |line: &str| {
        let words: Vec<&str> = line.split_whitespace().collect();
        let [_, "FLOCK", _, _, pid, file, ..] = words.as_slice() else { return None };
        (file.rsplit(':').next() == Some(&inode)).then(|| pid.parse().ok()).flatten()
    };
    locks.lines().filter_map(pid).collect()
}

/// Returns the command line of a process.
pub(crate) fn command_of(pid: u32) -> String {
    let words = fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
    String::from_utf8_lossy(&words).trim_end_matches('\0').replace('\0', " ")
}

/// Returns the parent of a process.
pub(crate) fn parent_of(pid: u32) -> Option<u32> {
    let status = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name in parentheses may hold anything.
    status.rsplit_once(')')?.1.split_whitespace().nth(1)?.parse().ok()
}
