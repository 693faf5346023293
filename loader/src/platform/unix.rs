//! What this crate needs from any Unix.
#![expect(clippy::disallowed_types, clippy::disallowed_methods, reason = "a platform file")]

use std::fs::{DirBuilder, File, FileType, Metadata, OpenOptions, Permissions};
use std::io;
use std::os::unix::fs::{
    DirBuilderExt, FileExt, FileTypeExt, MetadataExt, OpenOptionsExt, PermissionsExt, symlink,
};
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::ExitStatus;
use std::time::{Duration, SystemTime};

use rustix::fs::OFlags;
use rustix::io::{Errno, FdFlags, fcntl_setfd};

/// Opens what is at `path` for reading, without waiting for the other end of a pipe.
pub(crate) fn open_without_waiting(path: &Path) -> io::Result<File> {
    let flags = OFlags::NONBLOCK | OFlags::NOCTTY;
    OpenOptions::new().read(true).custom_flags(numbers(flags)).open(path)
}

/// Like `open_without_waiting`, but does not follow a link at `path`.
pub(crate) fn open_itself(path: &Path) -> io::Result<File> {
    let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK;
    OpenOptions::new().read(true).custom_flags(numbers(flags)).open(path)
}

/// Opens a file of the user for reading and writing; creates it if it does not exist. Follows no
/// link.
pub(crate) fn create_private(path: &Path) -> io::Result<File> {
    OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .custom_flags(numbers(OFlags::NOFOLLOW))
        .open(path)
}

/// Creates a new file for reading and writing. The umask applies to its mode.
pub(crate) fn create_file(path: &Path, mode: u32) -> io::Result<File> {
    OpenOptions::new().read(true).write(true).create_new(true).mode(mode).open(path)
}

/// Creates a new folder. The umask applies to its mode.
pub(crate) fn create_folder(path: &Path, mode: u32) -> io::Result<()> {
    DirBuilder::new().mode(mode).create(path)
}

/// Creates a folder with all its parents, unless it exists.
pub(crate) fn create_folders(path: &Path, mode: u32) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(mode).create(path)
}

/// Makes a symbolic link at `path`.
pub(crate) fn link(target: impl AsRef<Path>, path: &Path) -> io::Result<()> {
    symlink(target, path)
}

/// Reads at `offset`, independent of the file's position.
pub(crate) fn read_at(file: &File, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
    file.read_at(buffer, offset)
}

/// Writes all of `bytes` at `offset`.
pub(crate) fn write_at(file: &File, bytes: &[u8], offset: u64) -> io::Result<()> {
    file.write_all_at(bytes, offset)
}

/// Returns the permissions for a mode.
pub(crate) fn permissions(mode: u32) -> Permissions {
    Permissions::from_mode(mode)
}

/// Returns the mode: permissions and file type.
pub(crate) fn mode(metadata: &Metadata) -> u32 {
    metadata.mode()
}

/// Returns the permission bits of the mode.
pub(crate) fn file_mode(metadata: &Metadata) -> u32 {
    metadata.mode() & 0o7777
}

/// Returns the owner.
pub(crate) fn owner(metadata: &Metadata) -> u32 {
    metadata.uid()
}

/// Returns the effective user of this process.
pub(crate) fn user() -> u32 {
    rustix::process::geteuid().as_raw()
}

/// Returns the number of names of a file.
pub(crate) fn names(metadata: &Metadata) -> u64 {
    metadata.nlink()
}

/// Returns a number that no two existing files of one file system share.
pub(crate) fn inode(metadata: &Metadata) -> u64 {
    metadata.ino()
}

/// Returns a value that no two existing files of this machine share.
pub(crate) fn identity(metadata: &Metadata) -> (u64, u64) {
    (metadata.dev(), metadata.ino())
}

/// Returns the modification time, in seconds and nanoseconds.
pub(crate) fn written(metadata: &Metadata) -> (i64, i64) {
    (metadata.mtime(), metadata.mtime_nsec())
}

/// Returns when a file or its metadata last changed; `None` before 1970.
pub(crate) fn changed(metadata: &Metadata) -> Option<SystemTime> {
    let seconds = Duration::from_secs(metadata.ctime().try_into().ok()?);
    let nanoseconds = Duration::from_nanos(metadata.ctime_nsec().try_into().ok()?);
    Some(SystemTime::UNIX_EPOCH + seconds + nanoseconds)
}

pub(crate) fn is_pipe(kind: FileType) -> bool {
    kind.is_fifo()
}

pub(crate) fn is_socket(kind: FileType) -> bool {
    kind.is_socket()
}

/// Keeps an open file open in the program that this process becomes by `exec`.
pub(crate) fn outlive_exec(file: &File) -> io::Result<()> {
    Ok(fcntl_setfd(file, FdFlags::empty())?)
}

/// Whether the error says that there are no locks here, and not another problem. EBADF is NFS
/// without lock service; 524 is the kernel's ENOTSUPP, which leaks from Lustre and GPFS.
pub(crate) fn lacks_locks(error: &io::Error) -> bool {
    const ENOTSUPP: i32 = 524;
    error.raw_os_error().is_some_and(|code| {
        code == ENOTSUPP
            || [
                Errno::NOLCK,
                Errno::NOSYS,
                Errno::NOTSUP,
                Errno::OPNOTSUPP,
                Errno::BADF,
                Errno::INVAL,
            ]
            .iter()
            .any(|errno| errno.raw_os_error() == code)
    })
}

/// Returns the name of this machine.
pub(crate) fn host_name() -> String {
    rustix::system::uname().nodename().to_string_lossy().into_owned()
}

/// Returns the signal that killed a process, if one did.
pub(crate) fn signal(status: ExitStatus) -> Option<i32> {
    status.signal()
}

fn numbers(flags: OFlags) -> i32 {
    flags.bits().cast_signed()
}
