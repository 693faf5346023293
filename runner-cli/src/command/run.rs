//! `probe run`.

use std::num::{NonZeroU32, NonZeroUsize};
use std::thread;

use probe_scenario::{Jobs, Selection};

use super::loading::{loader, pinned, record};
use crate::args::RunArguments;
use crate::environment::Environment;
use crate::exit::Exit;
use crate::history::{History, Recorder};
use crate::plan::{Given, Plan};
use crate::project::Project;
use crate::report::{Ink, Lines};
use crate::run::{self, Settings, Stage};
use crate::ui::{Failure, print_note};

/// Imports that transfer at once, where the manifest says nothing.
pub(super) const PRELOADS: NonZeroUsize = NonZeroUsize::new(8).expect("8 is not 0");

/// Runs the selected tests.
pub(crate) fn run(arguments: &RunArguments, environment: &Environment) -> Result<Exit, Failure> {
    let project = Project::open(&arguments.project, environment)?;
    let selection =
        Selection::new(arguments.selection.selector.clone(), &arguments.selection.filters);
    let suite = &project.suite;
    let mut selected = selection.of(suite);
    let mut history = History::open(&project.root);
    let past = history.past(suite, &suite.with_prerequisites(&selected));
    if arguments.failed && !selected.is_empty() {
        selected = match past.outstanding(&selected) {
            None => {
                print_note("no selected test is known from earlier runs: all of them run");
                selected
            }
            Some(outstanding) if outstanding.is_empty() => {
                print_note("no selected test is left that failed: there is nothing to run again");
                return Ok(Exit::Passed);
            }
            Some(outstanding) => outstanding,
        };
    }
    let plan = Plan::new(&project, environment, &selected, &past)?;
    let given = Given::new(&project, environment, plan.tests(), &arguments.args)?;
    let pinning = pinned(&project, &plan, &arguments.imports, environment)?;
    let run_id = rand::random();
    let loader = loader(&arguments.store, &arguments.imports, environment, run_id)?;
    let defaults = &project.defaults;
    let jobs = arguments.jobs.map(|jobs| jobs.0).or(defaults.jobs).unwrap_or(Jobs::PerProcessor);
    let max_failures = arguments.max_failures.or(defaults.max_failures).and_then(NonZeroU32::new);
    let settings = Settings {
        jobs: match jobs {
            Jobs::Count(count) => count,
            Jobs::PerProcessor => thread::available_parallelism().unwrap_or(NonZeroUsize::MIN),
        },
        preloads: defaults.preloads.unwrap_or(PRELOADS),
        max_failures,
        retries: arguments.retries,
        run_id,
    };
    let stage = Stage {
        project: &project,
        plan: &plan,
        pinning: &pinning,
        loader: &loader,
        environment,
        given: &given,
        settings,
    };
    let summary = thread::scope(|threads| {
        let lines = Lines::new(Ink::stderr(), suite);
        let mut reporter = Recorder::new(&mut history, threads, suite, plan.tests(), run_id, lines);
        run::run(stage, &mut reporter)
    })?;
    record(&pinning, &loader, suite, &summary);
    Ok(summary.exit())
}
