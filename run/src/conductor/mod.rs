//! What owns the state of a run: it hears what has happened, says what follows, and starts what may start.
//!
//! Nothing here waits for anything, and nothing here can fail: what goes wrong is an outcome of a unit. Does not know who
//! tells it, nor how a process is run or a library imported.

mod attempts;
mod examinations;
mod imports;
mod leading;
mod slots;
mod suspending;
mod using;

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap, VecDeque};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant, SystemTime};

use crossbeam_channel::Sender;
use probe_process::{GroupWatch, Orphans, Signal};
use probe_scenario::{LibraryId, Test, TestId};
use probe_scheduler::{Next, NodeId, Run, Skip, State, Unit};

use super::monitor::Until;
use super::preload::{Import, Importers};
use super::retries::Retries;
use super::scouts::Scouts;
use super::summary::{Failure, Summary};
use super::through::Through;
use super::verdict::Examiners;
use super::worker::Job;
use crate::agenda::Agenda;
use crate::event::{Event, Extent};
use crate::exit::Exit;
use crate::limits::TestLimits;
use crate::message::Message;
use crate::provider::Attempted;
use crate::reporter::Teller;
use crate::stage::Stage;
use crate::stop::Stop;
use imports::Building;
use leading::Leaders;
use slots::TestSlots;
use using::Uses;

/// The threads that do what the conductor must not wait for.
pub(super) struct Helpers<'scope, 'env> {
    pub(super) importers: Importers<'scope, 'env>,
    pub(super) scouts: Scouts<'scope, 'env>,
    pub(super) examiners: Examiners<'scope, 'env>,
}

pub(super) struct Conductor<'a, 'scope, 'env> {
    stage: Stage<'a>,
    /// The run's id as tests see it.
    run_id: String,
    run: Run<'a, Unit<LibraryId, TestId>>,
    /// What no worker has taken yet.
    jobs: VecDeque<Job>,
    importers: Importers<'scope, 'env>,
    leaders: Leaders<'scope, 'env>,
    uses: Uses,
    /// For scouts, which send what they find.
    messages: Sender<Message>,
    examiners: Examiners<'scope, 'env>,
    /// The failures that are being examined.
    examined: BTreeMap<NodeId, Failure>,
    watch: &'a GroupWatch,
    /// Tells the imports that nobody needs them any more.
    cancelled: &'a AtomicBool,
    reporter: Teller<'a>,
    /// Imports that wait for a place in their lane, each with what lets it go on.
    waiting: BTreeMap<NodeId, Sender<()>>,
    /// What builds libraries just now.
    building: BTreeMap<NodeId, Building>,
    retries: Retries,
    /// What is due when. A test that has ended leaves its entry behind.
    timers: BinaryHeap<Reverse<(Instant, NodeId, Timer)>>,
    /// What the thread that waits for it was told last.
    awaited: Option<Until>,
    /// When imports are left to themselves that have not noticed that probe is told to stop.
    leaves_at: Option<Instant>,
    progress: Progress,
    /// Since when everything is stopped by job control.
    suspended: Option<Instant>,
    libraries_done: usize,
    /// The slots of the tests that a worker has, from before its process starts to after all that it has left is gone.
    slots: TestSlots,
    tests_done: usize,
    summary: Summary,
}

/// Whether there is anything left to wait for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Progress {
    Runs,
    /// Every unit and every examination has come to its end.
    Over,
    /// Imports that hang are left to themselves.
    Leaves,
}

/// How long imports have to notice that probe is told to stop. They do so at every piece of a download; one that hangs in
/// a system call, since a server does not answer, would hold up probe for the time-outs of the network.
const NOTICE: Duration = Duration::from_secs(1);

/// Something that is due at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Timer {
    /// The attempt has been running for so long, if it still runs.
    Slow { attempt: u32, running: Duration },
    /// The next attempt may start.
    Again,
    /// Another process may have made the library of this preload.
    Look,
    /// There may be room for the attempt now.
    Room,
}

impl<'a, 'scope, 'env> Conductor<'a, 'scope, 'env> {
    pub(super) fn new(
        stage: Stage<'a>,
        watch: &'a GroupWatch,
        helpers: Helpers<'scope, 'env>,
        messages: Sender<Message>,
        cancelled: &'a AtomicBool,
        reporter: Teller<'a>,
    ) -> Self {
        let Stage { suite, agenda, settings, .. } = stage;
        let Helpers { importers, scouts, examiners } = helpers;
        Self {
            stage,
            run_id: stage.run_id(),
            run: Run::new(agenda.graph(), Agenda::limits(settings.jobs, settings.preloads)),
            jobs: VecDeque::new(),
            importers,
            leaders: Leaders::new(&stage, scouts),
            uses: Uses::default(),
            messages,
            examiners,
            examined: BTreeMap::new(),
            watch,
            cancelled,
            reporter,
            waiting: BTreeMap::new(),
            building: BTreeMap::new(),
            retries: Retries::new(settings.run_id),
            timers: BinaryHeap::new(),
            awaited: None,
            leaves_at: None,
            progress: Progress::Runs,
            suspended: None,
            libraries_done: 0,
            slots: TestSlots::default(),
            tests_done: 0,
            summary: Summary {
                skipped: suite.tests.len() - agenda.tests().len(),
                places: vec![None; suite.libraries.len()],
                watched: vec![None; suite.libraries.len()],
                ..Summary::default()
            },
        }
    }

    /// Starts whatever may start at once.
    pub(super) fn begin(&mut self) {
        let extent = Extent {
            tests: self.stage.agenda.tests().len(),
            libraries: self.stage.agenda.libraries().len(),
            skipped: self.summary.skipped,
            jobs: self.stage.settings.jobs.get(),
            run_id: self.stage.settings.run_id,
        };
        self.reporter.event(&Event::Started { extent, clock: SystemTime::now() });
        self.go_on();
    }

    /// Does what follows from a message.
    pub(super) fn hear(&mut self, message: Message) {
        match message {
            Message::TestEnded { unit, attempt, evidence } => {
                self.test_ended(unit, attempt, evidence);
            }
            Message::Awaited { unit, path, waited } => {
                let (id, test) = self.test(unit);
                self.reporter.event(&Event::TestAwaits { id, test, path: &path, waited });
            }
            Message::Examined { unit, attempt, finding } => self.examined(unit, &attempt, finding),
            Message::Preload { unit, said } => self.preload_said(unit, said),
            Message::CommandLeft { command, left } => self.command_left(&command, &left),
            Message::Scouted { unit, scouted } => self.scouted(unit, scouted),
            Message::Signal(signal) => self.signalled(signal),
            Message::Changed => {}
        }
        self.go_on();
    }

    /// Does what is due at the time that [`waits_until`](Self::waits_until) has said.
    pub(super) fn time_is_up(&mut self) {
        if self.leaves_at.is_some_and(|at| at <= Instant::now()) {
            // What has processes is waited for: their groups are killed after their grace.
            if self.slots.are_free() && self.watch.is_idle() {
                self.progress = Progress::Leaves;
            }
            self.leaves_at = Some(Instant::now() + NOTICE);
        } else {
            self.timer_is_due();
        }
        self.go_on();
    }

    /// How long there is nothing to do if nothing is heard; `None` when the run is over.
    pub(super) fn waits_until(&mut self) -> Option<Until> {
        self.awaited = (!self.is_over()).then(|| self.until());
        self.awaited
    }

    /// Whether whoever waits as long as [`waits_until`](Self::waits_until) said waits too long.
    pub(super) fn is_to_be_looked_at(&self) -> bool {
        match (self.awaited, self.until()) {
            _ if self.is_over() => true,
            (Some(Until::Time(told)), Until::Time(at)) => at < told,
            (Some(Until::Told), Until::Time(_)) => true,
            (_, Until::Told) | (None, _) => false,
        }
    }

    /// The job that was ready first.
    pub(super) fn take_job(&mut self) -> Option<Job> {
        self.jobs.pop_front()
    }

    /// How many jobs nobody has taken.
    pub(super) fn jobs(&self) -> usize {
        self.jobs.len()
    }

    /// Whether nothing is left to wait for.
    pub(super) fn is_over(&self) -> bool {
        self.progress != Progress::Runs
    }

    /// Says what the run has come to.
    pub(super) fn end(mut self, orphans: &Orphans, started: Instant) -> Summary {
        let examined = std::mem::take(&mut self.examined);
        self.give_up(examined.into_values());
        self.settle(orphans);
        self.summary.not_run =
            self.stage.agenda.tests().len() - self.summary.done() - self.summary.blocked();
        self.summary.took = started.elapsed();
        self.reporter.event(&Event::Ended(&self.summary));
        if self.progress == Progress::Leaves {
            leave(self.summary.exit());
        }
        self.summary
    }

    /// Starts what may start now, and sees whether anything is left to wait for.
    fn go_on(&mut self) {
        let waits = self.start_all() || self.examiners.are_busy();
        if !waits && self.progress == Progress::Runs {
            self.progress = Progress::Over;
        }
    }

    /// When a timer is due, unless the clocks are stopped.
    fn until(&self) -> Until {
        let timer = self.timers.peek().map(|Reverse((at, ..))| *at);
        match timer.into_iter().chain(self.leaves_at).min() {
            Some(at) if self.suspended.is_none() => Until::Time(at),
            _ => Until::Told,
        }
    }

    /// Starts whatever may start, and says whether anything is left to wait for.
    fn start_all(&mut self) -> bool {
        loop {
            match self.run.start_next() {
                Next::Start(unit) => self.start(unit),
                Next::Wait => return true,
                Next::Done => return false,
            }
        }
    }

    fn start(&mut self, unit: NodeId) {
        if let Some(go) = self.waiting.remove(&unit) {
            self.resumed(unit);
            // An import that ended meanwhile has said so in a message of its own.
            let _ = go.send(());
            return;
        }
        let unit_of = *self.stage.agenda.graph().payload(unit);
        if let Unit::Preload(id) = unit_of {
            let library = &self.stage.suite.libraries[id.index()];
            self.reporter.event(&Event::PreloadStarted { id, library });
        }
        match unit_of {
            Unit::Preload(id) if self.stage.agenda.gate(id).is_some() => self.look(unit, id),
            Unit::Preload(id) if self.stage.early.has(id) => self.came_early(unit, id),
            Unit::Preload(id) => {
                let path_of = |library| self.path_of(library);
                let library = self.stage.provider.import(id, &path_of);
                self.importers.start(Import { unit, id, library });
            }
            Unit::Test(id) => {
                if !self.must_lead(unit, id) {
                    self.start_test(unit, id);
                }
            }
        }
    }

    fn start_test(&mut self, unit: NodeId, id: TestId) {
        if !self.may_use(unit, id) {
            return;
        }
        let test = &self.stage.suite.tests[id.index()];
        let attempt = self.retries.attempt(unit);
        let attempted = Attempted { run_id: &self.run_id, number: attempt };
        let path_of = |library| self.path_of(library);
        let mut command = self.stage.provider.command(id, attempted, &path_of);
        if let (Ok(command), Some(capture)) = (&mut command, self.stage.settings.capture) {
            command.capture = capture;
        }
        let TestLimits { slow: running, leaks, .. } = self.stage.limits(test);
        let timer = Timer::Slow { attempt, running };
        self.timers.push(Reverse((Instant::now() + running, unit, timer)));
        let needed = self.stage.suite.libraries_before(test).into_iter();
        let watched = needed.filter_map(|library| self.summary.watched[library.index()].clone());
        let slot = self.slots.take(unit);
        self.reporter.event(&Event::TestStarted { id, test, number: attempt, slot });
        let through = test.kind.map(|kind| Through {
            kind,
            files: test.files.clone(),
            has_result: test.has_result,
        });
        let watched = watched.collect();
        let job = Job { unit, slot, command, leaks, watched, through };
        self.jobs.push_back(job);
    }

    fn path_of(&self, library: LibraryId) -> &Path {
        self.summary.places[library.index()]
            .as_deref()
            .expect("what a unit needs is imported before it starts")
    }

    fn timer_is_due(&mut self) {
        let Some(Reverse((_, unit, timer))) = self.timers.pop() else {
            return;
        };
        match timer {
            Timer::Slow { attempt, running } => {
                let runs = self.run.state(unit) == State::Running;
                if runs && self.retries.attempt(unit) == attempt {
                    let (id, test) = self.test(unit);
                    self.reporter.event(&Event::TestSlow { id, test, running });
                    let timer = Timer::Slow { attempt, running: running * 2 };
                    self.timers.push(Reverse((Instant::now() + running, unit, timer)));
                }
            }
            Timer::Look => self.look_again(unit),
            Timer::Room => {
                self.run.wake(unit);
            }
            Timer::Again => {
                if self.retries.again(unit) {
                    self.run.wake(unit);
                }
            }
        }
    }

    fn signalled(&mut self, signal: Signal) {
        match signal {
            Signal::TSTP => return self.suspend(),
            Signal::CONT => return self.resume(),
            _ => {}
        }
        if let Some(Stop::Signal(_)) = self.summary.stop {
            self.watch.stop_all(Signal::KILL);
            return;
        }
        self.stop(Stop::Signal(signal.number()));
        self.leaves_at = Some(Instant::now() + NOTICE);
        self.watch.stop_all(signal);
    }

    /// Starts nothing more. What runs may finish; imports are told that nobody needs them.
    fn stop(&mut self, stop: Stop) {
        self.summary.stop = Some(stop);
        self.cancelled.store(true, Ordering::Relaxed);
        self.run.cancel();
        let waited: Vec<Failure> = self.retries.give_up().collect();
        // Whoever waits for a place finds the channel closed, goes on, and sees that it is cancelled.
        self.waiting.clear();
        self.reporter.event(&Event::Stopping(stop));
        self.cut_builds_short();
        self.give_up(waited.into_iter());
    }

    /// Tests whose last attempt has failed come to nothing more.
    fn give_up(&mut self, failures: impl Iterator<Item = Failure>) {
        for failure in failures {
            let id = failure.test;
            let test = &self.stage.suite.tests[id.index()];
            self.reporter.event(&Event::TestGivenUp { id, test });
            self.summary.failed.push(failure);
        }
    }

    /// Names and kills what tests have left that does not say whose it is.
    fn settle(&mut self, orphans: &Orphans) {
        self.summary.strays = orphans.unknown();
        orphans.kill_unknown();
    }

    /// The test of a unit.
    fn test(&self, unit: NodeId) -> (TestId, &'a Test) {
        match *self.stage.agenda.graph().payload(unit) {
            Unit::Test(id) => (id, &self.stage.suite.tests[id.index()]),
            Unit::Preload(_) => unreachable!("only tests have processes of their own and timers"),
        }
    }

    /// The tests among blocked units.
    fn tests_of<'s>(&'s self, skips: &'s [Skip]) -> impl Iterator<Item = TestId> + 's {
        skips.iter().filter_map(|skip| match *self.stage.agenda.graph().payload(skip.node) {
            Unit::Test(test) => Some(test),
            Unit::Preload(_) => None,
        })
    }
}

/// Ends the process with imports still running. Their files have no names yet, so nothing of them is left, and their
/// locks end with the process.
#[expect(
    clippy::exit,
    clippy::disallowed_methods,
    reason = "a thread that hangs in a system call can be left in no other way"
)]
fn leave(exit: Exit) -> ! {
    std::process::exit(exit.code().into())
}
