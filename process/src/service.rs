//! The reins of a command that runs until it is told to end: held by whoever tells it so, on another thread than the one
//! that waits for it. Does not know what the command serves.

use std::time::{Duration, Instant};

use parking_lot::{Condvar, Mutex, MutexGuard};

use crate::group_watch::GroupWatch;
use crate::leader;
use crate::process_id::ProcessId;
use crate::signal::Signal;

/// Between two looks at a process that others wait for.
const LOOK: Duration = Duration::from_millis(5);
/// How long the end of a process that has ended may take to be told.
const TELLING: Duration = Duration::from_secs(5);

/// Tells a service to end, and knows whether it has.
#[derive(Debug, Default)]
pub struct Reins {
    state: Mutex<State>,
    is_over: Condvar,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    /// It has not started, and has been told to end if there is a signal.
    #[default]
    Waits,
    Told(Signal),
    /// It runs under a watch, where it has this place.
    Runs {
        place: usize,
        id: ProcessId,
    },
    /// It has ended, which is not told yet.
    Ended,
    Over,
}

impl Reins {
    /// Asks the service to end by `signal`; what is left of it is killed after its grace. One that has not started ends as soon
    /// as it has.
    pub fn stop(&self, watch: &GroupWatch, signal: Signal) {
        let mut state = self.state.lock();
        match *state {
            State::Waits | State::Told(_) => *state = State::Told(signal),
            State::Runs { place, .. } => watch.end(place, signal),
            State::Ended | State::Over => {}
        }
    }

    /// The group of the service while it runs.
    pub(crate) fn group(&self) -> Option<ProcessId> {
        match *self.state.lock() {
            State::Runs { id, .. } => Some(id),
            State::Waits | State::Told(_) | State::Ended | State::Over => None,
        }
    }

    /// Whether it was told to end before it has started.
    pub fn is_told(&self) -> bool {
        matches!(*self.state.lock(), State::Told(_))
    }

    /// The number of its process, while that runs.
    pub fn pid(&self) -> Option<u32> {
        match *self.state.lock() {
            State::Runs { id, .. } => Some(id.number()),
            _ => None,
        }
    }

    /// Says whether the service ends within `patience`, by itself; if it does, after its end has been told.
    pub fn ends_within(&self, patience: Duration) -> bool {
        let deadline = Instant::now() + patience;
        let mut state = self.state.lock();
        loop {
            match *state {
                State::Over => return true,
                State::Ended => return self.is_told_of(state),
                // It is not reaped before it is let go: the number is its own.
                State::Runs { id, .. } if leader::has_ended(id) => return self.is_told_of(state),
                _ if Instant::now() >= deadline => return false,
                _ => drop(self.is_over.wait_for(&mut state, LOOK)),
            }
        }
    }

    /// Waits until the end is told that there is.
    fn is_told_of(&self, mut state: MutexGuard<'_, State>) -> bool {
        let deadline = Instant::now() + TELLING;
        while *state != State::Over {
            if self.is_over.wait_until(&mut state, deadline).timed_out() {
                return false;
            }
        }
        true
    }

    /// The end of the service is told: who waits for it goes on.
    pub fn end(&self) {
        *self.state.lock() = State::Over;
        self.is_over.notify_all();
    }

    /// The service runs.
    pub(crate) fn take(&self, watch: &GroupWatch, place: usize, id: ProcessId) {
        let mut state = self.state.lock();
        if let State::Told(signal) = *state {
            watch.end(place, signal);
        }
        *state = State::Runs { place, id };
    }

    /// The service is about to be reaped: its number is its own no more.
    pub(crate) fn let_go(&self) {
        *self.state.lock() = State::Ended;
    }
}
