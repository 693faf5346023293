//! What this crate needs of Linux and fits in no file of its own.
#![expect(clippy::disallowed_types, reason = "a platform file")]

use std::fs::File;
use std::io;
use std::path::Path;

use rustix::fs::{Mode, OFlags, StatVfsMountFlags, open, statvfs};
use signal_hook::low_level::siginfo::{Cause, Origin};

/// A pipe that is hung up and has nothing to read is closed: Linux reports hang-up alone only then.
pub(crate) const HANG_UP_IS_ALL: bool = true;

/// The peak memory of this process so far, in bytes.
pub(crate) fn own_peak() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kib: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kib * 1024)
}

/// Creates an unnamed file in `directory` that can get a name later.
pub(crate) fn unnamed_file(directory: &Path) -> io::Result<File> {
    let flags = OFlags::TMPFILE | OFlags::RDWR | OFlags::CLOEXEC;
    Ok(File::from(open(directory, flags, Mode::RUSR | Mode::WUSR)?))
}

/// Whether the file system of `path` allows neither execution nor loading of code.
pub fn is_noexec(path: &Path) -> bool {
    statvfs(path).is_ok_and(|system| system.f_flag.contains(StatVfsMountFlags::NOEXEC))
}

/// Whether a process sent a signal, and not the kernel on behalf of a terminal.
pub(crate) fn is_sent(origin: &Origin) -> bool {
    !matches!(origin.cause, Cause::Kernel)
}
