//! Facts on their way to the thread that writes them: laid down without waking it for each, taken in batches.
//!
//! Does not know what the facts say. A channel would wake its receiver for every one of them, which in a run of quick tests
//! costs as much as the rest of the bookkeeping.

use std::time::{Duration, Instant};

use parking_lot::{Condvar, Mutex};

/// What is laid down until it is taken.
#[derive(Debug)]
pub(super) struct Inbox<T> {
    state: Mutex<State<T>>,
    /// Tells of the first item of a batch, and of the end.
    changed: Condvar,
}

#[derive(Debug)]
struct State<T> {
    items: Vec<T>,
    closed: bool,
}

impl<T> Inbox<T> {
    /// Nothing is there yet.
    pub(super) fn new() -> Self {
        let state = Mutex::new(State { items: Vec::new(), closed: false });
        Self { state, changed: Condvar::new() }
    }

    /// Lays down an item.
    pub(super) fn put(&self, item: T) {
        let mut state = self.state.lock();
        let is_first = state.items.is_empty();
        state.items.push(item);
        drop(state);
        if is_first {
            self.changed.notify_one();
        }
    }

    /// Nothing more comes.
    pub(super) fn close(&self) {
        self.state.lock().closed = true;
        self.changed.notify_one();
    }

    /// Waits for an item, then for as long as `pace` or until the end for others, and takes them all. `None` after the end.
    pub(super) fn take(&self, pace: Duration) -> Option<Vec<T>> {
        let mut state = self.state.lock();
        while state.items.is_empty() {
            if state.closed {
                return None;
            }
            self.changed.wait(&mut state);
        }
        let until = Instant::now() + pace;
        while !state.closed && !self.changed.wait_until(&mut state, until).timed_out() {}
        Some(std::mem::take(&mut state.items))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_laid_down_before_the_end_is_taken_at_once_and_in_order() {
        let inbox = Inbox::new();
        for item in 0..3 {
            inbox.put(item);
        }
        inbox.close();
        // An end cuts the wait short: with one this long, the test would never end.
        assert_eq!(inbox.take(Duration::from_secs(1_000_000)), Some(vec![0, 1, 2]));
        assert_eq!(inbox.take(Duration::ZERO), None);
    }

    #[test]
    fn an_item_wakes_whoever_waits_for_the_first_one() {
        let inbox = Inbox::new();
        std::thread::scope(|threads| {
            let taker = threads.spawn(|| inbox.take(Duration::ZERO));
            inbox.put('a');
            assert_eq!(taker.join().expect("no panic"), Some(vec!['a']));
        });
    }
}
