//! The directories that tests may write into: one for each slot, empty for every test.
//!
//! A directory that a test left empty serves the next one, since making one costs half as much as starting a process.
//! One with something in it is renamed, and removed in the background. Does not know who writes what into them.

use std::fs::{self, DirBuilder, Permissions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::JoinHandle;

use crossbeam_channel::{Sender, unbounded};

/// Only the user's own processes look into it.
const MODE: u32 = 0o700;

/// The directories of one run, removed when this is dropped.
#[derive(Debug)]
pub(crate) struct Scratch {
    root: PathBuf,
    /// How many directories have been renamed.
    used: AtomicU64,
    /// Started with the first of them; `None` if that failed, for want of threads.
    remover: OnceLock<Option<Remover>>,
}

/// The thread that removes what was used.
#[derive(Debug)]
struct Remover {
    asked: Sender<PathBuf>,
    thread: JoinHandle<()>,
}

impl Scratch {
    /// Directories below `root`, which does not exist yet, and is made when the first one is asked for.
    pub(crate) fn new(root: PathBuf) -> Self {
        Self { root, used: AtomicU64::new(0), remover: OnceLock::new() }
    }

    /// What the directories are below.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// The directory of `slot`, empty. Nobody else may use that slot meanwhile.
    ///
    /// # Errors
    ///
    /// When it cannot be made.
    pub(crate) fn slot(&self, slot: usize) -> io::Result<PathBuf> {
        let directory = self.root.join(slot.to_string());
        match state(&directory) {
            State::Fresh => return Ok(directory),
            State::Missing => {}
            State::Used => {
                let number = self.used.fetch_add(1, Ordering::Relaxed);
                let aside = self.root.join(format!("used-{number}"));
                fs::rename(&directory, &aside)?;
                match self.remover.get_or_init(Remover::start) {
                    // The thread ends only with this sender, and does nothing that panics.
                    Some(remover) => drop(remover.asked.send(aside)),
                    None => remove(&aside),
                }
            }
        }
        let make = |directory: &Path| DirBuilder::new().mode(MODE).create(directory);
        match make(&directory) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                // Two slots may want it at once.
                let _ = make(&self.root);
                make(&directory)?;
            }
            made => made?,
        }
        Ok(directory)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        if let Some(Remover { asked, thread }) = self.remover.take().flatten() {
            drop(asked);
            // The thread does nothing that panics.
            let _ = thread.join();
        }
        remove(&self.root);
    }
}

impl Remover {
    fn start() -> Option<Self> {
        let (asked, directories) = unbounded::<PathBuf>();
        let thread = std::thread::Builder::new()
            .name("scratch".to_owned())
            .spawn(move || directories.iter().for_each(|directory| remove(&directory)))
            .ok()?;
        Some(Self { asked, thread })
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
    if meta.is_dir() && meta.permissions().mode() & 0o7777 == MODE && is_empty() {
        State::Fresh
    } else {
        State::Used
    }
}

/// Removes a directory with all that is in it, read-only directories too (package caches have them). What cannot be
/// removed stays.
pub(super) fn remove(directory: &Path) {
    if fs::remove_dir_all(directory).is_ok() || !directory.exists() {
        return;
    }
    let mut directories = vec![directory.to_owned()];
    while let Some(directory) = directories.pop() {
        // Of the user's own directories this fails for none.
        let _ = fs::set_permissions(&directory, Permissions::from_mode(MODE));
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
        let inode = |path: &Path| {
            std::os::unix::fs::MetadataExt::ino(&path.metadata().expect("it is there"))
        };
        // Whatever may get the number of an inode that is free again, it is not free while this is open.
        let open = fs::File::open(&directory).expect("open");
        let first = inode(&directory);
        assert_eq!(inode(&scratch.slot(3).expect("keep")), first);
        for change in [
            |directory: &Path| fs::write(directory.join("file"), "x").expect("write"),
            |directory: &Path| {
                fs::set_permissions(directory, Permissions::from_mode(0o500)).expect("chmod");
            },
            |directory: &Path| fs::remove_dir(directory).expect("remove"),
            |directory: &Path| {
                fs::remove_dir(directory).expect("remove");
                fs::write(directory, "a file").expect("write");
            },
        ] {
            change(&directory);
            let directory = scratch.slot(3).expect("make another");
            assert!(matches!(state(&directory), State::Fresh));
        }
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
            fs::set_permissions(root.join(name), Permissions::from_mode(0o500)).expect("chmod");
        }
        remove(&root);
        assert!(!root.exists());
    }
}
