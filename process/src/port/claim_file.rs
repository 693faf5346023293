//! Claims on ports where socket names are not unique on the machine: a file for each port, which all users find, locked while
//! the claim lives. A process that ends loses the lock. The file is removed with the claim, or by the next one.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use crate::system::{is_same_file, open_for_all};

/// The claim of one probe on a port.
#[derive(Debug)]
pub(super) struct Claim {
    path: PathBuf,
    _file: File,
}

impl Claim {
    /// Fails if another process has the claim, or if the file cannot be created.
    pub(super) fn take(directory: &Path, port: u16) -> io::Result<Self> {
        let path = directory.join(format!("probe-port-{port}"));
        loop {
            let file = open_for_all(&path)?;
            match file.try_lock() {
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => return Err(io::ErrorKind::AddrInUse.into()),
                Err(TryLockError::Error(error)) => return Err(error),
            }
            // A process that gives up a claim removes the file that it has locked. Then this file is no claim any more.
            if is_same_file(&file, &path) {
                return Ok(Self { path, _file: file });
            }
        }
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        // For another user's file this fails if the directory protects it. The file costs nothing.
        let _ = fs::remove_file(&self.path);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_has_one_claim_that_leaves_nothing() {
        let directory = tempfile::tempdir().expect("a directory");
        let take = |port| Claim::take(directory.path(), port);
        let claim = take(20_000).expect("it is free");
        assert_eq!(take(20_000).expect_err("taken").kind(), io::ErrorKind::AddrInUse);
        let other = take(20_001).expect("another one");
        drop((claim, other));
        assert_eq!(fs::read_dir(directory.path()).expect("list").count(), 0);
        // Whoever was killed has left a file, and no lock.
        fs::write(directory.path().join("probe-port-20000"), "").expect("write");
        take(20_000).expect("it is free again");
    }

    #[test]
    fn of_many_that_want_one_port_one_has_it() {
        let directory = tempfile::tempdir().expect("a directory");
        let held = std::sync::atomic::AtomicUsize::new(0);
        std::thread::scope(|threads| {
            for _ in 0..8 {
                threads.spawn(|| {
                    for _ in 0..200 {
                        let Ok(claim) = Claim::take(directory.path(), 1) else { continue };
                        assert_eq!(held.fetch_add(1, std::sync::atomic::Ordering::SeqCst), 0);
                        held.fetch_sub(1, std::sync::atomic::Ordering::SeqCst);
                        drop(claim);
                    }
                });
            }
        });
    }

    #[test]
    fn a_link_is_not_followed() {
        let directory = tempfile::tempdir().expect("a directory");
        let target = directory.path().join("target");
        fs::write(&target, "mine").expect("write");
        crate::unix::link(&target, &directory.path().join("probe-port-7"));
        Claim::take(directory.path(), 7).expect_err("it is a link");
    }
}
