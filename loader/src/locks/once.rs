//! Work that is done once for all that need it: by one thread of this process, and by one process
//! of the machine. It does not know what the work is.
//!
//! Nothing here is needed for correctness. Without locks the work is done more than once, and
//! `make` must then be safe.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use super::lock::{Guard, Lock, Try};
use super::slot::{Glance, Slots, Turn};
use crate::backoff::Backoff;
use crate::errands::{Errand, Patience};
use crate::interface::{ImportCause, ImportEvent};
use crate::store::{Key, Store};

/// The waits between two tries of a lock.
const POLL: Backoff = Backoff::new(Duration::from_millis(5), Duration::from_millis(100));
/// How often a waiting thread checks whether its caller has cancelled.
const PULSE: Duration = Duration::from_millis(50);

/// Which import did the work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Doer {
    /// It was done before.
    Nobody,
    /// This import.
    This,
    /// Another import, while this one waited for it.
    Other,
}

/// Prevents imports of one thing from being done twice.
pub(crate) struct Once<T> {
    slots: Slots<Result<T, ImportCause>>,
    /// Whether the lack of locks was reported.
    told: AtomicBool,
}

/// What distinguishes one piece of work from another.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Keys {
    /// Threads of this process with the same key share a result.
    pub(crate) result: Key,
    /// Work with the same key never runs at the same time, in any process.
    pub(crate) lock: Key,
}

impl From<Key> for Keys {
    fn from(key: Key) -> Self {
        Self { result: key, lock: key }
    }
}

/// One piece of work.
pub(crate) trait Work {
    /// Its result.
    type Result: Clone;

    /// Checks whether it is done already. Fast, and changes nothing.
    fn look(&self) -> Result<Option<Self::Result>, ImportCause>;

    /// Does it.
    fn make(&self) -> Result<Self::Result, ImportCause>;
}

impl<T: Clone> Once<T> {
    pub(crate) fn new() -> Self {
        Self { slots: Slots::new(), told: AtomicBool::new(false) }
    }

    /// Checks, waits for another one that does the work, checks again, or does the work.
    pub(crate) fn run(
        &self,
        store: &Store,
        keys: Keys,
        errand: &Errand<'_>,
        work: &dyn Work<Result = T>,
    ) -> Result<(T, Doer), ImportCause> {
        if let Some(done) = work.look()? {
            return Ok((done, Doer::Nobody));
        }
        let mut patience = None;
        loop {
            let slot = match self.slots.claim(keys.result) {
                Turn::Mine(owner) => {
                    drop(patience.take());
                    let result = self.run_alone(store, keys.lock, errand, work);
                    // The callers of the others have not cancelled.
                    if !matches!(result, Err(ImportCause::Cancelled)) {
                        owner.finish(result.clone().map(|(done, _)| done));
                    }
                    return result;
                }
                Turn::Reentered => return Err(ImportCause::Reentered),
                Turn::Theirs(slot) => slot,
            };
            let patience = patience.get_or_insert_with(|| Patience::new(errand));
            loop {
                let limit = patience.allow(PULSE, || Lock::new(store.lock(keys.lock)).holder())?;
                match slot.wait(limit) {
                    Glance::Pending => {}
                    Glance::Abandoned => break,
                    Glance::Known(result) => return Ok((result?, Doer::Other)),
                }
            }
        }
    }

    /// Like `run`, for the one thread of this process that does the work.
    fn run_alone(
        &self,
        store: &Store,
        key: Key,
        errand: &Errand<'_>,
        work: &dyn Work<Result = T>,
    ) -> Result<(T, Doer), ImportCause> {
        let _guard = match self.lock(store, key, errand, work)? {
            Claim::Held(guard) => guard,
            Claim::Done(result) => return Ok((result, Doer::Other)),
        };
        // The previous holder of the lock has probably done it.
        if let Some(done) = work.look()? {
            return Ok((done, Doer::Other));
        }
        errand.step_in();
        errand.check()?;
        Ok((work.make()?, Doer::This))
    }

    /// Waits for the lock or for the result: a stuck holder must not delay work that is done.
    fn lock(
        &self,
        store: &Store,
        key: Key,
        errand: &Errand<'_>,
        work: &dyn Work<Result = T>,
    ) -> Result<Claim<T>, ImportCause> {
        let path = store.lock(key);
        let mut lock = Lock::new(path.clone());
        let mut patience = None;
        let mut polls = 0;
        loop {
            let tried =
                lock.attempt(&errand.settings.command).map_err(ImportCause::disk("lock", &path))?;
            match tried {
                Try::Held(guard) => return Ok(Claim::Held(Some(guard))),
                Try::Busy => {}
                Try::Unsupported(error) => {
                    errand.note_unlocked();
                    if !self.told.swap(true, Ordering::Relaxed) {
                        let cause = &error.to_string();
                        errand.tell(&ImportEvent::Unlocked { cause });
                    }
                    return Ok(Claim::Held(None));
                }
            }
            let patience = patience.get_or_insert_with(|| Patience::new(errand));
            if let Some(done) = work.look()? {
                return Ok(Claim::Done(done));
            }
            let pause = patience.allow(errand.jitter(POLL.ceiling(polls)), || lock.holder())?;
            std::thread::sleep(pause);
            polls += 1;
        }
    }
}

/// The result of waiting for a lock.
enum Claim<T> {
    /// The lock, or the permission to go on without one.
    Held(Option<Guard>),
    /// The result.
    Done(T),
}
