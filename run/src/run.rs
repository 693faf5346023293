//! A run from its beginning to its end: the threads, and what they share.
//!
//! Knows neither the command line nor how anything is printed.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::{Instant, SystemTime};

use crossbeam_channel::unbounded;
use probe_process::{
    Brand, Charge, ENDING, GroupWatch, JOB_CONTROL, Listener, Memory, Orphans, Scratch,
};
use rayon::ThreadPool;

use crate::conductor::{Conductor, Helpers};
use crate::flaw::OUTSIDE;
use crate::limits::TestLimits;
use crate::message::Message;
use crate::monitor::Monitor;
use crate::preload;
use crate::reporter::{Reporter, Teller};
use crate::run_error::RunError;
use crate::scouts;
use crate::stage::Stage;
use crate::summary::Summary;
use crate::verdict::{self, Search};
use crate::worker;

/// Runs everything of the agenda to its end, and tells `reporter`.
///
/// # Errors
///
/// When threads or signal handlers cannot be set up. Once the run has begun, nothing is an error of the run any more.
pub fn run(stage: Stage<'_>, reporter: &mut dyn Reporter) -> Result<Summary, RunError> {
    let started = Instant::now();
    // More workers than tests would only wait: a number of jobs may be any number.
    let slots = stage.settings.jobs.get().min(stage.agenda.tests().len());
    let (messages, inbox) = unbounded();
    let to_conductor = messages.clone();
    // Nobody listens any more once the run is over.
    let heard = move |signal| drop(to_conductor.send(Message::Signal(signal)));
    let run_id = stage.run_id();
    let directory = stage.machine.temporary.join(format!("probe-{run_id}"));
    // What only imports passes on to a command of the user's nothing that it does not know.
    let brand = if slots > 0 { Brand::take() } else { None };
    let charge = Charge { run_id: Some(run_id.clone()), brand, scratch: Some(directory.clone()) };
    let watch = Arc::new(GroupWatch::new(charge, OUTSIDE));
    let listened_to = ENDING.into_iter().chain(JOB_CONTROL);
    let _signals = Listener::start(listened_to, Arc::clone(&watch), heard)
        .map_err(|error| RunError { what: "listen for signals", source: error.to_string() })?;
    let pool = (slots > 0).then(|| pool(slots)).transpose()?;
    let scratch = Scratch::new(directory);
    let orphans = Orphans::adopt(&run_id, OUTSIDE);
    let cancelled = AtomicBool::new(false);
    // Unnamed files leave no trace in the project, and its disk is a real one, where the temporary directory may be memory.
    let spool = stage.root;
    let importing = preload::Desk {
        loader: stage.loader,
        watch: &watch,
        spool,
        cancelled: &cancelled,
        grace: TestLimits::new(stage.defaults).grace,
        machine: stage.machine,
    };
    let memory = Memory::watch();
    let plan_search = || stage.provider.search(scratch.root());
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
