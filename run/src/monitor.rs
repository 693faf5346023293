//! The conductor behind a lock: whoever has something to tell tells it there, and a worker takes its next job in the same
//! breath.
//!
//! A worker that had to send its news to another thread and wait for an answer would pay for two wake-ups a test, which
//! is what a quick test costs in all. So the thread that made the run only waits for what comes from elsewhere (imports,
//! examinations, signals, timers), and hears of the workers when they have changed what it waits for. Does not know what
//! follows from anything.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender};
use parking_lot::{Condvar, Mutex, MutexGuard};

use crate::conductor::Conductor;
use crate::message::Message;
use crate::worker::Job;

/// A run's one conductor, shared by its threads.
pub(super) struct Monitor<'a, 'scope, 'env> {
    conductor: Mutex<Conductor<'a, 'scope, 'env>>,
    /// Tells the workers of jobs, and of the end.
    jobs: Condvar,
    /// The way to the thread that waits.
    messages: Sender<Message>,
    /// A thread panicked in the middle of a change: nothing that follows could be trusted.
    broken: AtomicBool,
}

impl<'a, 'scope, 'env> Monitor<'a, 'scope, 'env> {
    pub(super) fn new(conductor: Conductor<'a, 'scope, 'env>, messages: Sender<Message>) -> Self {
        let (conductor, jobs) = (Mutex::new(conductor), Condvar::new());
        Self { conductor, jobs, messages, broken: AtomicBool::new(false) }
    }

    /// Waits, on the thread that made the run, for everything that does not come from a worker, until nothing is left.
    ///
    /// # Panics
    ///
    /// When another thread panicked while it had the conductor.
    pub(super) fn conduct(&self, inbox: &Receiver<Message>) {
        self.change(Conductor::begin);
        while let Some(until) = self.change(Conductor::waits_until) {
            match next(inbox, until) {
                Some(Message::Changed) => {}
                Some(message) => self.change(|conductor| conductor.hear(message)),
                None => self.change(Conductor::time_is_up),
            }
            assert!(!self.broken.load(Ordering::Relaxed), "a worker panicked; see above");
        }
    }

    /// Tells of the end of a worker's job, if it had one, and waits for its next one; `None` when there is none any more.
    pub(super) fn exchange(&self, ended: Option<Message>) -> Option<Job> {
        let _alarm = Alarm(self);
        let mut conductor = self.conductor.lock();
        if let Some(message) = ended {
            conductor.hear(message);
            if conductor.is_to_be_looked_at() {
                // The inbox is there as long as the monitor.
                let _ = self.messages.send(Message::Changed);
            }
        }
        loop {
            if self.broken.load(Ordering::Relaxed) {
                return None;
            }
            if let Some(job) = conductor.take_job() {
                self.wake_workers(&conductor);
                return Some(job);
            }
            if conductor.is_over() {
                self.jobs.notify_all();
                return None;
            }
            self.jobs.wait(&mut conductor);
        }
    }

    /// The conductor itself, after its end.
    pub(super) fn into_inner(self) -> Conductor<'a, 'scope, 'env> {
        self.conductor.into_inner()
    }

    fn change<R>(&self, change: impl FnOnce(&mut Conductor<'a, 'scope, 'env>) -> R) -> R {
        let _alarm = Alarm(self);
        let mut conductor = self.conductor.lock();
        let result = change(&mut conductor);
        self.wake_workers(&conductor);
        result
    }

    /// One for each job that nobody has taken, and all at the end.
    fn wake_workers(&self, conductor: &MutexGuard<'_, Conductor<'a, 'scope, 'env>>) {
        if conductor.is_over() {
            self.jobs.notify_all();
        }
        for _ in 0..conductor.jobs() {
            self.jobs.notify_one();
        }
    }
}

/// The next message, or `None` when it is time before there is one.
fn next(inbox: &Receiver<Message>, until: Until) -> Option<Message> {
    let message = match until {
        Until::Told => inbox.recv().map_err(|_| RecvTimeoutError::Disconnected),
        Until::Time(at) => inbox.recv_deadline(at),
    };
    match message {
        Ok(message) => Some(message),
        Err(RecvTimeoutError::Timeout) => None,
        Err(RecvTimeoutError::Disconnected) => unreachable!("the importers hold a sender"),
    }
}

/// How long the conductor has nothing to do if it is told of nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Until {
    Told,
    Time(Instant),
}

/// Ends the run for all threads when one of them panics with the conductor in its hands.
struct Alarm<'m, 'a, 'scope, 'env>(&'m Monitor<'a, 'scope, 'env>);

impl Drop for Alarm<'_, '_, '_, '_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.broken.store(true, Ordering::Relaxed);
            self.0.jobs.notify_all();
            let _ = self.0.messages.send(Message::Changed);
        }
    }
}
