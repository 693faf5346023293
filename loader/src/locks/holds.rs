//! What a loader uses of its store. It is held as long as the loader lives, so that no process prunes it meanwhile. It does not
//! know what is due for pruning.
//!
//! A loader first writes what it uses into a file of its own, which it keeps locked. *Then* it checks whether the store is being
//! pruned, and waits if so. A pruner first says that it prunes, and *then* reads what is held. So of two that meet, one sees the
//! other. No process competes for the lock on a holder's file: it only shows that the holder lives.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use parking_lot::Mutex;

use super::lock::{Guard, Lock, Try};
use crate::digest::Sha256;
use crate::errands::{Errand, Patience};
use crate::interface::ImportCause;
use crate::store::{Key, Store, remove_file};

/// The prefix of the name of a file that is not locked yet.
pub(crate) const UNLOCKED: &str = ".new-";
/// How long to wait between two checks of a store that is being pruned.
const POLL: Duration = Duration::from_millis(20);

/// What one loader holds.
pub(crate) struct Holds(Mutex<State>);

struct State {
    file: Recorded,
    held: BTreeSet<Sha256>,
}

enum Recorded {
    NotYet,
    In(Record),
    /// No file: the store is read-only or has no locks, so no process prunes it; or its disk is full.
    Nowhere,
}

/// The file that names what is held; removed at the end.
struct Record {
    _lock: Guard,
    path: PathBuf,
    file: File,
}

impl Holds {
    pub(crate) fn new() -> Self {
        Self(Mutex::new(State { file: Recorded::NotYet, held: BTreeSet::new() }))
    }

    /// Protects the files of this digest from pruning from now on. Returns whether they were not held before.
    ///
    /// # Errors
    ///
    /// Fails if the store is being pruned for longer than the lock timeout, or if the caller cancels.
    pub(crate) fn hold(
        &self,
        store: &Store,
        errand: &Errand<'_>,
        digest: Sha256,
    ) -> Result<bool, ImportCause> {
        {
            let mut state = self.0.lock();
            if state.held.contains(&digest) {
                return Ok(false);
            }
            state.record(store, digest);
        }
        await_pruning(store, errand)?;
        Ok(self.0.lock().held.insert(digest))
    }
}

impl State {
    fn record(&mut self, store: &Store, digest: Sha256) {
        if let Recorded::NotYet = self.file {
            self.file = Record::create(&store.holds()).map_or(Recorded::Nowhere, Recorded::In);
        }
        if let Recorded::In(record) = &mut self.file {
            // If it cannot be recorded, today's use protects it.
            record.file.write_all(format!("{digest}\n").as_bytes()).ok();
        }
    }
}

impl Record {
    /// Creates the file under a name that no process looks at, because a process that finds an unlocked one removes it.
    fn create(directory: &Path) -> io::Result<Self> {
        let (file, path) =
            tempfile::Builder::new().prefix(UNLOCKED).tempfile_in(directory)?.into_parts();
        let lock = Lock::new(path.to_path_buf()).attempt_quietly()?;
        let lock = lock.ok_or(io::ErrorKind::WouldBlock)?;
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let published = directory.join(name.trim_start_matches(UNLOCKED));
        path.persist_noclobber(&published)?;
        Ok(Self { _lock: lock, path: published, file })
    }
}

impl Drop for Record {
    fn drop(&mut self) {
        // If it stays, a pruner finds it unlocked.
        fs::remove_file(&self.path).ok();
    }
}

/// Returns the lock of the process that prunes a store.
pub(crate) fn pruning_lock(store: &Store) -> Lock {
    Lock::new(store.lock(Key::new([b"prune".as_slice()])))
}

/// Waits until no process prunes the store. Removes the marker of a pruner that was killed.
fn await_pruning(store: &Store, errand: &Errand<'_>) -> Result<(), ImportCause> {
    let marker = store.pruning();
    let mut lock = pruning_lock(store);
    let mut patience = None;
    while fs::symlink_metadata(&marker).is_ok() {
        match lock.attempt(&errand.settings.command) {
            Ok(Try::Held(_guard)) => {
                fs::remove_file(&marker).ok();
                return Ok(());
            }
            Ok(Try::Busy) => {}
            // No process can prune this store, or not from here.
            Ok(Try::Unsupported(_)) => return Ok(()),
            Err(error) => match error.kind() {
                io::ErrorKind::ReadOnlyFilesystem | io::ErrorKind::PermissionDenied => {
                    return Ok(());
                }
                _ => return Err(ImportCause::disk("lock", &marker)(error)),
            },
        }
        let patience = patience.get_or_insert_with(|| Patience::new(errand));
        std::thread::sleep(patience.allow(POLL, || lock.holder())?);
    }
    Ok(())
}

/// Returns what live loaders hold, in this process too. Removes what dead ones left. The caller must hold the pruning lock.
///
/// # Errors
///
/// Fails if a file cannot be read, or if there are no locks: then it is unknown which loaders live.
pub(crate) fn held(store: &Store) -> io::Result<BTreeSet<Sha256>> {
    let mut held = BTreeSet::new();
    for entry in fs::read_dir(store.holds())? {
        let entry = entry?;
        if entry.file_name().to_string_lossy().starts_with(UNLOCKED) {
            continue;
        }
        let path = entry.path();
        match Lock::new(path.clone()).attempt_quietly()? {
            // Its owner may remove it first if it ends at this moment.
            Some(_dead) => remove_file(&path)?,
            None => held.extend(read(&path)?),
        }
    }
    Ok(held)
}

/// Reads a file that its owner may be writing to.
fn read(path: &Path) -> io::Result<Vec<Sha256>> {
    loop {
        let text = match fs::read_to_string(path) {
            Ok(text) => text,
            // Its owner has ended.
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(error),
        };
        // A line is written in one step, but a reader may see it in two parts.
        if text.is_empty() || text.ends_with('\n') {
            return Ok(text.lines().filter_map(|line| line.parse().ok()).collect());
        }
        std::thread::yield_now();
    }
}
