//! Where a service stands: a directory with its files, and what their locks mean.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use probe_loader::Sha256;

use super::record::{End, Record};

/// Held by the caretaker, to its end.
const TENDED: &str = "tended";
/// Held by all who use the service; by the caretaker alone when it ends.
const USED: &str = "used";
/// Held by whoever starts a caretaker.
const STARTING: &str = "starting";
/// There while the service stays without a user.
const KEPT: &str = "kept";
/// What is known of it, while it is ready.
const RECORD: &str = "record.json";
/// How it ended.
const END: &str = "end.json";
/// What it prints, and what its caretaker says.
const LOG: &str = "log";
/// Between two tries at a lock.
const PAUSE: Duration = Duration::from_millis(10);
/// Tries of a caretaker at its own lock, which somebody may hold for a moment to see whether there is one.
const TRIES: u32 = 200;

/// Where a service stands, or may.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    directory: PathBuf,
}

/// The caretaker's hold on the place.
#[derive(Debug)]
pub(crate) struct Tending {
    _lock: File,
}

impl Place {
    /// That of a service of the project at `root`, in a store.
    pub(crate) fn of(store: &Path, root: &Path, name: &str) -> Self {
        let digest = Sha256::of(root.as_os_str().as_encoded_bytes()).to_string();
        let project = digest.chars().filter(char::is_ascii_hexdigit).take(16).collect::<String>();
        Self { directory: store.join("services").join(project).join(name) }
    }

    /// Whether a service may stand here.
    pub(crate) fn exists(&self) -> bool {
        self.directory.is_dir()
    }

    /// Makes the directory.
    ///
    /// # Errors
    ///
    /// It cannot be made.
    pub(crate) fn make(&self) -> io::Result<()> {
        fs::create_dir_all(&self.directory)
    }

    /// What the service prints, and what its caretaker says.
    pub(crate) fn log(&self) -> PathBuf {
        self.directory.join(LOG)
    }

    /// Whether a caretaker is there.
    ///
    /// # Errors
    ///
    /// The lock cannot be asked.
    pub(crate) fn is_tended(&self) -> io::Result<bool> {
        match self.file(TENDED)?.try_lock_shared() {
            Ok(()) => Ok(false),
            Err(TryLockError::WouldBlock) => Ok(true),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }

    /// Becomes the caretaker; `None` if there is one.
    ///
    /// # Errors
    ///
    /// The lock cannot be taken.
    pub(crate) fn tend(&self) -> io::Result<Option<Tending>> {
        let lock = self.file(TENDED)?;
        for _ in 0..TRIES {
            match lock.try_lock() {
                Ok(()) => return Ok(Some(Tending { _lock: lock })),
                Err(TryLockError::WouldBlock) => std::thread::sleep(PAUSE),
                Err(TryLockError::Error(error)) => return Err(error),
            }
        }
        Ok(None)
    }

    /// Uses the service, whoever else does; waits while it ends. `None` if the caller has given up.
    ///
    /// # Errors
    ///
    /// The lock cannot be taken.
    pub(crate) fn use_it(&self, is_given_up: &dyn Fn() -> bool) -> io::Result<Option<File>> {
        take(self.file(USED)?, is_given_up, File::try_lock_shared)
    }

    /// Starts a caretaker, which nobody else does meanwhile. `None` if the caller has given up.
    ///
    /// # Errors
    ///
    /// The lock cannot be taken.
    pub(crate) fn starting(&self, is_given_up: &dyn Fn() -> bool) -> io::Result<Option<File>> {
        take(self.file(STARTING)?, is_given_up, File::try_lock)
    }

    /// Takes the service for itself, if nobody uses it: whoever wants to use it waits until the file is closed.
    pub(crate) fn end_use(&self) -> Option<File> {
        let file = self.file(USED).ok()?;
        file.try_lock().is_ok().then_some(file)
    }

    /// Whether somebody uses the service; not while it ends.
    pub(crate) fn is_used(&self) -> bool {
        let Ok(file) = self.file(USED) else { return false };
        file.try_lock().is_err() && file.try_lock_shared().is_ok()
    }

    /// Whether the service stays without a user.
    pub(crate) fn is_kept(&self) -> bool {
        self.directory.join(KEPT).exists()
    }

    /// From now on the service stays without a user.
    ///
    /// # Errors
    ///
    /// That cannot be written down.
    pub(crate) fn keep(&self) -> io::Result<()> {
        self.file(KEPT).map(drop)
    }

    /// From now on it ends with its last user.
    pub(crate) fn keep_no_more(&self) {
        // It may not have been kept.
        let _ = fs::remove_file(self.directory.join(KEPT));
    }

    /// What is known of the service, if it is ready.
    pub(crate) fn record(&self) -> Option<Record> {
        serde_json::from_slice(&fs::read(self.directory.join(RECORD)).ok()?).ok()
    }

    /// Writes down that it is ready.
    ///
    /// # Errors
    ///
    /// It cannot be written.
    pub(crate) fn write_record(&self, record: &Record) -> io::Result<()> {
        self.write(RECORD, &serde_json::to_vec_pretty(record)?)
    }

    /// It is ready no more.
    pub(crate) fn forget_record(&self) {
        let _ = fs::remove_file(self.directory.join(RECORD));
    }

    /// How it ended, if that is known.
    pub(crate) fn end(&self) -> Option<End> {
        serde_json::from_slice(&fs::read(self.directory.join(END)).ok()?).ok()
    }

    /// Writes down how it ended.
    pub(crate) fn write_end(&self, end: &End) {
        // Who finds none says so.
        let _ = serde_json::to_vec(end).map(|json| self.write(END, &json));
    }

    /// Removes what an earlier caretaker has left, who may have been killed.
    pub(crate) fn clear(&self) {
        for name in [RECORD, END, KEPT, LOG] {
            let _ = fs::remove_file(self.directory.join(name));
        }
    }

    fn file(&self, name: &str) -> io::Result<File> {
        let path = self.directory.join(name);
        OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path)
    }

    /// Whole, or not at all.
    fn write(&self, name: &str, bytes: &[u8]) -> io::Result<()> {
        let file = tempfile::NamedTempFile::new_in(&self.directory)?;
        fs::write(file.path(), bytes)?;
        file.persist(self.directory.join(name))?;
        Ok(())
    }
}

fn take(
    file: File,
    is_given_up: &dyn Fn() -> bool,
    attempt: fn(&File) -> Result<(), TryLockError>,
) -> io::Result<Option<File>> {
    loop {
        match attempt(&file) {
            Ok(()) => return Ok(Some(file)),
            Err(TryLockError::WouldBlock) if is_given_up() => return Ok(None),
            Err(TryLockError::WouldBlock) => std::thread::sleep(PAUSE),
            Err(TryLockError::Error(error)) => return Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_caretaker_ends_only_when_nobody_uses_what_it_tends() {
        let store = tempfile::tempdir().expect("a temporary directory");
        let place = Place::of(store.path(), Path::new("/project"), "thing");
        place.make().expect("it is made");
        let never = || false;
        assert!(!place.is_tended().expect("it can be asked"));
        let tending = place.tend().expect("it can be asked").expect("nobody tends it");
        assert!(place.is_tended().expect("it can be asked"));
        let one = place.use_it(&never).expect("it can be asked").expect("it is free");
        let other = place.use_it(&never).expect("it can be asked").expect("it is shared");
        drop(one);
        assert!(place.end_use().is_none(), "the other one uses it");
        drop(other);
        let ending = place.end_use().expect("nobody uses it");
        assert!(place.use_it(&|| true).expect("it can be asked").is_none(), "it is ending");
        drop((ending, tending));
        assert!(!place.is_tended().expect("it can be asked"));
        assert!(place.use_it(&|| true).expect("it can be asked").is_some());
    }
}
