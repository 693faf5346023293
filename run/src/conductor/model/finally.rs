//! The invariants of tests that run finally.

use probe_scenario::{LibraryId, TestId};

use super::course::Stand;
use super::judge::{Judge, Shelf};

impl Judge<'_> {
    /// After a stop nothing starts, unless this test runs finally and has something to end.
    pub(super) fn starts_nothing_after_a_stop_but(&self, id: TestId) {
        self.require(self.goes_on(id), "after a stop only what has something to end starts");
    }

    /// Whether the test may start: the run is not stopped, or the test runs finally and has something to end.
    pub(super) fn goes_on(&self, id: TestId) -> bool {
        let ends = self.spec.test(id).is_finally && self.has_something_to_end(id);
        self.stop.is_none() || ends && !self.kills
    }

    /// Whether anything that this test ends has started.
    fn has_something_to_end(&self, id: TestId) -> bool {
        self.spec.up_to(id).iter().any(|id| self.tests[id.index()].has_begun)
    }

    /// When a run is over, tests that run finally have run. A test is abandoned only while its failure is examined, or while a
    /// test before it hangs.
    pub(super) fn everything_is_ended(&self, leaves: bool) {
        let mut hanging: Vec<TestId> = Vec::new();
        // A test comes only after earlier ones.
        for course in self.tests.iter().filter(|course| self.spec.test(course.id).is_finally) {
            let is_there = |library: &LibraryId| {
                matches!(self.libraries[library.index()], Shelf::There | Shelf::Unmade)
            };
            let after = &self.spec.test(course.id).after;
            let can_be = self.spec.libraries_before(course.id).iter().all(is_there)
                && self.services_have_been_ready(course.id)
                && !self.servants.left_behind.contains(&course.id)
                && !(leaves && self.services_of_are_lost(course.id))
                && !(leaves && course.stand == Stand::Examined)
                && !after.iter().any(|earlier| leaves && hanging.contains(earlier));
            if !can_be {
                hanging.push(course.id);
            }
            let must = self.stop.is_none() || can_be && self.goes_on(course.id);
            let has = matches!(course.stand, Stand::Ended(_) | Stand::Blocked);
            self.require(!must || has, "who runs finally has run, whatever became of the others");
        }
    }
}
