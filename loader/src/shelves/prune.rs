//! Removes what was not used for a while. If it is killed at any moment, it leaves nothing that any process trusts.

use std::fs::{self, File};
use std::io;
use std::path::Path;
use std::time::{Duration, SystemTime};

use super::upkeep::{StoreItem, Upkeep};
use crate::files::litter::{self, PREFIX};
use crate::interface::StoreError;
use crate::locks::holds::{self, UNLOCKED};
use crate::locks::lock::Try;
use crate::store::aside::YOURS;
use crate::store::{Store, listings, remove_file, usage};

/// What a prune removed and kept.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pruned {
    /// The removed files and folders, by name and digest.
    pub removed: Vec<StoreItem>,
    /// How many files and folders it kept because a process uses them now.
    pub in_use: usize,
    /// How many it kept because they were used recently.
    pub recent: usize,
}

impl Pruned {
    /// Returns how many bytes it freed.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.removed.iter().map(|item| item.size).sum()
    }
}

/// Says that the store is being pruned, as long as this value lives.
struct Marker<'a>(&'a Store);

impl<'a> Marker<'a> {
    fn set(store: &'a Store) -> Result<Self, StoreError> {
        let path = store.pruning();
        File::create(&path).map_err(StoreError::disk("create", &path))?;
        Ok(Self(store))
    }
}

impl Drop for Marker<'_> {
    fn drop(&mut self) {
        // If it stays, the next import finds that the lock is free, and removes it.
        fs::remove_file(self.0.pruning()).ok();
    }
}

impl Upkeep {
    /// Removes everything that was not used for `unused` and that no loader uses now. Imports that start meanwhile wait until the
    /// prune ends, unless they use nothing new. They see `command` as the name of the pruning process.
    ///
    /// # Errors
    ///
    /// Fails if another process prunes the store, if its file system has no locks (then it is unknown what is in use), or if
    /// something cannot be removed.
    #[expect(clippy::disallowed_methods, reason = "what nobody has used for a while is old now")]
    pub fn prune(&self, unused: Duration, command: &str) -> Result<Pruned, StoreError> {
        let store = &self.store;
        let mut lock = holds::pruning_lock(store);
        let root = store.root();
        let _guard = match lock.attempt(command).map_err(StoreError::disk("lock", root))? {
            Try::Held(guard) => guard,
            Try::Busy => {
                let holder = lock.holder();
                return Err(StoreError::Pruning { path: root.to_owned(), holder });
            }
            Try::Unsupported(_) => return Err(StoreError::NoLocks { path: root.to_owned() }),
        };
        let _marker = Marker::set(store)?;
        let held = holds::held(store).map_err(StoreError::disk("read", &store.holds()))?;
        let now = SystemTime::now();
        let due = |time: SystemTime| now.duration_since(time).is_ok_and(|age| age >= unused);
        let mut references = self.references()?;
        let mut pruned = Pruned::default();
        for (digest, folder) in self.artefacts()? {
            let references = references.remove(&digest).unwrap_or_default();
            let items = self
                .items(digest, &folder, &references)
                .map_err(StoreError::disk("list", &folder))?;
            if held.contains(&digest) {
                pruned.in_use += items.len();
                continue;
            }
            let (last_used, _) =
                self.last_use(digest, &folder).map_err(StoreError::disk("list", &folder))?;
            if !due(last_used) {
                pruned.recent += items.len();
                continue;
            }
            // Remove the references first, so that no loader looks for a file that is gone.
            for reference in references {
                remove_file(&reference.record)
                    .map_err(StoreError::disk("remove", &reference.record))?;
            }
            remove(store, &folder).map_err(StoreError::disk("remove", &folder))?;
            usage::forget(store, digest);
            listings::forget(store, digest);
            pruned.removed.extend(items);
        }
        pruned
            .removed
            .sort_by(|one, other| (&one.name, one.digest).cmp(&(&other.name, other.digest)));
        sweep(store, &due).map_err(StoreError::disk("sweep", root))?;
        Ok(pruned)
    }
}

/// Removes a folder: in one step from the place where loaders look for it.
fn remove(store: &Store, folder: &Path) -> io::Result<()> {
    let aside = tempfile::Builder::new().prefix(PREFIX).tempdir_in(store.files())?;
    fs::rename(folder, aside.path().join("pruned"))?;
    aside.close()
}

/// Removes old damaged files that were moved aside, and what killed processes left.
fn sweep(store: &Store, due: &dyn Fn(SystemTime) -> bool) -> io::Result<()> {
    litter::sweep_old(&store.files(), PREFIX)?;
    litter::sweep_old(&store.holds(), UNLOCKED)?;
    for entry in fs::read_dir(store.damaged())? {
        let entry = entry?;
        // It is unknown whether the user's files can be made again.
        let is_users = entry.file_name().to_string_lossy().starts_with(YOURS);
        if !is_users && due(entry.metadata()?.modified()?) {
            fs::remove_dir_all(entry.path())?;
        }
    }
    Ok(())
}
