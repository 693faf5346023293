//! Whether somebody has a file open for writing. It does not know who.
//!
//! A read lease tells: the kernel grants it only while nobody has the file open for writing (fcntl(2), "Leases"), and it looks at
//! the whole machine, unlike /proc, which shows one's own processes only.

use std::fs::File;

/// Chooses the signal that a lease sends (`asm-generic/fcntl.h`; the `libc` crate leaves it out).
#[cfg(target_os = "linux")]
const F_SETSIG: libc::c_int = 10;

/// What is known about a file's writers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Writers {
    /// Nobody has it open for writing.
    None,
    /// Somebody has.
    Some,
    /// The file system has no leases, or the file is another user's.
    Unknown,
}

/// Looks for writers of an open file, which must be open for reading only.
#[cfg(target_os = "linux")]
pub(crate) fn writers(file: &File) -> Writers {
    // Who begins to write while the lease is held makes the kernel send a signal. By default that is SIGIO, which ends a process;
    // SIGURG is ignored by default.
    let lease = || {
        control(file, F_SETSIG, libc::SIGURG)?;
        control(file, libc::F_SETLEASE, libc::F_RDLCK)
    };
    match lease() {
        Ok(()) => {
            // Closing the file would end it, too.
            control(file, libc::F_SETLEASE, libc::F_UNLCK).ok();
            Writers::None
        }
        Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => Writers::Some,
        Err(_) => Writers::Unknown,
    }
}

/// Leases are Linux's.
#[cfg(not(target_os = "linux"))]
pub(crate) fn writers(_: &File) -> Writers {
    Writers::Unknown
}

#[cfg(target_os = "linux")]
#[expect(unsafe_code, reason = "no safe wrapper knows leases")]
fn control(file: &File, command: libc::c_int, argument: libc::c_int) -> std::io::Result<()> {
    use std::os::fd::AsRawFd;

    // SAFETY: the descriptor is open as long as `file` lives, and both commands take an integer and touch no memory.
    let result = unsafe { libc::fcntl(file.as_raw_fd(), command, argument) };
    if result == 0 { Ok(()) } else { Err(std::io::Error::last_os_error()) }
}

#[cfg(test)]
#[cfg(target_os = "linux")]
mod tests {
    use std::fs::OpenOptions;

    use super::*;

    #[test]
    fn a_writer_is_seen_as_long_as_it_has_the_file_open() {
        let directory = tempfile::tempdir().expect("directory");
        let path = directory.path().join("file");
        std::fs::write(&path, "content").expect("write");
        let reader = File::open(&path).expect("open");
        assert_eq!(writers(&reader), Writers::None);
        let writer = OpenOptions::new().append(true).open(&path).expect("open");
        assert_eq!(writers(&reader), Writers::Some);
        drop(writer);
        assert_eq!(writers(&reader), Writers::None);
    }
}
