//! A run from its beginning to its end: the threads, and what they share. Does not know what runs the tests.

use std::collections::{BTreeMap, VecDeque};
use std::sync::atomic::AtomicBool;
use std::thread::ScopedJoinHandle;
use std::time::{Instant, SystemTime};

use rayon::ThreadPool;

use super::cell::Roster;
use super::examiners::Examiners;
use super::importers::Importers;
use super::inbox::Inbox;
use super::leave::leave;
use super::means::Means;
use super::monitor::{House, Monitor};
use super::scouts::Scouts;
use super::services::Services;
use super::shelf::Shelf;
use super::stand::Stand;
use super::worker;
use crate::conductor::{Conductor, Score};
use crate::engine::Engine;
use crate::reporter::{Reporter, Teller};
use crate::run_error::RunError;
use crate::stage::Stage;
use crate::summary::Summary;
use crate::verdict::{Doubled, Listening, Search};

/// Runs everything of the agenda to its end on `engine`, and tells `reporter`. What is wanted of the run meanwhile comes
/// through `inbox`. Imports that hang when the run is told to end are left to themselves: then the process is ended here, as
/// its summary says, since their threads cannot be.
///
/// # Errors
///
/// When threads cannot be started. Once the run has begun, nothing is an error of the run any more.
pub fn conduct(
    stage: Stage<'_>,
    engine: &dyn Engine,
    inbox: &Inbox,
    reporter: &mut dyn Reporter,
) -> Result<Summary, RunError> {
    let started = Instant::now();
    // More workers than tests would only wait: a number of jobs may be any number.
    let slots = stage.settings.jobs.get().min(stage.agenda.tests().len());
    let pool = (slots > 0).then(|| pool(slots)).transpose()?;
    let cancelled = AtomicBool::new(false);
    let plan_search = || stage.provider.search(engine.scratch());
    let search = Search::new(SystemTime::now(), &plan_search);
    let shelf = Shelf::new(stage.suite.libraries.len());
    stage.early.watched().for_each(|watched| shelf.put(watched));
    let roster = Roster::default();
    let means = Means { stage, engine, shelf: &shelf, roster: &roster, cancelled: &cancelled };
    // What one test does nobody does twice.
    let listening = (stage.agenda.tests().len() > 1).then(Listening::new).flatten();
    let mut summary = std::thread::scope(|threads| {
        let ears = listening.as_ref().map(|listening| {
            let search = &search;
            let thread = threads.spawn(move || listening.listen(search.haunts()));
            Ears { listening, thread: Some(thread) }
        });
        let stand = Stand {
            means,
            reporter: Teller::new(reporter, started),
            importers: Importers::new(threads, means, inbox.post()),
            scouts: Scouts::new(threads, means, inbox.post()),
            services: Services::new(threads, means, inbox.post()),
            examiners: Examiners::new(threads, means, &search, inbox.post()),
            jobs: VecDeque::new(),
            uses: BTreeMap::new(),
            answers: VecDeque::new(),
        };
        let monitor = Monitor::new(Conductor::new(score(stage)), stand, inbox.post());
        match pool {
            // Not `scope`: that would wait on a thread of the pool and take a worker's place.
            Some(pool) => pool.in_place_scope(|workers| {
                for _ in 0..slots {
                    let monitor = &monitor;
                    workers.spawn(move |_| worker::work(means, monitor));
                }
                monitor.conduct(inbox);
            }),
            None => monitor.conduct(inbox),
        }
        // It takes its ends of the channels with it, so that importers end after it.
        let doubled = || ears.map_or_else(Vec::new, |ears| ears.doubled(&search));
        end(monitor.into_inner(), engine, started, doubled)
    });
    summary.watched = shelf.into_all();
    Ok(summary)
}

/// So many would run at once on a usual machine. Where none of them has made it, waiting costs more than it spares.
const LEADERS: u32 = 8;

/// What the conductor has to know.
fn score(stage: Stage<'_>) -> Score<'_> {
    let Stage { expected, suite, defaults, agenda, early, settings, loader, .. } = stage;
    let lock_timeout = loader.settings().lock_timeout;
    let leaders = LEADERS;
    Score { expected, suite, defaults, agenda, early, settings, lock_timeout, leaders }
}

/// Says what the run has come to, when nothing of it is left. Where imports hang it does not return.
fn end(
    house: House<'_, '_, '_>,
    engine: &dyn Engine,
    started: Instant,
    doubled: impl FnOnce() -> Vec<Doubled>,
) -> Summary {
    let House { conductor, mut stand, .. } = house;
    let leaves = conductor.leaves();
    let left = (engine.settle(), doubled());
    let now = Instant::now();
    let floor = probe_process::own_peak();
    let summary = conductor.end(now, now - started, left, floor, &mut stand);
    if leaves {
        leave(summary.exit());
    }
    summary
}

/// Who listens while the tests run.
struct Ears<'scope> {
    listening: &'scope Listening,
    thread: Option<ScopedJoinHandle<'scope, ()>>,
}

impl Drop for Ears<'_> {
    fn drop(&mut self) {
        // Also by panic: the scope waits for the thread.
        self.listening.end();
    }
}

impl Ears<'_> {
    /// What was written several times.
    fn doubled(mut self, search: &Search<'_>) -> Vec<Doubled> {
        self.listening.end();
        // Of one that has panicked something may be known all the same.
        self.thread.take().map(ScopedJoinHandle::join);
        self.listening.doubled(|path| search.is_declared(path))
    }
}

/// The workers' threads.
fn pool(slots: usize) -> Result<ThreadPool, RunError> {
    rayon::ThreadPoolBuilder::new()
        .num_threads(slots)
        .thread_name(|slot| format!("test-{slot}"))
        .build()
        .map_err(|error| RunError { what: "start the workers", source: error.to_string() })
}
