//! The directories that tests may write into: one for each slot, empty for every test.
//!
//! A directory that a test left empty serves the next one, since making one costs half as much as starting a process. What
//! a test has written is removed before its end is told, so that no other test finds the disk full of it. Does not know
//! who writes what into them.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use crate::system::{is_private, make_private, make_removable};

/// What the directories of services are below, beside those of the slots.
const SERVICES: &str = "services";

/// The directories of one run, removed when this is dropped.
#[derive(Debug)]
pub struct Scratch {
    root: PathBuf,
    /// How many directories could not be removed, and were renamed.
    aside: AtomicU64,
}

impl Scratch {
    /// Directories below `root`, which does not exist yet, and is made when the first one is asked for.
    pub fn new(root: PathBuf) -> Self {
        Self { root, aside: AtomicU64::new(0) }
    }

    /// What the directories are below.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Where the directory of `slot` is, or will be.
    pub fn place(&self, slot: usize) -> PathBuf {
        self.root.join(slot.to_string())
    }

    /// The directory of `slot`, empty. Nobody else may use that slot until [`clear`](Self::clear).
    ///
    /// # Errors
    ///
    /// When it cannot be made.
    pub fn slot(&self, slot: usize) -> io::Result<PathBuf> {
        let directory = self.place(slot);
        match state(&directory) {
            State::Fresh => return Ok(directory),
            State::Missing => {}
            State::Used => self.put_away(&directory)?,
        }
        match make_private(&directory) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                // Two slots may want it at once.
                let _ = make_private(&self.root);
                make_private(&directory)?;
            }
            made => made?,
        }
        Ok(directory)
    }

    /// Removes what whoever had `slot` has written.
    pub fn clear(&self, slot: usize) {
        let directory = self.place(slot);
        if let State::Used = state(&directory) {
            // What stays is told of when somebody wants the directory.
            let _ = self.put_away(&directory);
        }
    }

    /// The directory of a service, empty.
    ///
    /// # Errors
    ///
    /// When it cannot be made.
    pub fn service(&self, name: &str) -> io::Result<PathBuf> {
        let services = self.root.join(SERVICES);
        // Somebody else may make them at the same time.
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

    /// Where a socket of a service may be, beside its directory.
    pub fn beside_service(&self, name: &str) -> PathBuf {
        self.root.join(SERVICES).join(format!("{name}.notify"))
    }

    /// Removes what a service has written.
    pub fn clear_service(&self, name: &str) {
        remove(&self.root.join(SERVICES).join(name));
    }

    /// Removes a directory; one of which something cannot be removed is renamed.
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
    /// As it was made.
    Fresh,
    /// Something was written into it, or it was changed itself.
    Used,
    Missing,
}

fn state(directory: &Path) -> State {
    let Ok(meta) = directory.symlink_metadata() else { return State::Missing };
    let is_empty = || fs::read_dir(directory).is_ok_and(|mut entries| entries.next().is_none());
    if meta.is_dir() && is_private(&meta) && is_empty() { State::Fresh } else { State::Used }
}

/// Removes a directory with all that is in it, read-only directories too (package caches have them). What cannot be
/// removed stays.
pub(super) fn remove(directory: &Path) {
    if fs::remove_dir_all(directory).is_ok() {
        return;
    }
    if !directory.is_dir() {
        // Somebody has put a file there.
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
