//! What this crate needs from macOS, where files always have names, and the system does not say which process writes to one.
#![expect(clippy::disallowed_types, clippy::disallowed_methods, reason = "a platform file")]

use std::ffi::CString;
use std::fs::{self, File, Permissions};
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use libc::{c_char, c_int, c_void};
use rustix::fs::{
    CWD, CloneFlags, RenameFlags, fclonefileat, fcntl_fullfsync, fsync, renameat_with,
};
use rustix::io::Errno;

/// Any process (`sys/proc_info.h`; the `libc` crate leaves it out).
const PROC_ALL_PIDS: u32 = 1;
/// The maximum number of processes to ask for.
const HOLDERS: usize = 256;

/// Fails: there are no files without a name.
pub(crate) fn unnamed(_directory: &Path, _mode: u32) -> io::Result<File> {
    Err(io::ErrorKind::Unsupported.into())
}

/// Whether an error of [`unnamed`] says that there are no such files.
pub(crate) fn lacks_unnamed(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::Unsupported
}

/// There are none.
pub(crate) fn name_unnamed(_file: &File, _path: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

/// Exchanges two names in one step.
pub(crate) fn exchange(one: &Path, other: &Path) -> io::Result<()> {
    Ok(renameat_with(CWD, one, CWD, other, RenameFlags::EXCHANGE)?)
}

/// Flushes a file or a folder to the disk, and also out of the disk's own memory if the file system supports it.
pub(crate) fn flush(file: &File) -> io::Result<()> {
    match fcntl_fullfsync(file) {
        Err(Errno::NOTSUP | Errno::OPNOTSUPP | Errno::INVAL | Errno::NOTTY | Errno::NOSYS) => {
            Ok(fsync(file)?)
        }
        flushed => Ok(flushed?),
    }
}

/// Begins to flush what was written so far to the disk.
pub(crate) fn flush_early(file: &File) -> io::Result<()> {
    Ok(fsync(file)?)
}

/// Replaces `to`, which has the name `path`, by a file that shares the content of `from` until either is written to. Returns `to`
/// if that is not possible. The new file gets the mode of `to`. From `from` it gets only the content and the attributes that the
/// file system keeps with it: what probe has stored has no quarantine mark.
pub(crate) fn share(from: &File, to: File, path: Option<&Path>) -> Result<File, File> {
    let permissions = to.metadata().map(|metadata| metadata.permissions());
    let (Some(path), Ok(permissions)) = (path, permissions) else { return Err(to) };
    let mut passing = path.as_os_str().to_owned();
    passing.push("-clone");
    let passing = PathBuf::from(passing);
    if fclonefileat(from, CWD, &passing, CloneFlags::NOOWNERCOPY).is_err() {
        return Err(to);
    }
    replace(&passing, path, &permissions).map_err(|_| {
        fs::remove_file(&passing).ok();
        to
    })
}

/// Puts a new, locked file into the place of another one, so that no process removes it as litter.
fn replace(new: &Path, path: &Path, permissions: &Permissions) -> io::Result<File> {
    let file = File::open(new)?;
    file.try_lock().ok();
    file.set_permissions(Permissions::from_mode(permissions.mode() & 0o7777))?;
    fs::rename(new, path)?;
    Ok(file)
}

/// Unknown on this system.
pub(crate) fn has_writer(_file: &File) -> Option<bool> {
    None
}

/// Returns the processes that have the file of a lock open, except this one: the holder, and those that wait.
pub(crate) fn lock_holders(path: &Path) -> Vec<u32> {
    let Ok(path) = CString::new(path.as_os_str().as_bytes()) else { return Vec::new() };
    let mut found = [0; HOLDERS];
    let bytes = processes_with(&path, &mut found);
    let count = usize::try_from(bytes).unwrap_or(0) / size_of::<c_int>();
    let pids = found.iter().take(count).filter_map(|&pid| u32::try_from(pid).ok());
    pids.filter(|pid| *pid != 0 && *pid != std::process::id()).collect()
}

#[expect(unsafe_code, reason = "no safe wrapper asks who has a file open")]
fn processes_with(path: &CString, found: &mut [c_int; HOLDERS]) -> c_int {
    unsafe extern "C" {
        /// From `libproc.h`; the `libc` crate leaves it out. Returns how many bytes it has written.
        fn proc_listpidspath(
            kind: u32,
            kind_info: u32,
            path: *const c_char,
            path_flags: u32,
            buffer: *mut c_void,
            size: c_int,
        ) -> c_int;
    }
    let size = size_of_val(found) as c_int;
    // SAFETY: the path ends with a zero and lives as long as the call, and no more than `size` bytes are written to `found`, which
    // has them.
    unsafe {
        proc_listpidspath(PROC_ALL_PIDS, 0, path.as_ptr(), 0, found.as_mut_ptr().cast(), size)
    }
}

/// Returns the program of a process, without its arguments.
#[expect(unsafe_code, reason = "no safe wrapper asks for it")]
pub(crate) fn command_of(pid: u32) -> String {
    let mut path = [0_u8; libc::PROC_PIDPATHINFO_MAXSIZE as usize];
    let Ok(pid) = c_int::try_from(pid) else { return String::new() };
    // SAFETY: no more bytes are written than `path` has.
    let length = unsafe { libc::proc_pidpath(pid, path.as_mut_ptr().cast(), path.len() as u32) };
    let length = usize::try_from(length).unwrap_or(0).min(path.len());
    String::from_utf8_lossy(&path[..length]).into_owned()
}

/// Returns the parent of a process; after the parent's end, the process that adopted it.
#[expect(unsafe_code, reason = "no safe wrapper asks for it")]
pub(crate) fn parent_of(pid: u32) -> Option<u32> {
    let pid = c_int::try_from(pid).ok()?;
    // SAFETY: the structure is of numbers alone, for which zeros are a value.
    let mut info: libc::proc_bsdinfo = unsafe { std::mem::zeroed() };
    let size = size_of_val(&info) as c_int;
    let place = (&raw mut info).cast();
    // SAFETY: no more than `size` bytes are written to `info`, which has them.
    let written = unsafe { libc::proc_pidinfo(pid, libc::PROC_PIDTBSDINFO, 0, place, size) };
    (written == size).then_some(info.pbi_ppid)
}
