//! The invariants of a run with a time limit.

use std::time::Duration;

use probe_process::Signal;
use probe_scenario::TestId;

use super::course::{Course, Stand};
use super::judge::Judge;
use crate::overtime::Overtime;
use crate::stop::Stop;

impl Judge<'_> {
    pub(super) fn run_timed_out(&mut self, overtime: &Overtime) {
        let may_take = self.spec.settings.run_timeout == Some(overtime.limit);
        self.require(may_take && self.clock >= overtime.limit, "a run ends in its time");
        self.require(
            self.is_timed(),
            "a run that is told to end is not told once more by its time",
        );
        let test = |course: &Course| match course.stand {
            // An attempt that started during a pause has a clock of its own.
            Stand::Runs { since, .. } => Some((course.id, course.began_asleep, self.clock - since)),
            _ => None,
        };
        let running: Vec<_> = self.tests.iter().filter_map(test).collect();
        let told: Vec<_> = overtime
            .tests
            .iter()
            .zip(&running)
            .map(|(&(id, ran), &(_, asleep, since))| (id, asleep, if asleep { since } else { ran }))
            .collect();
        let are_same = told == running && overtime.tests.len() == running.len();
        self.require(are_same, "what runs when its time is over is named, and for how long");
        let is_new = |course: &&Course| {
            let waits = matches!(course.stand, Stand::Waits { has_failed: false, .. });
            waits && !self.spec.test(course.id).is_finally
        };
        let new: Vec<TestId> = self.tests.iter().filter(is_new).map(|course| course.id).collect();
        self.require(overtime.not_started == new, "what has not started is named");
        self.overtime = Some(new.len());
        self.ordered = Some(Signal::TERM);
    }

    /// Whether the run must end when its time is over.
    fn is_timed(&self) -> bool {
        matches!(self.stop, None | Some(Stop::MaxFailures(_)))
    }

    /// Whether the run's time is over and no event has said so.
    pub(super) fn is_late(&self) -> bool {
        let limit = self.spec.settings.run_timeout;
        let is_over = limit.is_some_and(|limit: Duration| self.clock > limit);
        is_over && self.is_timed() && !self.sleeps
    }
}
