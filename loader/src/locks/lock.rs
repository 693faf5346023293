//! Locks between processes: one guard type over `fslock`, and the record of the process that holds
//! a lock. It does not know what is protected. No lock is needed for correctness: it only saves
//! work.
//!
//! Shared locks come from the standard library, because `fslock` has none; both use `flock`.
//!
//! Only `open`, `try_lock` and `unlock` of `fslock` are used: its `lock` has no deadline and fails
//! on a signal, and its `…_with_pid` calls damage the record of the next holder.

use std::fs::{File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use fslock::LockFile;

use crate::interface::Holder;
use crate::platform::{self, create_private, lacks_locks};

/// The length of a holder's record, in bytes: less than a page, so that one write replaces all of
/// it.
const RECORD: usize = 1024;
/// How much of the holder's command is recorded, in characters.
const COMMAND: usize = 200;

/// The result of a try.
pub(crate) enum Try {
    /// The lock is held as long as the guard lives.
    Held(Guard),
    /// Another process or thread holds it.
    Busy,
    /// The file system has no locks.
    Unsupported(io::Error),
}

/// A held lock.
pub(crate) struct Guard(Handle);

enum Handle {
    Own(#[expect(dead_code, reason = "held, not read")] LockFile),
    /// `fslock` has no shared locks; these are the same locks on the same kind of file.
    Shareable(File),
    /// Released.
    Nothing,
}

/// How to hold a lock that may be shared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    Shared,
    Alone,
}

impl Guard {
    /// Releases the lock, and keeps its file open for the next try.
    pub(crate) fn release(mut self) -> Option<File> {
        match std::mem::replace(&mut self.0, Handle::Nothing) {
            Handle::Shareable(file) => file.unlock().is_ok().then_some(file),
            Handle::Own(_) | Handle::Nothing => None,
        }
    }

    /// Keeps the lock alive in the program that this process becomes by `exec`.
    pub(crate) fn outlive_exec(&self) -> io::Result<()> {
        match &self.0 {
            Handle::Shareable(file) => platform::outlive_exec(file),
            Handle::Own(_) | Handle::Nothing => Ok(()),
        }
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        // Explicit unlocking also ends the lock of a copy of the handle in a forked process. If it fails, closing unlocks.
        // `fslock` does the same by itself.
        if let Handle::Shareable(file) = &self.0 {
            file.unlock().ok();
        }
    }
}

/// Tries once to get a lock that may be shared.
pub(crate) fn attempt(path: &Path, mode: Mode) -> io::Result<Try> {
    attempt_on(create_private(path)?, mode)
}

/// Like `attempt`, with a file that is already open.
pub(crate) fn attempt_on(file: File, mode: Mode) -> io::Result<Try> {
    let tried = match mode {
        Mode::Shared => file.try_lock_shared(),
        Mode::Alone => file.try_lock(),
    };
    match tried {
        Ok(()) => Ok(Try::Held(Guard(Handle::Shareable(file)))),
        Err(TryLockError::WouldBlock) => Ok(Try::Busy),
        Err(TryLockError::Error(error)) if lacks_locks(&error) => Ok(Try::Unsupported(error)),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

/// A permanent lock file.
pub(crate) struct Lock {
    path: PathBuf,
    file: Option<LockFile>,
}

impl Lock {
    pub(crate) fn new(path: PathBuf) -> Self {
        Self { path, file: None }
    }

    /// Tries once, and records this process as the holder on success.
    pub(crate) fn attempt(&mut self, command: &str) -> io::Result<Try> {
        match self.attempt_quietly() {
            Ok(Some(guard)) => {
                // For messages only: a record that cannot be written is an unknown holder.
                record_holder(&self.sidecar(), command).ok();
                Ok(Try::Held(guard))
            }
            Ok(None) => Ok(Try::Busy),
            Err(error) if lacks_locks(&error) => Ok(Try::Unsupported(error)),
            Err(error) => Err(error),
        }
    }

    /// Tries once, and records no holder. A lack of locks is an error.
    pub(crate) fn attempt_quietly(&mut self) -> io::Result<Option<Guard>> {
        let mut file = match self.file.take() {
            Some(file) => file,
            None => open(&self.path)?,
        };
        if file.try_lock()? {
            return Ok(Some(Guard(Handle::Own(file))));
        }
        self.file = Some(file);
        Ok(None)
    }

    /// Returns the holder as it describes itself; `None` if that cannot be read.
    pub(crate) fn holder(&self) -> Option<Holder> {
        let mut record = [0; RECORD];
        let file = File::open(self.sidecar()).ok()?;
        let length = platform::read_at(&file, &mut record, 0).ok()?;
        serde_json::from_slice(record[..length].trim_ascii_end()).ok()
    }

    fn sidecar(&self) -> PathBuf {
        self.path.with_extension("holder")
    }
}

/// Opens a lock file, which must not be a symbolic link, because unlocking empties the file.
fn open(path: &Path) -> io::Result<LockFile> {
    create_private(path)?;
    LockFile::open(path)
}

#[expect(clippy::disallowed_methods, reason = "whoever waits is told since when")]
fn record_holder(path: &Path, command: &str) -> io::Result<()> {
    let holder = Holder {
        pid: std::process::id(),
        host: platform::host_name(),
        command: command.chars().take(COMMAND).collect(),
        since: SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs()),
    };
    let mut record = serde_json::to_vec(&holder)?;
    record.resize(RECORD, b' ');
    platform::write_at(&create_private(path)?, &record, 0)
}

#[cfg(test)]
#[expect(clippy::disallowed_types, reason = "a test copies a handle as a fork does")]
mod tests {
    use std::os::fd::{BorrowedFd, OwnedFd};

    use super::*;

    fn lock() -> (tempfile::TempDir, PathBuf) {
        let directory = tempfile::tempdir().expect("directory");
        let path = directory.path().join("lock");
        (directory, path)
    }

    #[test]
    fn a_held_lock_is_busy_until_its_guard_is_dropped_and_stays_on_disk() {
        let (_directory, path) = lock();
        let (mut one, mut other) = (Lock::new(path.clone()), Lock::new(path.clone()));
        let Try::Held(guard) = one.attempt("probe run").expect("lock") else {
            panic!("a new lock is free");
        };
        assert!(matches!(other.attempt("").expect("lock"), Try::Busy));
        let holder = other.holder().expect("holder");
        assert_eq!(holder.pid, std::process::id());
        assert_eq!(holder.command, "probe run");
        drop(guard);
        assert!(matches!(other.attempt("").expect("lock"), Try::Held(_)));
        assert!(path.exists());
    }

    /// Returns a copy of the handle on the lock file, as a forked process has it: it keeps the lock
    /// alive unless the lock is released explicitly.
    #[expect(unsafe_code, reason = "a handle is copied that nobody gives away, as a fork does")]
    fn copy_of_handle(path: &Path) -> OwnedFd {
        let handle = std::fs::read_dir("/proc/self/fd").expect("list").find_map(|entry| {
            let entry = entry.ok()?;
            let is_it = std::fs::read_link(entry.path()).is_ok_and(|target| target == path);
            is_it.then(|| entry.file_name().to_str()?.parse().ok()).flatten()
        });
        // SAFETY: the guard has it open.
        let handle = unsafe { BorrowedFd::borrow_raw(handle.expect("it is open")) };
        handle.try_clone_to_owned().expect("copy")
    }

    #[test]
    fn a_lock_ends_with_its_guard_though_a_forked_process_has_a_copy_of_the_handle() {
        type Take = fn(&Path) -> io::Result<Try>;
        let ways: [(&str, Take); 3] = [
            ("own", |path| Lock::new(path.to_owned()).attempt("")),
            ("alone", |path| attempt(path, Mode::Alone)),
            ("shared", |path| attempt(path, Mode::Shared)),
        ];
        for (name, take) in ways {
            for is_released in [false, true] {
                let (_directory, path) = lock();
                let Try::Held(guard) = take(&path).expect("lock") else {
                    panic!("a new lock is free");
                };
                let _copy = copy_of_handle(&path);
                let busy = attempt(&path, Mode::Alone).expect("lock");
                assert!(matches!(busy, Try::Busy), "{name}");
                let _kept = if is_released {
                    guard.release()
                } else {
                    drop(guard);
                    None
                };
                let free = attempt(&path, Mode::Alone).expect("lock");
                assert!(matches!(free, Try::Held(_)), "{name}, released: {is_released}");
            }
        }
    }

    #[test]
    fn a_shorter_record_leaves_nothing_of_a_longer_one() {
        let (_directory, path) = lock();
        let mut lock = Lock::new(path);
        for command in ["a command with a long name", "b"] {
            assert!(matches!(lock.attempt(command).expect("lock"), Try::Held(_)));
            assert_eq!(lock.holder().expect("holder").command, command);
        }
    }

    #[test]
    fn an_unreadable_record_is_an_unknown_holder() {
        let (_directory, path) = lock();
        std::fs::write(path.with_extension("holder"), "{\"pid\":").expect("write");
        assert_eq!(Lock::new(path).holder(), None);
    }

    #[test]
    fn a_lock_behind_a_symbolic_link_is_refused_and_its_target_untouched() {
        let (directory, path) = lock();
        let victim = directory.path().join("victim");
        std::fs::write(&victim, "precious").expect("write");
        platform::link(&victim, &path).expect("link");
        assert!(Lock::new(path).attempt("").is_err());
        assert_eq!(std::fs::read(&victim).expect("read"), b"precious");
    }

    #[test]
    fn a_record_behind_a_symbolic_link_is_not_written_and_its_target_untouched() {
        let (directory, path) = lock();
        let victim = directory.path().join("victim");
        std::fs::write(&victim, "precious").expect("write");
        platform::link(&victim, &path.with_extension("holder")).expect("link");
        assert!(matches!(Lock::new(path).attempt("probe run").expect("lock"), Try::Held(_)));
        assert_eq!(std::fs::read(&victim).expect("read"), b"precious");
    }

    #[test]
    fn only_errors_that_mean_no_locks_are_taken_for_that() {
        for (code, lacks) in [
            (37, true),
            (38, true),
            (95, true),
            (524, true),
            (9, true),
            (22, true),
            (13, false),
            (5, false),
            (28, false),
            (40, false),
        ] {
            assert_eq!(lacks_locks(&io::Error::from_raw_os_error(code)), lacks, "{code}");
        }
    }
}
