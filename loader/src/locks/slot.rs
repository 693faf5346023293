//! One thread at a time for a key, within one process; the other threads get its result. It does
//! not know what the work is, and has no clock: the waiting thread decides how long it waits.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::thread::{self, ThreadId};
use std::time::Duration;

use parking_lot::{Condvar, Mutex};

use crate::store::Key;

/// The work in progress, by key.
pub(crate) struct Slots<T> {
    under_way: Mutex<BTreeMap<Key, Arc<Slot<T>>>>,
}

/// A piece of work in progress.
pub(crate) struct Slot<T> {
    owner: ThreadId,
    outcome: Mutex<Outcome<T>>,
    ended: Condvar,
}

enum Outcome<T> {
    Pending,
    /// The owner gave up or panicked: another thread may try.
    Abandoned,
    Known(T),
}

/// Which thread's turn it is.
pub(crate) enum Turn<'a, T> {
    /// This thread's.
    Mine(Owner<'a, T>),
    /// Another thread's.
    Theirs(Arc<Slot<T>>),
    /// This thread's already: it would wait for itself.
    Reentered,
}

/// The right to do the work. If it is dropped without [`finish`](Owner::finish), the work is
/// abandoned.
pub(crate) struct Owner<'a, T> {
    slots: &'a Slots<T>,
    key: Key,
    slot: Arc<Slot<T>>,
}

/// What a check of another thread's work shows.
pub(crate) enum Glance<T> {
    Pending,
    Abandoned,
    Known(T),
}

impl<T: Clone> Slots<T> {
    pub(crate) fn new() -> Self {
        Self { under_way: Mutex::new(BTreeMap::new()) }
    }

    pub(crate) fn claim(&self, key: Key) -> Turn<'_, T> {
        let mut under_way = self.under_way.lock();
        let me = thread::current().id();
        if let Some(slot) = under_way.get(&key) {
            return if slot.owner == me { Turn::Reentered } else { Turn::Theirs(Arc::clone(slot)) };
        }
        let slot = Arc::new(Slot {
            owner: me,
            outcome: Mutex::new(Outcome::Pending),
            ended: Condvar::new(),
        });
        under_way.insert(key, Arc::clone(&slot));
        Turn::Mine(Owner { slots: self, key, slot })
    }
}

impl<T: Clone> Slot<T> {
    /// Waits for the end of the work, at most for `limit`.
    pub(crate) fn wait(&self, limit: Duration) -> Glance<T> {
        let mut outcome = self.outcome.lock();
        if let Outcome::Pending = *outcome {
            self.ended.wait_for(&mut outcome, limit);
        }
        match &*outcome {
            Outcome::Pending => Glance::Pending,
            Outcome::Abandoned => Glance::Abandoned,
            Outcome::Known(result) => Glance::Known(result.clone()),
        }
    }
}

impl<T> Owner<'_, T> {
    /// Gives the result to all waiting threads.
    pub(crate) fn finish(self, result: T) {
        *self.slot.outcome.lock() = Outcome::Known(result);
    }
}

impl<T> Drop for Owner<'_, T> {
    fn drop(&mut self) {
        self.slots.under_way.lock().remove(&self.key);
        let mut outcome = self.slot.outcome.lock();
        if let Outcome::Pending = *outcome {
            *outcome = Outcome::Abandoned;
        }
        self.slot.ended.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> Key {
        Key::new([b"library".as_slice()])
    }

    #[test]
    fn the_second_thread_gets_the_result_of_the_first() {
        let slots = Slots::new();
        let Turn::Mine(owner) = slots.claim(key()) else {
            panic!("nobody else is there");
        };
        thread::scope(|scope| {
            let waiter = scope.spawn(|| match slots.claim(key()) {
                Turn::Theirs(slot) => slot,
                Turn::Mine(_) | Turn::Reentered => panic!("the first thread has it"),
            });
            let slot = waiter.join().expect("join");
            assert!(matches!(slot.wait(Duration::ZERO), Glance::Pending));
            owner.finish(7);
            assert!(matches!(slot.wait(Duration::MAX), Glance::Known(7)));
        });
        assert!(matches!(slots.claim(key()), Turn::Mine(_)));
    }

    #[test]
    fn a_thread_that_would_wait_for_itself_is_told() {
        let slots = Slots::<()>::new();
        let _owner = slots.claim(key());
        assert!(matches!(slots.claim(key()), Turn::Reentered));
    }

    #[test]
    fn work_that_panics_is_abandoned() {
        let slots = Slots::<()>::new();
        let claimed = Mutex::new(None);
        thread::scope(|scope| {
            let worker = scope.spawn(|| {
                let _owner = slots.claim(key());
                thread::scope(|inner| {
                    inner.spawn(|| {
                        if let Turn::Theirs(slot) = slots.claim(key()) {
                            *claimed.lock() = Some(slot);
                        }
                    });
                });
                panic!("the work goes wrong");
            });
            assert!(worker.join().is_err());
        });
        let slot = claimed.lock().take().expect("slot");
        assert!(matches!(slot.wait(Duration::MAX), Glance::Abandoned));
    }
}
