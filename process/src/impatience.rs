//! Ends probe if it was told to end and does not: a stream or a report that nobody reads may block the threads that should end
//! it.
//!
//! Uses only a thread of its own and the watch over the groups, which nothing can block. Does not know who else receives
//! signals, nor what blocks them.

use std::sync::Arc;
use std::time::{Duration, Instant};

use parking_lot::{Condvar, Mutex};

use super::group_watch::GroupWatch;
use super::signal::Signal;
use super::system;

/// How long the receiver of the first signal may take to pass it on.
const PASSING_ON: Duration = Duration::from_secs(1);
/// How long the summary and the reports may take after the second signal, after every group was killed.
const LAST_WORDS: Duration = Duration::from_secs(2);

/// Whether probe was told to end, and what followed.
#[derive(Debug)]
pub(super) struct Impatience {
    watch: Arc<GroupWatch>,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    /// The first signal that told probe to end.
    first: Option<Signal>,
    times: u32,
    /// Nothing has to end any more.
    is_over: bool,
}

impl Impatience {
    pub(super) fn new(watch: Arc<GroupWatch>) -> Self {
        Self { watch, state: Mutex::default(), changed: Condvar::new() }
    }

    /// Notes that probe was told to end, perhaps not for the first time.
    pub(super) fn told(self: &Arc<Self>, signal: Signal) {
        let mut state = self.state.lock();
        state.times += 1;
        self.changed.notify_all();
        if state.first.is_none() {
            state.first = Some(signal);
            let watching = Arc::clone(self);
            let thread = std::thread::Builder::new().name("impatience".to_owned());
            // Without this thread, signals are still handled as long as nothing blocks their receiver.
            let _ = thread.spawn(move || watching.see_to(signal));
        }
    }

    /// Notes that everything has ended.
    pub(super) fn is_over(&self) {
        self.state.lock().is_over = true;
        self.changed.notify_all();
    }

    /// Passes the first signal on if nothing else does, and ends the process after the second one.
    fn see_to(&self, first: Signal) {
        let until = |state: &State, times: u32| state.is_over || state.times >= times;
        self.wait(Some(PASSING_ON), |state| until(state, 2));
        if self.state.lock().times < 2 {
            self.watch.stop_unless_stopping(first);
        }
        self.wait(None, |state| until(state, 2));
        self.watch.stop_all(Signal::KILL);
        self.wait(Some(LAST_WORDS), |state| until(state, 3));
        if !self.state.lock().is_over {
            // Skips the usual work at the end, because it could block as well. The guardian finds what is left.
            system::exit_at_once(128 + first.number());
        }
    }

    /// Blocks until `is_enough` is true or the time is over.
    fn wait(&self, patience: Option<Duration>, is_enough: impl Fn(&State) -> bool) {
        let until = patience.map(|patience| Instant::now() + patience);
        let mut state = self.state.lock();
        while !is_enough(&state) {
            match until {
                Some(until) if self.changed.wait_until(&mut state, until).timed_out() => return,
                Some(_) => {}
                None => self.changed.wait(&mut state),
            }
        }
    }
}
