//! What follows from the end of a test's process: the test has passed, runs again, or has failed.

use std::time::Duration;

use probe_scenario::{ExpectedOutcome, Tally, TestId};
use probe_scheduler::{NodeId, Outcome, State};

use super::act::Act;
use super::retries::Then;
use super::state::Conductor;
use super::timers::Timer;
use super::turn::Turn;
use crate::attempt::Attempt;
use crate::ending::Ending;
use crate::event::Event;
use crate::stop::Stop;
use crate::summary::{Failure, Flaky, FlakyOutcome, Leaky, Skipped, Slow, Within};
use crate::verdict::{Evidence, Finding, Verdict};

impl Conductor<'_> {
    pub(super) fn test_ended(
        &mut self,
        turn: &mut Turn<'_>,
        unit: NodeId,
        mut attempt: Attempt,
        evidence: Option<Evidence>,
    ) {
        self.slots.free(unit);
        attempt.ending = self.in_view_of_services(unit, attempt.ending);
        if self.uses.remove(&unit) {
            turn.act(Act::EndUse { unit });
        }
        self.end_own_services(turn, unit);
        if let Ending::NoRoom(reason) = &attempt.ending
            && !self.is_stopped(unit)
            && let Some(delay) = self.retries.no_room(unit)
        {
            self.leader_ended(turn, unit, &attempt.ending);
            self.wait_for_room(turn, unit, reason, delay);
            return;
        }
        if !attempt.left.is_empty() {
            let test = self.score.test(unit).0;
            self.summary.leaky.push(Leaky { test, left: attempt.left.clone() });
        }
        match evidence {
            _ if attempt.ending == Ending::Passed => self.attempt_passed(turn, unit, attempt),
            // A test that failed before and now runs nothing is not fixed by that.
            _ if attempt.ending.ran_nothing() && self.retries.attempt(unit) == 1 => {
                self.attempt_ran_nothing(turn, unit, &attempt);
            }
            Some(evidence) => match evidence.remarks_alone() {
                Some(finding) => self.attempt_failed(turn, unit, attempt, Some(&finding)),
                None => self.examine(turn, unit, attempt, evidence),
            },
            None => self.attempt_failed(turn, unit, attempt, None),
        }
    }

    fn attempt_passed(&mut self, turn: &mut Turn<'_>, unit: NodeId, mut attempt: Attempt) {
        let (id, test) = self.score.test(unit);
        let (number, races) = (self.retries.attempt(unit), self.retries.races(unit));
        let is_flaky = number > races + 1;
        let expected = self.score.expected(id);
        let may_be_flaky = self.score.settings.flaky == FlakyOutcome::Passed;
        let counts = match expected.map(|expected| expected.outcome) {
            Some(ExpectedOutcome::Fail) => false,
            Some(ExpectedOutcome::Flaky | ExpectedOutcome::Any) => true,
            None => !is_flaky || may_be_flaky,
        };
        if !counts {
            attempt.ending = expected
                .map_or(Ending::Flaky, |expected| Ending::Unexpected(expected.reason.clone()));
        }
        self.done(attempt.tally);
        turn.tell(&Event::TestEnded {
            id,
            test,
            attempt: &attempt,
            number,
            races,
            done: self.tests_done,
            finding: None,
            whole: &[],
        });
        let passed = Flaky { test: id, attempts: number };
        if !counts {
            self.summary.failed.push(self.failure(unit, &attempt));
        } else if is_flaky {
            self.summary.flaky.push(passed);
        } else if races > 0 {
            self.summary.recovered.push(passed);
        }
        let took = attempt.took;
        if counts && took >= self.score.limits(test).slow {
            self.summary.slow.push(Slow { test: id, took });
        }
        self.summary.passed += usize::from(counts);
        // Tests that come after a flaky test run in any case: what they wait for has been done.
        if !self.leader_ended(turn, unit, &Ending::Passed) {
            self.run.finish(unit, Outcome::Passed);
        }
        self.stop_at_max_failures(turn);
    }

    /// Handles an attempt that ran nothing: the test is left out, and all tests that come after it. It opens no gate, because
    /// it has not shown that what it needs is there.
    fn attempt_ran_nothing(&mut self, turn: &mut Turn<'_>, unit: NodeId, attempt: &Attempt) {
        let (id, test) = self.score.test(unit);
        self.done(attempt.tally);
        turn.tell(&Event::TestEnded {
            id,
            test,
            attempt,
            number: 1,
            races: 0,
            done: self.tests_done,
            finding: None,
            whole: &[],
        });
        match &attempt.ending {
            Ending::Skipped(reason) => {
                self.summary.skips.push(Skipped { test: id, reason: reason.clone() });
            }
            _ => self.summary.empty.push(id),
        }
        self.leader_ended(turn, unit, &attempt.ending);
        let skips = self.run.finish(unit, Outcome::Failed);
        let blocked = self.score.tests_of(&skips);
        if !blocked.is_empty() {
            turn.tell(&Event::TestsBlocked { by: id, blocked: &blocked });
            self.summary.after_skipped.extend(blocked.into_iter().map(|test| (test, id)));
        }
    }

    /// Handles an attempt that failed by itself: the test gets another one, or has failed.
    pub(super) fn attempt_failed(
        &mut self,
        turn: &mut Turn<'_>,
        unit: NodeId,
        mut attempt: Attempt,
        finding: Option<&Finding>,
    ) {
        let (id, test) = self.score.test(unit);
        let number = self.retries.attempt(unit);
        self.leader_ended(turn, unit, &attempt.ending);
        if let Some(reason) = self.why_expected(id, &attempt.ending, finding) {
            let of = Box::new(std::mem::replace(&mut attempt.ending, Ending::Passed));
            attempt.ending = Ending::Expected { of, reason };
        }
        let attempt = &attempt;
        let failure = self.failure(unit, attempt);
        let retries = match attempt.ending {
            // A command that cannot start will not start the next time either.
            Ending::Interrupted | Ending::NotStarted(_) | Ending::NoRoom(_) => 0,
            // The expected failure has happened.
            Ending::Expected { .. } => 0,
            // It could not start.
            _ if self.has_lost_a_service(unit) => 0,
            _ if self.summary.stop.is_some() => 0,
            _ => self.score.retries(test),
        };
        match self.retries.failed(unit, retries, failure) {
            Then::Again(delay) => {
                let of = retries + 1;
                turn.tell(&Event::TestRetried {
                    id,
                    test,
                    attempt,
                    number,
                    of,
                    delay,
                    finding,
                    whole: &attempt.whole,
                });
                self.again_after(turn, unit, delay);
            }
            Then::Failed(failure) => {
                self.done(attempt.tally);
                turn.tell(&Event::TestEnded {
                    id,
                    test,
                    attempt,
                    number,
                    races: self.retries.races(unit),
                    done: self.tests_done,
                    finding,
                    whole: &attempt.whole,
                });
                self.test_failed(turn, unit, failure);
            }
        }
    }

    /// Counts a finished test and the tests in it.
    fn done(&mut self, tally: Option<Tally>) {
        self.tests_done += 1;
        if let Some(tally) = tally {
            let (within, tests) = &mut self.summary.within;
            (*within, *tests) = (within.and(tally), *tests + 1);
        }
    }

    /// Why an attempt with this ending was expected to fail, if it was. A race is not a failure of the test's own.
    fn why_expected(
        &self,
        id: TestId,
        ending: &Ending,
        finding: Option<&Finding>,
    ) -> Option<String> {
        let expected = self.score.expected(id)?;
        let may_fail = matches!(expected.outcome, ExpectedOutcome::Fail | ExpectedOutcome::Any);
        let is_own = finding.is_none_or(|finding| finding.verdict() == Verdict::Real);
        (may_fail && is_own && ending.is_own_failure()).then(|| expected.reason.clone())
    }

    /// The failure of an attempt, in case it is the last one.
    pub(super) fn failure(&self, unit: NodeId, attempt: &Attempt) -> Failure {
        Failure {
            test: self.score.test(unit).0,
            ending: attempt.ending.clone(),
            took: attempt.took,
            attempts: self.retries.attempt(unit),
            within: Within::of(attempt.within.as_ref()),
        }
    }

    /// Parks the test until its next attempt. It holds nothing meanwhile.
    pub(super) fn again_after(&mut self, turn: &mut Turn<'_>, unit: NodeId, delay: Duration) {
        // After an examination it is parked already.
        if self.run.state(unit) == State::Running {
            self.run.park(unit);
        }
        self.timers.set(turn.now + delay, unit, Timer::Again);
    }

    /// Gives up the test's place and starts it later. A test that could not start has not failed.
    fn wait_for_room(&mut self, turn: &mut Turn<'_>, unit: NodeId, reason: &str, delay: Duration) {
        let (id, test) = self.score.test(unit);
        turn.tell(&Event::TestPostponed { id, test, reason, delay });
        if self.retries.attempt(unit) == 1 {
            self.run_time.forget(unit);
        }
        // It does not run, so it is not slow either.
        self.timers.clear(unit);
        self.timers.set(turn.now + delay, unit, Timer::Room);
        self.park(turn, unit);
    }

    fn test_failed(&mut self, turn: &mut Turn<'_>, unit: NodeId, failure: Failure) {
        let id = failure.test;
        match failure.ending {
            Ending::Expected { .. } => self.summary.expected.push(failure),
            _ => self.summary.failed.push(failure),
        }
        let skips = self.run.finish(unit, Outcome::Failed);
        let blocked = self.score.tests_of(&skips);
        if !blocked.is_empty() {
            turn.tell(&Event::TestsBlocked { by: id, blocked: &blocked });
            self.summary.after_failed.extend(blocked.into_iter().map(|test| (test, id)));
        }
        self.stop_at_max_failures(turn);
    }

    pub(super) fn stop_at_max_failures(&mut self, turn: &mut Turn<'_>) {
        if let Some(max) = self.score.settings.max_failures
            && self.summary.failed.len() >= max.get() as usize
            && self.summary.stop.is_none()
        {
            self.stop(turn, Stop::MaxFailures(max.get()));
        }
    }
}
