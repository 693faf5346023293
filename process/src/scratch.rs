//! The directories that tests may write into: one for each slot, empty for every test.
//!
//! A directory that a test left empty is reused, because creating one costs half as much as starting a process. What a test
//! wrote is removed before its end is reported, so that it does not fill the disk for others. Does not know who writes what.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use crate::system::{is_private, make_private, make_removable};

/// The parent of services' directories, beside the directories of the slots.
const SERVICES: &str = "services";

/// The directories of one run. Dropping this removes them.
#[derive(Debug)]
pub struct Scratch {
    root: PathBuf,
    /// The number of directories that could not be removed and were renamed.
    aside: AtomicU64,
}

impl Scratch {
    /// Uses directories below `root`. `root` does not exist yet; it is created when the first one is requested.
    pub fn new(root: PathBuf) -> Self {
        Self { root, aside: AtomicU64::new(0) }
    }

    /// The parent of all directories.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The path of the directory of `slot`, which may not exist yet.
    pub fn place(&self, slot: usize) -> PathBuf {
        self.root.join(slot.to_string())
    }

    /// Returns the empty directory of `slot`. No other test may use the slot until [`clear`](Self::clear).
    ///
    /// # Errors
    ///
    /// Fails if the directory cannot be created.
    pub fn slot(&self, slot: usize) -> io::Result<PathBuf> {
        let directory = self.place(slot);
        match state(&directory) {
            State::Fresh => return Ok(directory),
            State::Missing => {}
            State::Used => self.put_away(&directory)?,
        }
        match make_private(&directory) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                // Two slots may create it at the same time.
                let _ = make_private(&self.root);
                make_private(&directory)?;
            }
            made => made?,
        }
        Ok(directory)
    }

    /// Removes what the test in `slot` has written.
    pub fn clear(&self, slot: usize) {
        let directory = self.place(slot);
        if let State::Used = state(&directory) {
            // An error is reported when the directory is requested again.
            let _ = self.put_away(&directory);
        }
    }

    /// Returns the empty directory of a service.
    ///
    /// # Errors
    ///
    /// Fails if the directory cannot be created.
    pub fn service(&self, name: &str) -> io::Result<PathBuf> {
        let services = self.root.join(SERVICES);
        // Another thread may create them at the same time.
        let _ = make_private(&self.root);
        let _ = make_private(&services);
        let directory = services.join(name);
        match make_private(&directory) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                remove(&directory);
                make_private(&directory)?;
            }
            made => made?,
        }
        Ok(directory)
    }

    /// The path for a socket of a service, beside its directory.
    pub fn beside_service(&self, name: &str) -> PathBuf {
        self.root.join(SERVICES).join(format!("{name}.notify"))
    }

    /// Removes what a service has written.
    pub fn clear_service(&self, name: &str) {
        remove(&self.root.join(SERVICES).join(name));
    }

    /// Removes a directory, or renames it if something in it cannot be removed.
    fn put_away(&self, directory: &Path) -> io::Result<()> {
        remove(directory);
        if let State::Missing = state(directory) {
            return Ok(());
        }
        let number = self.aside.fetch_add(1, Ordering::Relaxed);
        fs::rename(directory, self.root.join(format!("used-{number}")))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        remove(&self.root);
    }
}

enum State {
    /// As it was created.
    Fresh,
    /// Something was written into it, or its own attributes changed.
    Used,
    Missing,
}

fn state(directory: &Path) -> State {
    let Ok(meta) = directory.symlink_metadata() else { return State::Missing };
    let is_empty = || fs::read_dir(directory).is_ok_and(|mut entries| entries.next().is_none());
    if meta.is_dir() && is_private(&meta) && is_empty() { State::Fresh } else { State::Used }
}

/// Removes a directory and everything in it, even read-only directories, which package caches have. Leaves what cannot be
/// removed.
pub(super) fn remove(directory: &Path) {
    if fs::remove_dir_all(directory).is_ok() {
        return;
    }
    if !directory.is_dir() {
        // A test has put a file there.
        let _ = fs::remove_file(directory);
        return;
    }
    let mut directories = vec![directory.to_owned()];
    while let Some(directory) = directories.pop() {
        make_removable(&directory);
        let entries = fs::read_dir(&directory).into_iter().flatten().flatten();
        let folders = entries.filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()));
        directories.extend(folders.map(|entry| entry.path()));
    }
    let _ = fs::remove_dir_all(directory);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slot_keeps_its_directory_while_that_is_left_empty() {
        let parent = tempfile::tempdir().expect("a temporary directory");
        let root = parent.path().join("run");
        let scratch = Scratch::new(root.clone());
        assert!(!root.exists(), "nothing is made before it is asked for");
        let directory = scratch.slot(3).expect("make");
        assert_eq!(directory, root.join("3"));
        let inode = |path: &Path| crate::unix::inode(&path.metadata().expect("it is there"));
        // Whatever may get the number of an inode that is free again, it is not free while this is open.
        let open = fs::File::open(&directory).expect("open");
        let first = inode(&directory);
        assert_eq!(inode(&scratch.slot(3).expect("keep")), first);
        for change in [
            |directory: &Path| fs::write(directory.join("file"), "x").expect("write"),
            |directory: &Path| {
                crate::unix::set_mode(directory, 0o500);
            },
            |directory: &Path| fs::remove_dir(directory).expect("remove"),
            |directory: &Path| {
                fs::remove_dir(directory).expect("remove");
                fs::write(directory, "a file").expect("write");
            },
        ] {
            change(&directory);
            scratch.clear(3);
            assert!(matches!(state(&directory), State::Missing));
            // Whoever has not cleared it up leaves that to the next one.
            scratch.slot(3).expect("make another");
            change(&directory);
            scratch.slot(3).expect("make a third");
            assert!(matches!(state(&directory), State::Fresh));
        }
        assert_eq!(fs::read_dir(&root).expect("it is there").count(), 1, "nothing is left over");
        scratch.clear(3);
        assert!(directory.exists(), "what was left empty is used again");
        assert_ne!(inode(&directory), first);
        drop((open, scratch));
        assert!(!root.exists());
    }

    #[test]
    fn read_only_directories_are_removed_too() {
        let parent = tempfile::tempdir().expect("a temporary directory");
        let root = parent.path().join("root");
        fs::create_dir_all(root.join("cache/module")).expect("create");
        fs::write(root.join("cache/module/file"), "x").expect("write");
        for name in ["cache/module", "cache"] {
            crate::unix::set_mode(&root.join(name), 0o500);
        }
        remove(&root);
        assert!(!root.exists());
    }
}
