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

/// A number as the system's calls take it.
pub(crate) fn pid(id: ProcessId) -> Pid {
    let number = i32::try_from(id.number()).ok().and_then(Pid::from_raw);
    number.expect("the number of a process fits into 31 bits")
}

/// Blocks until a descriptor is readable or the time is over, and says whether it is.
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

/// Signals a group. That it is gone already is no error: its leader is about to be reaped.
pub(crate) fn signal_group(group: ProcessId, signal: Signal) {
    if let Some(signal) = rustix::process::Signal::from_named_raw(signal.number()) {
        let _ = kill_process_group(pid(group), signal);
    }
}

/// Signals a process; nothing happens if it is gone.
pub(crate) fn signal_process(id: ProcessId, signal: Signal) {
    if let Some(signal) = rustix::process::Signal::from_named_raw(signal.number()) {
        let _ = kill_process(pid(id), signal);
    }
}

/// Stops this process, until somebody lets it go on.
pub fn stop_myself() {
    // A process may do that.
    let _ = kill_process(getpid(), rustix::process::Signal::STOP);
}

/// Ends this process without anything that is usually done at the end.
pub(crate) fn exit_at_once(code: i32) -> ! {
    signal_hook::low_level::exit(code)
}

/// Whether there is a terminal that a process could want.
pub(crate) fn has_terminal() -> bool {
    // Not opened for long: whoever has it open could be told to leave it.
    File::open("/dev/tty").is_ok()
}

/// Whether somebody may execute the file.
pub(crate) fn is_executable(file: &Metadata) -> bool {
    file.permissions().mode() & 0o111 != 0
}

/// Makes a directory for this user alone.
pub(crate) fn make_private(directory: &Path) -> io::Result<()> {
    DirBuilder::new().mode(PRIVATE).create(directory)
}

/// Whether a directory is as [`make_private`] has made it.
pub(crate) fn is_private(directory: &Metadata) -> bool {
    directory.permissions().mode() & 0o7777 == PRIVATE
}

/// Takes a directory of this user back: what is in it may be removed.
pub(crate) fn make_removable(directory: &Path) {
    // Of the user's own directories this fails for none.
    let _ = fs::set_permissions(directory, Permissions::from_mode(PRIVATE));
}

/// What a failure to start a program means.
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

/// Opens a file that all users may open, and makes it if it is not there. Follows no link.
#[cfg(any(target_os = "macos", test))]
pub(crate) fn open_for_all(path: &Path) -> io::Result<File> {
    use rustix::fs::{Mode, OFlags, open};

    let flags = OFlags::RDONLY | OFlags::CREATE | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    Ok(File::from(open(path, flags, Mode::RUSR | Mode::WUSR | Mode::RGRP | Mode::ROTH)?))
}

/// Whether an open file is the one that is at `path`.
#[cfg(any(target_os = "macos", test))]
pub(crate) fn is_same_file(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;

    let identity = |file: Metadata| (file.dev(), file.ino());
    let (open, named) = (file.metadata(), path.symlink_metadata());
    open.is_ok_and(|open| named.is_ok_and(|named| identity(open) == identity(named)))
}

/// Makes a symbolic link.
#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "a platform file")]
pub(crate) fn link(target: &Path, path: &Path) {
    std::os::unix::fs::symlink(target, path).expect("nothing is there");
}

/// Gives a file or a directory this mode.
#[cfg(test)]
pub(crate) fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, Permissions::from_mode(mode)).expect("it is this user's");
}

/// The number of a file.
#[cfg(test)]
pub(crate) fn inode(file: &Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::ino(file)
}
