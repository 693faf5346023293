//! What follows from the end of a test's process: it has passed, it is run again, or it has failed.

use std::cmp::Reverse;
use std::time::Instant;

use probe_scheduler::{NodeId, Outcome};

use super::{Conductor, Timer};
use crate::run::retries::Then;
use crate::run::summary::{Failure, Flaky};
use crate::run::{Attempt, Ending, Event, Stop, keep};

impl Conductor<'_, '_, '_> {
    pub(super) fn test_ended(&mut self, unit: NodeId, attempt: &Attempt) {
        let (id, test) = self.test(unit);
        let number = self.retries.attempt(unit);
        if attempt.ending == Ending::Passed {
            self.tests_done += 1;
            let done = self.tests_done;
            self.reporter.event(&Event::TestEnded { id, test, attempt, number, done, whole: &[] });
            self.summary.passed += 1;
            if number > 1 {
                self.summary.flaky.push(Flaky { test: id, attempts: number });
            }
            if !self.leader_ended(unit, Outcome::Passed) {
                self.run.finish(unit, Outcome::Passed);
            }
            return;
        }
        self.leader_ended(unit, Outcome::Failed);
        let whole = keep::long_streams(&self.stage, test, number, &attempt.output);
        let (ending, took) = (attempt.ending.clone(), attempt.took);
        let failure = Failure { test: id, ending, took, attempts: number };
        let retries = match attempt.ending {
            // A command that cannot start will not start the next time either.
            Ending::Interrupted | Ending::NotStarted(_) => 0,
            _ if self.summary.stop.is_some() => 0,
            _ => self.stage.retries(test),
        };
        match self.retries.failed(unit, retries, failure) {
            Then::Again(delay) => {
                let of = retries + 1;
                let event = Event::TestRetried { test, attempt, number, of, delay, whole: &whole };
                self.reporter.event(&event);
                self.run.park(unit);
                self.timers.push(Reverse((Instant::now() + delay, unit, Timer::Again)));
            }
            Then::Failed(failure) => {
                self.tests_done += 1;
                let done = self.tests_done;
                self.reporter.event(&Event::TestEnded {
                    id,
                    test,
                    attempt,
                    number,
                    done,
                    whole: &whole,
                });
                self.test_failed(unit, failure);
            }
        }
    }

    fn test_failed(&mut self, unit: NodeId, failure: Failure) {
        let id = failure.test;
        self.summary.failed.push(failure);
        let skips = self.run.finish(unit, Outcome::Failed);
        let blocked: Vec<_> = self.tests_of(&skips).map(|test| (test, id)).collect();
        self.summary.after_failed.extend(blocked);
        if let Some(max) = self.stage.settings.max_failures
            && self.summary.failed.len() >= max.get() as usize
            && self.summary.stop.is_none()
        {
            self.stop(Stop::MaxFailures(max.get()));
        }
    }
}
