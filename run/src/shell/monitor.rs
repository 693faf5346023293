//! The conductor behind a lock. Every thread reports to it there, and a worker takes its next job in the same step.
//!
//! If a worker sent its message to another thread and waited for an answer, each test would cost two wake-ups, as much as a
//! quick test itself. So the thread that started the run only waits for messages from elsewhere (imports, examinations,
//! signals, timers). Workers wake it when they have changed what it waits for. Does not know what follows from any message.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Instant, SystemTime};

use parking_lot::{Condvar, Mutex, MutexGuard};

use super::inbox::{Inbox, Letter, Post};
use super::stand::Stand;
use crate::conductor::{Conductor, Job, Message, Outbox, Until};

/// A run's only conductor, shared by its threads.
pub(super) struct Monitor<'a, 'scope, 'env> {
    house: Mutex<House<'a, 'scope, 'env>>,
    /// Tells workers about jobs and about the end.
    jobs: Condvar,
    /// The queue to the thread that waits.
    post: Post,
    /// Set after a thread panicked in the middle of a change: nothing that follows could be trusted.
    broken: AtomicBool,
}

/// The conductor and its outbox.
pub(super) struct House<'a, 'scope, 'env> {
    pub(super) conductor: Conductor<'env>,
    pub(super) stand: Stand<'a, 'scope, 'env>,
    /// Until when the waiting thread waits.
    awaited: Option<Until>,
}

impl House<'_, '_, '_> {
    /// Runs `turn` on the conductor, and then gives it the answers to its orders.
    fn turn(&mut self, turn: impl FnOnce(&mut Conductor<'_>, Instant, &mut dyn Outbox)) {
        let now = Instant::now();
        turn(&mut self.conductor, now, &mut self.stand);
        while let Some(answer) = self.stand.answers.pop_front() {
            self.conductor.hear(now, answer, &mut self.stand);
        }
    }

    /// How long there is nothing to do without messages; `None` when the run is over.
    fn waits_until(&mut self) -> Option<Until> {
        self.awaited = (!self.conductor.is_over()).then(|| self.conductor.until());
        self.awaited
    }

    /// Whether the thread that waits as long as [`waits_until`](Self::waits_until) returned would wait too long.
    fn is_to_be_looked_at(&self) -> bool {
        match (self.awaited, self.conductor.until()) {
            _ if self.conductor.is_over() => true,
            (Some(Until::Time(told)), Until::Time(at)) => at < told,
            (Some(Until::Told), Until::Time(_)) => true,
            (_, Until::Told) | (None, _) => false,
        }
    }
}

impl<'a, 'scope, 'env> Monitor<'a, 'scope, 'env> {
    pub(super) fn new(
        conductor: Conductor<'env>,
        stand: Stand<'a, 'scope, 'env>,
        post: Post,
    ) -> Self {
        let house = Mutex::new(House { conductor, stand, awaited: None });
        Self { house, jobs: Condvar::new(), post, broken: AtomicBool::new(false) }
    }

    /// Waits, on the thread that started the run, for everything that does not come from a worker, until the run is over.
    ///
    /// # Panics
    ///
    /// Panics if another thread panicked while it had the conductor.
    pub(super) fn conduct(&self, inbox: &Inbox) {
        let clock = SystemTime::now();
        self.change(|house| {
            house.turn(|conductor, now, out| conductor.begin(now, clock, out));
        });
        while let Some(until) = self.change(House::waits_until) {
            let until = match until {
                Until::Told => None,
                Until::Time(at) => Some(at),
            };
            match inbox.next(until) {
                Some(Letter::Changed) => {}
                Some(Letter::Heard(message)) => self.change(|house| {
                    house.turn(|conductor, now, out| conductor.hear(now, *message, out));
                }),
                None => self.change(|house| {
                    house.turn(|conductor, now, out| conductor.time_is_up(now, out));
                }),
            }
            assert!(!self.broken.load(Ordering::Relaxed), "a worker panicked; see above");
        }
    }

    /// Reports the end of a worker's job, if it had one, and waits for its next job; returns `None` if no more will come.
    pub(super) fn exchange(&self, ended: Option<Message>) -> Option<Job> {
        let _alarm = Alarm(self);
        let mut house = self.house.lock();
        if let Some(message) = ended {
            house.turn(|conductor, now, out| conductor.hear(now, message, out));
            if house.is_to_be_looked_at() {
                self.post.nudge();
            }
        }
        loop {
            if self.broken.load(Ordering::Relaxed) {
                return None;
            }
            if let Some(job) = house.stand.jobs.pop_front() {
                self.wake_workers(&house);
                return Some(job);
            }
            if house.conductor.is_over() {
                self.jobs.notify_all();
                return None;
            }
            self.jobs.wait(&mut house);
        }
    }

    /// Returns the conductor and its outbox after the end.
    pub(super) fn into_inner(self) -> House<'a, 'scope, 'env> {
        self.house.into_inner()
    }

    fn change<R>(&self, change: impl FnOnce(&mut House<'a, 'scope, 'env>) -> R) -> R {
        let _alarm = Alarm(self);
        let mut house = self.house.lock();
        let result = change(&mut house);
        self.wake_workers(&house);
        result
    }

    /// Wakes one worker for each waiting job, and all workers at the end.
    fn wake_workers(&self, house: &MutexGuard<'_, House<'a, 'scope, 'env>>) {
        if house.conductor.is_over() {
            self.jobs.notify_all();
        }
        for _ in 0..house.stand.jobs.len() {
            self.jobs.notify_one();
        }
    }
}

/// Ends the run for all threads if one of them panics while it has the conductor.
struct Alarm<'m, 'a, 'scope, 'env>(&'m Monitor<'a, 'scope, 'env>);

impl Drop for Alarm<'_, '_, '_, '_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.broken.store(true, Ordering::Relaxed);
            self.0.jobs.notify_all();
            self.0.post.nudge();
        }
    }
}
