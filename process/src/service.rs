//! Control over a command that runs until it is told to end, from another thread than the one that waits for it. Does not know
//! what the command serves.

use std::time::{Duration, Instant};

use parking_lot::{Condvar, Mutex, MutexGuard};

use crate::group_watch::GroupWatch;
use crate::leader;
use crate::process_id::ProcessId;
use crate::signal::Signal;

/// The delay between looks at a process that other threads wait for.
const LOOK: Duration = Duration::from_millis(5);
/// How long a process that has ended may take to be reported as ended.
const TELLING: Duration = Duration::from_secs(5);

/// Tells a service to end, and knows whether it has ended.
#[derive(Debug, Default)]
pub struct Reins {
    state: Mutex<State>,
    is_over: Condvar,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    /// The service has not started. With a signal, it was already told to end.
    #[default]
    Waits,
    Told(Signal),
    /// The service runs, at this place of a watch.
    Runs {
        place: usize,
        id: ProcessId,
    },
    /// The service has ended, but that is not reported yet.
    Ended,
    Over,
}

impl Reins {
    /// Asks the service to end by `signal`, and kills what is left of it after its grace. A service that has not started yet
    /// ends right after its start.
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

    /// Whether it was told to end before it started.
    pub fn is_told(&self) -> bool {
        matches!(*self.state.lock(), State::Told(_))
    }

    /// The number of its process while it runs.
    pub fn pid(&self) -> Option<u32> {
        match *self.state.lock() {
            State::Runs { id, .. } => Some(id.number()),
            _ => None,
        }
    }

    /// Waits at most `patience` for the service to end by itself. If it does, waits until its end is reported and returns true.
    pub fn ends_within(&self, patience: Duration) -> bool {
        let deadline = Instant::now() + patience;
        let mut state = self.state.lock();
        loop {
            match *state {
                State::Over => return true,
                State::Ended => return self.is_told_of(state),
                // It is not reaped before `let_go`, so the number is still its own.
                State::Runs { id, .. } if leader::has_ended(id) => return self.is_told_of(state),
                _ if Instant::now() >= deadline => return false,
                _ => drop(self.is_over.wait_for(&mut state, LOOK)),
            }
        }
    }

    /// Waits until the end of the service is reported.
    fn is_told_of(&self, mut state: MutexGuard<'_, State>) -> bool {
        let deadline = Instant::now() + TELLING;
        while *state != State::Over {
            if self.is_over.wait_until(&mut state, deadline).timed_out() {
                return false;
            }
        }
        true
    }

    /// Notes that the end of the service is reported, and wakes those who wait for it.
    pub fn end(&self) {
        *self.state.lock() = State::Over;
        self.is_over.notify_all();
    }

    /// Notes that the service runs.
    pub(crate) fn take(&self, watch: &GroupWatch, place: usize, id: ProcessId) {
        let mut state = self.state.lock();
        if let State::Told(signal) = *state {
            watch.end(place, signal);
        }
        *state = State::Runs { place, id };
    }

    /// Notes that the service is about to be reaped, after which its number may belong to another process.
    pub(crate) fn let_go(&self) {
        *self.state.lock() = State::Ended;
    }
}
