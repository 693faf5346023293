//! The invariants of one test and its attempts.

use std::time::Duration;

use probe_scenario::{ExpectedOutcome, TestId};

use super::course::{Course, End, Stand, Told};
use super::judge::{Judge, Shelf};
use super::spec::Spec;
use crate::ending::Ending;
use crate::summary::FlakyOutcome;
use crate::verdict::{Undeclared, Verdict};

impl Judge<'_> {
    pub(super) fn test_started(&mut self, id: TestId, number: u32, slot: usize) {
        self.starts_nothing_after_a_stop_but(id);
        if self.stop.is_some() {
            self.note(|| "  runs finally, after a stop".to_owned());
        }
        // A test with services of its own was in line before, and has waited for them with a slot.
        let has_own = |id: TestId| self.spec.has_own_services(id);
        if !has_own(id) {
            self.nobody_asks_but(self.answered.filter(|unit| *unit == self.unit(id)));
        }
        let somebody_has = self.tests.iter().any(|course| has_own(course.id));
        let (spec, unit, course) = (self.spec, self.unit(id), &self.tests[id.index()]);
        let Stand::Waits { not_before, .. } = course.stand else {
            return self.require(false, "only who waits starts");
        };
        self.require(not_before <= self.clock, "who waits starts in its time");
        self.require(number == course.number(), "attempts are counted");
        self.require(slot < spec.settings.jobs.get(), "there are as many slots as jobs");
        let taken = self.tests.iter().any(|other| other.slot == Some(slot));
        self.require(!taken, "nobody has the slot of another one");
        let lowest =
            (0..slot).all(|lower| self.tests.iter().any(|other| other.slot == Some(lower)));
        self.require(lowest || somebody_has, "a slot is as low as can be");
        let others = || self.tests.iter().filter(|other| other.runs());
        let used: usize = others().map(|other| spec.slots(other.id)).sum();
        let fits = used + spec.slots(id) <= spec.settings.jobs.get();
        self.require(fits, "no more slots are taken than there are");
        if let Some(group) = spec.test(id).group {
            let inside = others().filter(|other| spec.test(other.id).group == Some(group)).count();
            let max = spec.groups[group.index()].max.get();
            self.require(inside < max, "no more run of a group than may");
        }
        let is_finally = spec.test(id).is_finally;
        let is_right = |after: &TestId| {
            let earlier = &self.tests[after.index()];
            match self.stop {
                _ if !is_finally => earlier.has_passed(),
                None => matches!(earlier.stand, Stand::Ended(_) | Stand::Blocked),
                Some(_) => !earlier.runs(),
            }
        };
        let is_so = spec.test(id).after.iter().all(is_right);
        self.require(is_so, "what it comes after has passed, or for one that runs finally ended");
        self.services_are_ready(id, slot);
        let led = self.led_by(unit);
        for library in spec.libraries_before(id) {
            match self.libraries[library.index()] {
                Shelf::There => {}
                Shelf::Unmade => {
                    self.require(led.contains(&library), "who makes a library leads it");
                    let alone =
                        others().all(|other| !spec.libraries_before(other.id).contains(&library));
                    self.require(alone, "one test at a time makes a library");
                }
                _ => self.require(false, "what a test needs is there before it starts"),
            }
            let may_use = led.contains(&library)
                || !spec.is_made_in_place(library)
                || self.uses.contains(&unit)
                || self.free_uses.contains(&unit);
            self.require(may_use, "what is made in place is used before a test starts");
        }
        self.free_uses.remove(&unit);
        let (clock, sleeps) = (self.clock, self.sleeps);
        let course = &mut self.tests[id.index()];
        course.stand = Stand::Runs { since: clock, told_slow: Duration::ZERO };
        course.began_asleep = sleeps;
        course.has_begun = true;
        course.slot = Some(slot);
        course.last_slot = Some(slot);
        self.to_run = Some((id, number, slot));
    }

    pub(super) fn test_slow(&mut self, id: TestId, running: Duration) {
        let Stand::Runs { since, told_slow } = self.tests[id.index()].stand else {
            return self.require(false, "only who runs is slow");
        };
        self.require(self.clock - since >= running, "nobody is slow before its time");
        self.require(running > told_slow, "it is told with a longer time each time");
        self.tests[id.index()].stand = Stand::Runs { since, told_slow: running };
    }

    pub(super) fn test_retried(&mut self, id: TestId, number: u32, of: u32, delay: Duration) {
        self.starts_nothing_after_a_stop();
        self.require(number == self.tests[id.index()].number(), "attempts are counted");
        let ending = self.failed_by_itself(id);
        self.servants.bereft.remove(&id);
        self.require(!self.services_of_are_lost(id), "who has lost a service has no other attempt");
        let can_be = !matches!(
            ending,
            Ending::Passed | Ending::Interrupted | Ending::NotStarted(_) | Ending::NoRoom(_)
        );
        self.require(can_be, "only what may pass the next time is tried again");
        let retries = self.retries(id);
        self.require(of == retries + 1, "it is told how many attempts there are");
        let course = &mut self.tests[id.index()];
        course.failures += 1;
        let is_due = course.failures <= retries;
        let not_before = self.clock + delay;
        course.stand = Stand::Waits { not_before, has_failed: true };
        self.require(is_due, "no test has more attempts than it may");
    }

    pub(super) fn test_raced(&mut self, id: TestId, number: u32, delay: Duration) {
        self.starts_nothing_after_a_stop();
        self.require(number == self.tests[id.index()].number(), "attempts are counted");
        let told = self.tests[id.index()].told.take();
        self.require(self.may_repeat(id, told.as_ref()), "only a race is repeated as one");
        let course = &mut self.tests[id.index()];
        course.races += 1;
        let not_before = self.clock + delay;
        course.stand = Stand::Waits { not_before, has_failed: true };
    }

    pub(super) fn test_postponed(&mut self, id: TestId, delay: Duration) {
        self.starts_nothing_after_a_stop_but(id);
        let told = self.tests[id.index()].told.take();
        let is_right = matches!(told, Some(Told::Attempt { ending: Ending::NoRoom(_), .. }));
        self.require(is_right, "only for want of room a start is put off");
        self.servants.bereft.remove(&id);
        let course = &mut self.tests[id.index()];
        course.no_room += 1;
        let is_due = course.no_room < 16;
        let has_failed = course.failures + course.races > 0;
        course.stand = Stand::Waits { not_before: self.clock + delay, has_failed };
        self.require(is_due, "a start is put off so often and no more");
    }

    /// Takes what was reported of an attempt that failed for good or that runs again by the test's own retries.
    fn failed_by_itself(&mut self, id: TestId) -> Ending {
        let told = self.tests[id.index()].told.take();
        self.require(!self.may_repeat(id, told.as_ref()), "a race is repeated as one");
        match told {
            Some(Told::Attempt { ending, has_evidence }) => {
                self.require(!has_evidence, "what there is evidence of is examined");
                ending
            }
            Some(Told::Examination { ending, .. }) => ending,
            // It never started.
            None => Ending::NotStarted(String::new()),
        }
    }

    /// Whether an attempt may be repeated because of a race.
    fn may_repeat(&self, id: TestId, told: Option<&Told>) -> bool {
        let Some(Told::Examination { ending, verdict: Some(verdict) }) = told else { return false };
        let races = self.spec.settings.races;
        let is_race = match verdict {
            Verdict::Race => true,
            Verdict::Undeclared => races.undeclared == Undeclared::Retried,
            Verdict::Unmended | Verdict::Real => false,
        };
        is_race
            && *ending != Ending::Interrupted
            && self.stop.is_none()
            && !self.services_of_are_lost(id)
            && self.tests[id.index()].races < races.retries
    }

    pub(super) fn test_ended(&mut self, id: TestId, ending: &Ending) {
        let told = self.tests[id.index()].told.clone();
        let Course { failures, no_room, .. } = self.tests[id.index()];
        let passes = matches!(&told, Some(Told::Attempt { ending: Ending::Passed, .. }));
        let nothing = match &told {
            Some(Told::Attempt { ending, .. }) if ending.ran_nothing() => Some(ending.clone()),
            _ => None,
        };
        let nothing = nothing.filter(|_| self.tests[id.index()].number() == 1);
        let end = if passes {
            self.tests[id.index()].told = None;
            let counts = failures == 0 || self.spec.settings.flaky == FlakyOutcome::Passed;
            let (expected, end) = match self.outcome(id) {
                Some(ExpectedOutcome::Fail) => {
                    (Ending::Unexpected("known".to_owned()), End::Unexpected)
                }
                None if !counts => (Ending::Flaky, End::Flaky),
                _ => (Ending::Passed, End::Passed),
            };
            self.require(*ending == expected, "a test that passes ends as is expected");
            end
        } else if let Some(nothing) = nothing {
            self.tests[id.index()].told = None;
            self.require(*ending == nothing, "a test that ran nothing is left out");
            if nothing == Ending::Empty { End::Empty } else { End::Skipped }
        } else {
            let verdict = match &told {
                Some(Told::Examination { verdict: Some(verdict), .. }) => *verdict,
                _ => Verdict::Real,
            };
            let own = self.failed_by_itself(id);
            let own = self.in_view_of_services(id, own);
            let may_fail =
                matches!(self.outcome(id), Some(ExpectedOutcome::Fail | ExpectedOutcome::Any));
            let is_own = !matches!(
                own,
                Ending::Interrupted
                    | Ending::NotStarted(_)
                    | Ending::NoRoom(_)
                    | Ending::Bereft(_)
                    | Ending::Empty
                    | Ending::Skipped(_)
            );
            let is_expected = may_fail && is_own && verdict == Verdict::Real;
            let has_no_other = match own {
                _ if is_expected => true,
                Ending::Interrupted | Ending::NotStarted(_) => true,
                _ if self.services_of_are_lost(id) => true,
                Ending::NoRoom(_) => {
                    let is_over = !self.goes_on(id);
                    no_room + 1 >= 16 || is_over
                }
                _ => failures >= self.retries(id) || self.stop.is_some(),
            };
            self.require(has_no_other, "a test fails when it has no other attempt");
            let own = if is_expected {
                Ending::Expected { of: Box::new(own), reason: "known".to_owned() }
            } else {
                own
            };
            let is_told = told.is_none() || alike(ending, &own);
            self.require(is_told, "a test ends as its last attempt did, and as is expected");
            if is_expected { End::Expected } else { End::Failed }
        };
        self.tests[id.index()].stand = Stand::Ended(end);
        if self.to_end == Some(id) {
            self.to_end = None;
        }
        self.failed += usize::from(matches!(end, End::Failed | End::Flaky | End::Unexpected));
        if matches!(end, End::Failed | End::Expected | End::Skipped) && self.stop.is_none() {
            let blocked = self.block(|spec, test| spec.must_have_passed(spec.test(test), id));
            self.to_block = (!blocked.is_empty()).then_some((id, blocked));
        }
    }

    /// The expectation about a test, if there is one.
    fn outcome(&self, id: TestId) -> Option<ExpectedOutcome> {
        self.spec.expected.test(id).map(|expected| expected.outcome)
    }

    pub(super) fn retries(&self, id: TestId) -> u32 {
        let own = self.spec.test(id).limits.retries.unwrap_or(0);
        self.spec.settings.retries.unwrap_or(own)
    }

    /// Returns the blocked tests: those that have not started and depend on something that `is_lost`, or on each other.
    pub(super) fn block(&mut self, is_lost: impl Fn(&Spec, TestId) -> bool) -> Vec<TestId> {
        let mut blocked: Vec<TestId> = Vec::new();
        for index in 0..self.tests.len() {
            let id = TestId::new(index);
            let test = self.spec.test(id);
            let is_lost = is_lost(self.spec, id)
                || blocked.iter().any(|other| self.spec.must_have_passed(test, *other));
            if is_lost && self.tests[index].is_untouched() {
                self.tests[index].stand = Stand::Blocked;
                blocked.push(id);
            }
        }
        blocked
    }
}

/// Whether two endings are equal, however a service is reported to have died.
fn alike(one: &Ending, other: &Ending) -> bool {
    match (one, other) {
        (Ending::Bereft(one), Ending::Bereft(other)) => {
            one.service == other.service && one.ending == other.ending
        }
        _ => one == other,
    }
}
