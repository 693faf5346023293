//! What a live process has made without inputs to compare: other processes may use it as long as that process lives. It does not
//! know what was made.

use std::collections::BTreeMap;
use std::time::Duration;

use parking_lot::Mutex;

use super::lock::{self, Guard, Mode, Try};
use crate::store::{Key, Store};

/// A process that looks holds the lock for a moment, so one try may fail.
const TRIES: usize = 5;

/// What this loader has made.
#[derive(Default)]
pub(crate) struct Living(Mutex<BTreeMap<Key, Guard>>);

impl Living {
    /// Says that this process has made it. If another live process has made it before, its lock says the same.
    pub(crate) fn say(&self, store: &Store, key: Key) {
        let mut living = self.0.lock();
        for _ in 0..TRIES {
            if living.contains_key(&key) {
                return;
            }
            match lock::attempt(&store.lock(key), Mode::Alone) {
                Ok(Try::Held(guard)) => drop(living.insert(key, guard)),
                // Without locks each process makes it again.
                Ok(Try::Unsupported(_)) | Err(_) => return,
                Ok(Try::Busy) => std::thread::sleep(Duration::from_millis(1)),
            }
        }
    }

    /// Keeps the records in the program that this process becomes by `exec`.
    pub(crate) fn outlive_exec(&self) -> std::io::Result<()> {
        self.0.lock().values().try_for_each(Guard::outlive_exec)
    }
}

/// Whether a live process has made it.
pub(crate) fn is_said(store: &Store, key: Key) -> bool {
    let path = store.lock(key);
    path.exists() && matches!(lock::attempt(&path, Mode::Shared), Ok(Try::Busy))
}
