//! What this crate needs of Unix and fits in no file of its own.
#![expect(clippy::disallowed_types, reason = "a platform file")]

use std::fs::{self, DirBuilder, File, Metadata, Permissions};
use std::io;
use std::os::fd::BorrowedFd;
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::ExitStatus;
use std::time::Instant;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use rustix::process::{Pid, getpid, kill_process, kill_process_group};

use crate::process_id::ProcessId;
use crate::refusal::Refusal;
use crate::signal::Signal;

/// Only the user's own processes look into such a directory.
const PRIVATE: u32 = 0o700;

/// A process number in the form that system calls take.
pub(crate) fn pid(id: ProcessId) -> Pid {
    let number = i32::try_from(id.number()).ok().and_then(Pid::from_raw);
    number.expect("the number of a process fits into 31 bits")
}

/// Blocks until a descriptor is readable or the time is over. Returns whether it is readable.
pub(crate) fn becomes_readable(descriptor: BorrowedFd<'_>, deadline: Instant) -> bool {
    loop {
        let left = deadline.saturating_duration_since(Instant::now());
        let left = Timespec::try_from(left).expect("seconds are few");
        let mut events = [PollFd::from_borrowed_fd(descriptor, PollFlags::IN)];
        if poll(&mut events, Some(&left)) != Err(Errno::INTR) {
            return !events[0].revents().is_empty();
        }
    }
}

/// The signal that killed a process.
pub(crate) fn killed_by(status: ExitStatus) -> Option<Signal> {
    status.signal().map(Signal::from_number)
}

/// Signals a group. It is no error if the group has ended: its leader is about to be reaped.
pub(crate) fn signal_group(group: ProcessId, signal: Signal) {
    if let Some(signal) = rustix::process::Signal::from_named_raw(signal.number()) {
        let _ = kill_process_group(pid(group), signal);
    }
}

/// Signals a process. Does nothing if the process has ended.
pub(crate) fn signal_process(id: ProcessId, signal: Signal) {
    if let Some(signal) = rustix::process::Signal::from_named_raw(signal.number()) {
        let _ = kill_process(pid(id), signal);
    }
}

/// Stops this process until another one continues it.
pub fn stop_myself() {
    // A process may always stop itself.
    let _ = kill_process(getpid(), rustix::process::Signal::STOP);
}

/// Ends this process without the usual work at the end.
pub(crate) fn exit_at_once(code: i32) -> ! {
    signal_hook::low_level::exit(code)
}

/// Whether there is a terminal that a process could want.
pub(crate) fn has_terminal() -> bool {
    // Not kept open: a process that has it open could be told to leave it.
    File::open("/dev/tty").is_ok()
}

/// Whether any user may execute the file.
pub(crate) fn is_executable(file: &Metadata) -> bool {
    file.permissions().mode() & 0o111 != 0
}

/// Creates a directory that only this user may use.
pub(crate) fn make_private(directory: &Path) -> io::Result<()> {
    DirBuilder::new().mode(PRIVATE).create(directory)
}

/// Whether a directory has the mode that [`make_private`] gives it.
pub(crate) fn is_private(directory: &Metadata) -> bool {
    directory.permissions().mode() & 0o7777 == PRIVATE
}

/// Makes a directory of this user writable again, so that its content can be removed.
pub(crate) fn make_removable(directory: &Path) {
    // This never fails for the user's own directories.
    let _ = fs::set_permissions(directory, Permissions::from_mode(PRIVATE));
}

/// The meaning of a failure to start a program.
pub(crate) fn refusal(error: &io::Error) -> Refusal {
    match Errno::from_io_error(error) {
        Some(Errno::MFILE | Errno::NFILE | Errno::AGAIN | Errno::NOMEM | Errno::TXTBSY) => {
            Refusal::Passing
        }
        Some(Errno::NOENT | Errno::NOEXEC | Errno::NOTDIR) => Refusal::NoProgram,
        Some(Errno::ACCESS) => Refusal::NoAccess,
        _ => Refusal::Other,
    }
}

/// Opens a file that all users may open, and creates it if it does not exist. Follows no link.
#[cfg(any(target_os = "macos", test))]
pub(crate) fn open_for_all(path: &Path) -> io::Result<File> {
    use rustix::fs::{Mode, OFlags, open};

    let flags = OFlags::RDONLY | OFlags::CREATE | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    Ok(File::from(open(path, flags, Mode::RUSR | Mode::WUSR | Mode::RGRP | Mode::ROTH)?))
}

/// Whether an open file is still the one at `path`.
#[cfg(any(target_os = "macos", test))]
pub(crate) fn is_same_file(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;

    let identity = |file: Metadata| (file.dev(), file.ino());
    let (open, named) = (file.metadata(), path.symlink_metadata());
    open.is_ok_and(|open| named.is_ok_and(|named| identity(open) == identity(named)))
}

/// Creates a symbolic link.
#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "a platform file")]
pub(crate) fn link(target: &Path, path: &Path) {
    std::os::unix::fs::symlink(target, path).expect("nothing is there");
}

/// Sets the mode of a file or a directory.
#[cfg(test)]
pub(crate) fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, Permissions::from_mode(mode)).expect("it is this user's");
}

/// The inode number of a file.
#[cfg(test)]
pub(crate) fn inode(file: &Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::ino(file)
}
