//! What a process that lives has made of what has no inputs to tell by: good for others as long as it lives. It does not know what
//! was made.

use std::collections::BTreeMap;
use std::time::Duration;

use parking_lot::Mutex;

use super::lock::{self, Guard, Mode, Try};
use crate::store::{Key, Store};

/// Whoever looks holds the lock for a moment, so that one try may fail.
const TRIES: usize = 5;

/// What this loader has made.
#[derive(Default)]
pub(crate) struct Living(Mutex<BTreeMap<Key, Guard>>);

impl Living {
    /// Says that this process has made it. If another one that has made it before lives as well, that says the same.
    pub(crate) fn say(&self, store: &Store, key: Key) {
        let mut living = self.0.lock();
        for _ in 0..TRIES {
            if living.contains_key(&key) {
                return;
            }
            match lock::attempt(&store.lock(key), Mode::Alone) {
                Ok(Try::Held(guard)) => drop(living.insert(key, guard)),
                // Without locks everybody makes it anew.
                Ok(Try::Unsupported(_)) | Err(_) => return,
                Ok(Try::Busy) => std::thread::sleep(Duration::from_millis(1)),
            }
        }
    }

    /// Lets what is said live on in the program that this process becomes.
    pub(crate) fn outlive_exec(&self) -> std::io::Result<()> {
        self.0.lock().values().try_for_each(Guard::outlive_exec)
    }
}

/// Whether a process lives that has made it.
pub(crate) fn is_said(store: &Store, key: Key) -> bool {
    let path = store.lock(key);
    path.exists() && matches!(lock::attempt(&path, Mode::Shared), Ok(Try::Busy))
}
