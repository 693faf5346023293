//! A run from start to end: its threads, and what they share. Does not know what runs the tests.

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

/// Runs the agenda to its end on `engine`, and reports to `reporter`. Orders to the run come through `inbox`.
///
/// If imports hang when the run is told to end, this function ends the whole process, with the exit code of the summary: their
/// threads cannot be ended.
///
/// # Errors
///
/// Fails if threads cannot be started. Once the run has begun, it always returns a summary.
pub fn conduct(
    stage: Stage<'_>,
    engine: &dyn Engine,
    inbox: &Inbox,
    reporter: &mut dyn Reporter,
) -> Result<Summary, RunError> {
    let started = Instant::now();
    // More workers than tests would only wait, and the number of jobs may be any number.
    let slots = stage.settings.jobs.get().min(stage.agenda.tests().len());
    let pool = (slots > 0).then(|| pool(slots)).transpose()?;
    let cancelled = AtomicBool::new(false);
    let plan_search = || stage.provider.search(engine.scratch());
    let search = Search::new(SystemTime::now(), &plan_search);
    let shelf = Shelf::new(stage.suite.libraries.len());
    stage.early.watched().for_each(|watched| shelf.put(watched));
    let roster = Roster::default();
    let means = Means { stage, engine, shelf: &shelf, roster: &roster, cancelled: &cancelled };
    // A single test cannot write the same file as another one.
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
            // Not `scope`: it would wait on a thread of the pool, which then could not work.
            Some(pool) => pool.in_place_scope(|workers| {
                for _ in 0..slots {
                    let monitor = &monitor;
                    workers.spawn(move |_| worker::work(means, monitor));
                }
                monitor.conduct(inbox);
            }),
            None => monitor.conduct(inbox),
        }
        // Dropping it closes its ends of the channels. Importers end after that.
        let doubled = || ears.map_or_else(Vec::new, |ears| ears.doubled(&search));
        end(monitor.into_inner(), engine, started, doubled)
    });
    summary.watched = shelf.into_all();
    Ok(summary)
}

/// As many would run at once on a usual machine. If none of them has made the library, waiting costs more than it saves.
const LEADERS: u32 = 8;

/// What the conductor needs to know.
fn score(stage: Stage<'_>) -> Score<'_> {
    let Stage { expected, suite, defaults, agenda, early, settings, loader, .. } = stage;
    let lock_timeout = loader.settings().lock_timeout;
    let leaders = LEADERS;
    Score { expected, suite, defaults, agenda, early, settings, lock_timeout, leaders }
}

/// Ends the run and returns its summary, after everything of the run has ended. Does not return if imports hang.
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

/// Listens for writes in caches while the tests run.
struct Ears<'scope> {
    listening: &'scope Listening,
    thread: Option<ScopedJoinHandle<'scope, ()>>,
}

impl Drop for Ears<'_> {
    fn drop(&mut self) {
        // Needed after a panic, too: the scope waits for the thread.
        self.listening.end();
    }
}

impl Ears<'_> {
    /// The files that were written several times.
    fn doubled(mut self, search: &Search<'_>) -> Vec<Doubled> {
        self.listening.end();
        // If the thread panicked, its results so far may still be useful.
        self.thread.take().map(ScopedJoinHandle::join);
        self.listening.doubled(|path| search.is_declared(path))
    }
}

/// Makes the workers' threads.
fn pool(slots: usize) -> Result<ThreadPool, RunError> {
    rayon::ThreadPoolBuilder::new()
        .num_threads(slots)
        .thread_name(|slot| format!("test-{slot}"))
        .build()
        .map_err(|error| RunError { what: "start the workers", source: error.to_string() })
}
