//! One import in progress: the caller's slot, its patience, and what was tried. It does not know
//! what is imported.

use std::cell::{Cell, RefCell};
use std::time::{Duration, Instant};

use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};

use crate::interface::{Holder, Host, ImportAttempt, ImportCause, ImportEvent, Settings};

/// The longest wait before the next check whether the caller has cancelled.
const PULSE: Duration = Duration::from_millis(50);

pub(crate) struct Errand<'a> {
    pub(crate) library: &'a str,
    pub(crate) settings: &'a Settings,
    host: &'a dyn Host,
    random: RefCell<SmallRng>,
    has_slot: Cell<bool>,
    waited: Cell<Duration>,
    attempts: RefCell<Vec<ImportAttempt>>,
    unlocked: Cell<bool>,
}

impl<'a> Errand<'a> {
    pub(crate) fn new(
        library: &'a str,
        settings: &'a Settings,
        host: &'a dyn Host,
        seed: u64,
    ) -> Self {
        Self {
            library,
            settings,
            host,
            random: RefCell::new(SmallRng::seed_from_u64(seed)),
            has_slot: Cell::new(true),
            waited: Cell::new(Duration::ZERO),
            attempts: RefCell::new(Vec::new()),
            unlocked: Cell::new(false),
        }
    }

    pub(crate) fn host(&self) -> &'a dyn Host {
        self.host
    }

    pub(crate) fn tell(&self, event: &ImportEvent<'_>) {
        self.host.tell(event);
    }

    /// Gives the caller's slot back for now.
    pub(crate) fn step_aside(&self) {
        if self.has_slot.replace(false) {
            self.host.release();
        }
    }

    /// Takes the caller's slot (again).
    pub(crate) fn step_in(&self) {
        if !self.has_slot.replace(true) {
            self.host.acquire();
        }
    }

    /// Fails if the caller has cancelled.
    pub(crate) fn check(&self) -> Result<(), ImportCause> {
        if self.host.cancelled() { Err(ImportCause::Cancelled) } else { Ok(()) }
    }

    /// Returns a separate source of randomness for one part of it.
    pub(crate) fn random(&self) -> SmallRng {
        SmallRng::seed_from_u64(self.random.borrow_mut().random())
    }

    /// Returns a delay between half of `ceiling` and `ceiling`.
    pub(crate) fn jitter(&self, ceiling: Duration) -> Duration {
        ceiling.mul_f64(self.random.borrow_mut().random_range(0.5..=1.0))
    }

    /// Waits without the caller's slot.
    #[expect(clippy::disallowed_methods, reason = "a wait has an end")]
    pub(crate) fn sleep(&self, delay: Duration) -> Result<(), ImportCause> {
        self.step_aside();
        let end = Instant::now() + delay;
        loop {
            self.check()?;
            let rest = end.saturating_duration_since(Instant::now());
            if rest.is_zero() {
                return Ok(());
            }
            std::thread::sleep(rest.min(PULSE));
        }
    }

    /// Reports that there are no locks, so other processes may do the same work now.
    pub(crate) fn note_unlocked(&self) {
        self.unlocked.set(true);
    }

    pub(crate) fn is_unlocked(&self) -> bool {
        self.unlocked.get()
    }

    pub(crate) fn record(&self, attempt: ImportAttempt) {
        self.attempts.borrow_mut().push(attempt);
    }

    /// Returns how long it has waited for others.
    pub(crate) fn waited(&self) -> Duration {
        self.waited.get()
    }

    pub(crate) fn into_attempts(self) -> Vec<ImportAttempt> {
        self.attempts.into_inner()
    }
}

/// A wait for another process or thread: announced once, limited, and counted.
pub(crate) struct Patience<'e, 'a> {
    errand: &'e Errand<'a>,
    since: Instant,
    announced: bool,
}

impl<'e, 'a> Patience<'e, 'a> {
    #[expect(clippy::disallowed_methods, reason = "a wait is measured")]
    pub(crate) fn new(errand: &'e Errand<'a>) -> Self {
        Self { errand, since: Instant::now(), announced: false }
    }

    /// Returns how long to wait before the next check: `wish`, or less if something is due earlier.
    ///
    /// # Errors
    ///
    /// Fails if the time is up, or if the caller has cancelled.
    pub(crate) fn allow(
        &mut self,
        wish: Duration,
        holder: impl Fn() -> Option<Holder>,
    ) -> Result<Duration, ImportCause> {
        self.errand.step_aside();
        self.errand.check()?;
        let waited = self.since.elapsed();
        let settings = self.errand.settings;
        let Some(rest) = settings.lock_timeout.checked_sub(waited).filter(|rest| !rest.is_zero())
        else {
            return Err(ImportCause::LockTimeout { holder: holder(), waited });
        };
        if self.announced {
            return Ok(wish.min(rest));
        }
        let Some(silence) =
            settings.announce_after.checked_sub(waited).filter(|silence| !silence.is_zero())
        else {
            self.announced = true;
            self.errand.tell(&ImportEvent::Waiting {
                library: self.errand.library,
                holder: holder().as_ref(),
            });
            return Ok(wish.min(rest));
        };
        Ok(wish.min(rest).min(silence))
    }
}

impl Drop for Patience<'_, '_> {
    fn drop(&mut self) {
        self.errand.waited.set(self.errand.waited.get() + self.since.elapsed());
    }
}
