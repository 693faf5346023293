//! A run: the conductor, which alone owns the state, and the workers and importers that only tell it what happens.
//!
//! Knows neither the command line nor how anything is printed.

mod attempt;
mod conductor;
mod early;
mod event;
mod gates;
mod keep;
mod monitor;
mod preload;
mod retries;
mod scouts;
mod summary;
mod through;
mod verdict;
mod worker;

use std::num::{NonZeroU32, NonZeroUsize};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant, SystemTime};

use crossbeam_channel::unbounded;
use miette::Diagnostic;
use probe_loader::Loader;
use probe_process::{
    Brand, Capture, Charge, ENDING, JOB_CONTROL, Leak, Listener, Memory, Orphans, Scratch, Signal,
    Watch,
};
use probe_scenario::Test;
use probe_scheduler::NodeId;
use rayon::ThreadPool;

pub(crate) use attempt::{Attempt, Ending, Overrun};
pub(crate) use early::Early;
use event::Teller;
pub(crate) use event::{Event, Extent, Reporter, Reporters, Stop, Work};
pub(crate) use summary::{
    CutShort, Failure, FlakyOutcome, ImportFailure, Leaky, NotImported, Raced, Slow, Summary,
};
use verdict::Evidence;
pub(crate) use verdict::{
    Audience, Before, Circumstances, FileFinding, Finding, Haunts, Outcome, Question, RacePolicy,
    Repaired, Search, Stray, Symptom, Undeclared, Verdict, Watched, Written, examine, sought,
    symptom,
};

use crate::environment::Environment;
use crate::given::Given;
use crate::pinning::Pinning;
use crate::plan::Plan;
use crate::project::Project;
use crate::ui::Ends;
use conductor::{Conductor, Helpers};
use monitor::Monitor;

/// How a run goes, after command line, environment and manifest have been weighed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Settings {
    /// Tests that run at once.
    pub(crate) jobs: NonZeroUsize,
    /// Imports that transfer or build at once; those that wait do not count.
    pub(crate) preloads: NonZeroUsize,
    /// Failed tests after which nothing more starts.
    pub(crate) max_failures: Option<NonZeroU32>,
    /// Further attempts of every test; `None` leaves it to the manifest.
    pub(crate) retries: Option<u32>,
    /// What flaky tests come to.
    pub(crate) flaky: FlakyOutcome,
    /// What becomes of what every test prints; `None` leaves it to the manifest.
    pub(crate) capture: Option<Capture>,
    /// Further attempts after a race.
    pub(crate) races: RacePolicy,
    /// Names the run, and seeds every random choice in it.
    pub(crate) run_id: u64,
}

/// What a run is made of.
#[derive(Clone, Copy)]
pub(crate) struct Stage<'a> {
    pub(crate) project: &'a Project,
    pub(crate) plan: &'a Plan,
    pub(crate) pinning: &'a Pinning,
    pub(crate) loader: &'a Loader,
    pub(crate) environment: &'a Environment,
    pub(crate) given: &'a Given,
    /// What was imported before.
    pub(crate) early: &'a Early,
    pub(crate) settings: Settings,
}

impl Stage<'_> {
    /// The run's id as tests see it.
    fn run_id(&self) -> String {
        format!("{:016x}", self.settings.run_id)
    }

    /// How many more attempts `test` has after its first one has failed.
    fn retries(&self, test: &Test) -> u32 {
        self.settings.retries.unwrap_or_else(|| self.project.limits(test).retries)
    }
}

/// What workers, importers and others tell the conductor.
#[derive(Debug)]
pub(crate) enum Message {
    /// An import goes on.
    Preload { unit: NodeId, said: preload::Said },
    /// A test's process has ended.
    TestEnded { unit: NodeId, attempt: Attempt, evidence: Option<Evidence> },
    /// An examination waits for whoever writes to a file.
    Awaited { unit: NodeId, path: PathBuf, waited: Duration },
    /// An attempt has been examined; without a finding if that panicked.
    Examined { unit: NodeId, attempt: Attempt, finding: Option<Finding> },
    /// The command of a library has left processes behind, which have been killed.
    CommandLeft { command: String, left: Vec<Leak> },
    /// A scout has found out something about libraries that tests make.
    Scouted { unit: NodeId, scouted: scouts::Scouted },
    /// Probe has received a signal.
    Signal(Signal),
    /// A worker has told the conductor something by which it is to be looked at again.
    Changed,
}

/// Why a run could not begin.
#[derive(Debug)]
pub(crate) struct RunError {
    what: &'static str,
    source: String,
}

impl std::fmt::Display for RunError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "cannot {}: {}", self.what, self.source)
    }
}

impl std::error::Error for RunError {}

impl Ends for RunError {}

impl Diagnostic for RunError {
    fn help<'a>(&'a self) -> Option<Box<dyn std::fmt::Display + 'a>> {
        Some(Box::new(
            "run fewer tests at once (`-j`), or allow more processes and open files: `ulimit -u`, `ulimit -n`",
        ))
    }
}

/// Runs everything in `plan` to its end, and tells `reporter`.
///
/// # Errors
///
/// When threads or signal handlers cannot be set up. Once the run has begun, nothing is an error of the run any more.
pub(crate) fn run(stage: Stage<'_>, reporter: &mut dyn Reporter) -> Result<Summary, RunError> {
    let started = Instant::now();
    // More workers than tests would only wait: a number of jobs may be any number.
    let slots = stage.settings.jobs.get().min(stage.plan.tests().len());
    let (messages, inbox) = unbounded();
    let to_conductor = messages.clone();
    // Nobody listens any more once the run is over.
    let heard = move |signal| drop(to_conductor.send(Message::Signal(signal)));
    let run_id = stage.run_id();
    let directory = stage.environment.temporary().join(format!("probe-{run_id}"));
    // What only imports passes on to a command of the user's nothing that it does not know.
    let brand = if slots > 0 { Brand::take() } else { None };
    let charge = Charge { run_id: Some(run_id.clone()), brand, scratch: Some(directory.clone()) };
    let watch = Arc::new(Watch::new(charge));
    let listened_to = ENDING.into_iter().chain(JOB_CONTROL);
    let _signals = Listener::start(listened_to, Arc::clone(&watch), heard)
        .map_err(|error| RunError { what: "listen for signals", source: error.to_string() })?;
    let pool = (slots > 0).then(|| pool(slots)).transpose()?;
    let scratch = Scratch::new(directory);
    let orphans = Orphans::adopt(&run_id);
    let cancelled = AtomicBool::new(false);
    // Unnamed files leave no trace in the project, and its disk is a real one, where the temporary directory may be memory.
    let spool = stage.project.root.as_path();
    let importing = preload::Desk {
        loader: stage.loader,
        watch: &watch,
        spool,
        cancelled: &cancelled,
        grace: stage.project.default_limits().grace,
        environment: stage.environment,
    };
    let memory = Memory::watch();
    let plan_search = || {
        let Stage { project, pinning, environment, loader, .. } = stage;
        let store = &loader.settings().store;
        let haunts = Haunts::new(environment, &project.root, store, Some(scratch.root()));
        let made = Plan::all_made(project, environment).into_iter().flat_map(|made| made.paths);
        let imported = Plan::sketches(project, pinning, environment);
        (haunts, made.chain(imported.iter().flat_map(verdict::patterns_of)).collect())
    };
    let search = Search::new(SystemTime::now(), &plan_search);
    let summary = std::thread::scope(|threads| {
        let helpers = Helpers {
            importers: preload::Importers::new(threads, importing, messages.clone()),
            scouts: scouts::Scouts::new(threads, stage.loader, &cancelled),
            examiners: verdict::Examiners::new(
                threads,
                importing,
                (&search, stage.settings.races.undeclared),
                messages.clone(),
            ),
        };
        let reporter = Teller::new(reporter, started);
        let conductor =
            Conductor::new(stage, &watch, helpers, messages.clone(), &cancelled, reporter);
        let monitor = Monitor::new(conductor, messages);
        match pool {
            // Not `scope`: that would wait on a thread of the pool and take a worker's place.
            Some(pool) => pool.in_place_scope(|workers| {
                let desk = worker::Desk {
                    watch: &watch,
                    orphans: &orphans,
                    scratch: &scratch,
                    spool,
                    memory: &memory,
                };
                for _ in 0..slots {
                    let monitor = &monitor;
                    workers.spawn(move |_| worker::work(desk, monitor));
                }
                monitor.conduct(&inbox);
            }),
            None => monitor.conduct(&inbox),
        }
        // The conductor takes its ends of the channels with it, so that importers end after it.
        monitor.into_inner().end(&orphans, started)
    });
    Ok(summary)
}

/// The workers' threads.
fn pool(slots: usize) -> Result<ThreadPool, RunError> {
    rayon::ThreadPoolBuilder::new()
        .num_threads(slots)
        .thread_name(|slot| format!("test-{slot}"))
        .build()
        .map_err(|error| RunError { what: "start the workers", source: error.to_string() })
}
