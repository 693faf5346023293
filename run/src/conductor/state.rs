//! The state of a run.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

use probe_scenario::LibraryId;
use probe_scheduler::{NodeId, Run};

use super::building::Building;
use super::gates::Gates;
use super::lives::Services;
use super::overtime::RunTime;
use super::refusals::Refusals;
use super::retries::Retries;
use super::score::Score;
use super::slots::TestSlots;
use super::timers::Timers;
use crate::agenda::Agenda;
use crate::summary::{Failure, Summary};
use crate::unit::Unit;

/// The owner of a run's state.
#[derive(Debug)]
pub(crate) struct Conductor<'a> {
    pub(super) score: Score<'a>,
    pub(super) run: Run<'a, Unit>,
    pub(super) gates: Gates,
    pub(super) services: Services,
    /// The tests with a lead, and the libraries that they lead.
    pub(super) leads: BTreeMap<NodeId, Vec<LibraryId>>,
    /// The tests that wait for an answer whether they may use libraries that are made in place.
    pub(super) asking: BTreeSet<NodeId>,
    /// The tests that use libraries that are made in place.
    pub(super) uses: BTreeSet<NodeId>,
    /// The tests that wait for a process that makes such libraries.
    pub(super) refusals: Refusals,
    /// The failures that are being examined.
    pub(super) examined: BTreeMap<NodeId, Failure>,
    /// Imports that wait for a place in their lane.
    pub(super) waiting: BTreeSet<NodeId>,
    /// The commands that are making libraries at present.
    pub(super) building: BTreeMap<NodeId, Building>,
    /// By test, whether an attempt of it has started.
    pub(super) begun: Vec<bool>,
    pub(super) retries: Retries,
    pub(super) timers: Timers,
    pub(super) run_time: RunTime,
    /// When imports are abandoned that have not noticed that the run is told to stop.
    pub(super) leaves_at: Option<Instant>,
    /// Whether a second signal has come. Then nothing starts any more, not even tests that run finally.
    pub(super) kills: bool,
    pub(super) progress: Progress,
    /// When everything was paused by job control.
    pub(super) suspended: Option<Instant>,
    pub(super) libraries_done: usize,
    /// The slots of the tests that a worker has, from before the process starts until everything that it left is gone.
    pub(super) slots: TestSlots,
    pub(super) tests_done: usize,
    pub(super) summary: Summary,
}

/// Whether there is anything left to wait for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Progress {
    Runs,
    /// Every unit and every examination has ended.
    Over,
    /// Imports hang and are abandoned.
    Leaves,
}

impl<'a> Conductor<'a> {
    /// Starts with nothing running.
    pub(crate) fn new(score: Score<'a>) -> Self {
        let Score { suite, agenda, settings, .. } = score;
        Self {
            score,
            run: Run::new(agenda.graph(), Agenda::limits(settings.jobs, settings.preloads)),
            gates: Gates::new(agenda.led(), settings.run_id),
            services: Services::default(),
            leads: BTreeMap::new(),
            asking: BTreeSet::new(),
            uses: BTreeSet::new(),
            refusals: Refusals::default(),
            examined: BTreeMap::new(),
            waiting: BTreeSet::new(),
            building: BTreeMap::new(),
            begun: vec![false; suite.tests.len()],
            retries: Retries::new(settings.run_id),
            timers: Timers::default(),
            run_time: RunTime::default(),
            leaves_at: None,
            kills: false,
            progress: Progress::Runs,
            suspended: None,
            libraries_done: 0,
            slots: TestSlots::default(),
            tests_done: 0,
            summary: Summary {
                shuffle: settings.shuffle,
                shard: settings.shard,
                skipped: suite.tests.len() - agenda.tests().len(),
                places: vec![None; suite.libraries.len()],
                ..Summary::default()
            },
        }
    }
}
