//! Rounds: so many copies of a command, so many at once, each seen to its end. Knows nothing of caches but the variables
//! that name them.

use std::ffi::OsString;
use std::io;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use parking_lot::Mutex;
use probe_process::{
    AtStop, Brand, Capture, Charge, CommandSpec, Orphans, StoppableWatch, Tenant, TimeLimits,
    Whose, supervise_test,
};
use probe_run::{Attempt, OUTSIDE, attempt_of};
use probe_scenario::Leaks;

use super::deaths::Death;

/// From SIGTERM to SIGKILL, for a copy that runs too long.
const GRACE: Duration = Duration::from_secs(2);

/// How many copies of a round, and how many of them at once.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Size {
    pub(crate) copies: NonZeroUsize,
    pub(crate) jobs: NonZeroUsize,
}

/// What is run in a round.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Course<'a> {
    pub(crate) program: &'a Path,
    pub(crate) args: &'a [OsString],
    pub(crate) variables: &'a [(OsString, OsString)],
}

/// Everything that copies are run with, from the first round to the last.
pub(crate) struct Contest {
    watch: StoppableWatch,
    orphans: Orphans,
    run_id: String,
    cwd: PathBuf,
    timeout: Duration,
    withheld: Vec<&'static str>,
}

/// What the copies of a round came to.
#[derive(Debug)]
pub(crate) struct Round {
    pub(crate) deaths: Vec<Death>,
    /// The end of what the first copy said that failed.
    pub(crate) said: String,
}

impl Contest {
    /// Copies run in `cwd`, none longer than `timeout`, without the variables `withheld`. If probe is killed, the directory `scratch` is removed.
    ///
    /// # Errors
    ///
    /// When nobody can listen for signals.
    pub(crate) fn new(
        run_id: String,
        cwd: PathBuf,
        scratch: PathBuf,
        timeout: Duration,
        withheld: Vec<&'static str>,
    ) -> io::Result<Self> {
        let charge =
            Charge { run_id: Some(run_id.clone()), brand: Brand::take(), scratch: Some(scratch) };
        let orphans = Orphans::adopt(&run_id, OUTSIDE);
        let watch = StoppableWatch::start(charge, OUTSIDE)?;
        Ok(Self { watch, orphans, run_id, cwd, timeout, withheld })
    }

    /// The signal that told probe to stop.
    pub(crate) fn stopped_by(&self) -> Option<u8> {
        self.watch.stopped_by().and_then(|signal| u8::try_from(signal.number()).ok())
    }

    /// Runs the copies of one round.
    pub(crate) fn run(&self, size: Size, course: Course<'_>) -> Round {
        let next = AtomicUsize::new(1);
        let round = Mutex::new(Round { deaths: Vec::new(), said: String::new() });
        std::thread::scope(|threads| {
            for slot in 0..size.jobs.get().min(size.copies.get()) {
                let (next, round) = (&next, &round);
                threads.spawn(move || {
                    loop {
                        let copy = next.fetch_add(1, Ordering::Relaxed);
                        if copy > size.copies.get() || self.stopped_by().is_some() {
                            break;
                        }
                        let attempt = self.copy(slot, copy, size, course);
                        let Some(death) = Death::of(&attempt) else { continue };
                        let mut round = round.lock();
                        if round.deaths.is_empty() {
                            round.said = attempt.output.last_words();
                        }
                        round.deaths.push(death);
                    }
                });
            }
        });
        round.into_inner()
    }

    fn copy(&self, slot: usize, copy: usize, size: Size, course: Course<'_>) -> Attempt {
        let own = [
            ("PROBE_RUN_ID", self.run_id.clone()),
            ("PROBE_SLOT", slot.to_string()),
            ("PROBE_RACE_COPY", copy.to_string()),
            ("PROBE_RACE_COPIES", size.copies.to_string()),
        ];
        let own = own.into_iter().map(|(name, value)| (name.into(), value.into()));
        let command = CommandSpec {
            program: course.program.to_owned(),
            args: course.args.to_vec(),
            env: course.variables.iter().cloned().chain(own).collect(),
            cwd: self.cwd.clone(),
            limits: TimeLimits { timeout: Some(self.timeout), grace: GRACE },
            capture: Capture::Split,
            withheld: self.withheld.clone(),
            at_stop: AtStop::Told,
            sought: Some(probe_run::sought),
            most: None,
        };
        let tenant = Tenant { orphans: &self.orphans, whose: Whose::Slot(slot), at_timeout: None };
        let ended = supervise_test(&command, &self.cwd, self.watch.watch(), tenant);
        attempt_of(ended, Leaks::Kill)
    }
}
