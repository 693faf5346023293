//! The time limit of a run. When it is over, names what still runs and tells it to end. Does not know how long that takes, nor
//! the result.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use probe_process::Signal;
use probe_scheduler::{NodeId, State};

use super::act::Act;
use super::state::Conductor;
use super::stopping::NOTICE;
use super::turn::Turn;
use crate::event::Event;
use crate::overtime::Overtime;
use crate::stop::Stop;
use crate::unit::Unit;

/// The time limit of a run, and when its units started. Stores nothing if the run has no limit.
#[derive(Debug, Default)]
pub(super) struct RunTime {
    ends_at: Option<Instant>,
    /// The units that have started, and when their last attempts did.
    started: BTreeMap<NodeId, Instant>,
    is_limited: bool,
}

impl RunTime {
    /// Starts the time of a run.
    pub(super) fn begin(&mut self, now: Instant, limit: Option<Duration>) {
        self.ends_at = limit.map(|limit| now + limit);
        self.is_limited = limit.is_some();
    }

    /// When the time is over; `None` if there is no limit, or if that does not matter any more.
    pub(super) fn ends_at(&self) -> Option<Instant> {
        self.ends_at
    }

    /// Forgets the limit, because the run ends for another reason.
    pub(super) fn end(&mut self) {
        self.ends_at = None;
    }

    pub(super) fn start(&mut self, unit: NodeId, now: Instant) {
        if self.is_limited {
            self.started.insert(unit, now);
        }
    }

    /// Removes a unit that could not start.
    pub(super) fn forget(&mut self, unit: NodeId) {
        self.started.remove(&unit);
    }

    /// Adds the length of a pause.
    pub(super) fn delay(&mut self, by: Duration) {
        self.ends_at = self.ends_at.map(|at| at + by);
        self.started.values_mut().for_each(|at| *at += by);
    }
}

impl Conductor<'_> {
    /// Ends a run whose time is over, as a signal would.
    pub(super) fn run_is_over(&mut self, turn: &mut Turn<'_>, limit: Duration) {
        self.run_time.end();
        let overtime = self.overtime(turn.now, limit);
        turn.tell(&Event::RunTimedOut(&overtime));
        self.summary.overtime = Some(overtime);
        self.stop(turn, Stop::RunTimeout(limit));
        self.leaves_at = Some(turn.now + NOTICE);
        turn.act(Act::Stop(Signal::TERM));
    }

    /// The unfinished work at this time.
    fn overtime(&self, now: Instant, limit: Duration) -> Overtime {
        let mut overtime =
            Overtime { limit, tests: Vec::new(), libraries: Vec::new(), not_started: Vec::new() };
        let graph = self.score.agenda.graph();
        for unit in graph.ids() {
            let state = self.run.state(unit);
            let started = self.run_time.started.get(&unit);
            let running = started.map_or(Duration::ZERO, |&at| now.saturating_duration_since(at));
            match *graph.payload(unit) {
                Unit::Test(test) if self.has_run_begun(unit) => {
                    overtime.tests.push((test, running));
                }
                // Tests that `--max-failures` cancelled before have not started either. Tests that run finally may still start.
                Unit::Test(test)
                    if started.is_none()
                        && !graph.is_finaliser(unit)
                        && !matches!(state, State::Passed | State::Failed | State::Blocked) =>
                {
                    overtime.not_started.push(test);
                }
                Unit::Preload(library)
                    if started.is_some() && matches!(state, State::Running | State::Parked) =>
                {
                    overtime.libraries.push((library, running));
                }
                Unit::Test(_) | Unit::Preload(_) | Unit::Service(_) | Unit::Stop(_) => {}
            }
        }
        overtime.tests.sort_unstable();
        overtime.libraries.sort_unstable();
        overtime.not_started.sort_unstable();
        overtime
    }
}
