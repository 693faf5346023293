//! `probe run`.

use std::ffi::OsString;
use std::num::{NonZeroU32, NonZeroUsize};
use std::sync::OnceLock;
use std::thread;

use probe_process::Capture;
use probe_report::facts::Told;
use probe_report::{
    AskedReport, Destination, Ink, Lines, Live, Quoted, Reports, Rerun, RerunBy, Screen,
    ShowPolicy, Surroundings, is_terminal,
};
use probe_run::{Exit, FlakyOutcome, RacePolicy, RunSettings, Stage, Summary, Undeclared};
use probe_scenario::{Ignored, Jobs, Report, RunDefaults, ShowOutput, StatusLevel, TestId};

use super::asked::asked;
use super::attending::{Attendant, Attended, Nobody};
use super::changing::{self, Asked};
use super::loading::{loader, pinned, record};
use super::opening::{Means, Opened, exit, open, remind};
use super::proposing::Proposing;
use super::selected::{selected, with_prerequisites};
use super::showing::show;
use super::skipping::leave_out;
use super::{expected, part, programs, shuffling, unneeded, unversioned};
use crate::args::{FlakyArgument, OutputArguments, RunArguments};
use crate::dot_probe;
use crate::environment::Environment;
use crate::given::Given;
use crate::history::{History, Past, Recorder};
use crate::plan::{self, Provided, Shuffled};
use crate::project::Project;
use crate::standing::Standing;
use crate::system::terminal_width;
use crate::telling::Telling;
use crate::ui::{Failure, print_failure, print_note, print_notes};

/// Imports that transfer at once, where the manifest says nothing.
pub(super) const PRELOADS: NonZeroUsize = NonZeroUsize::new(8).expect("8 is not 0");

/// Runs the selected tests.
pub(crate) fn run(arguments: &RunArguments, environment: &Environment) -> Result<Exit, Failure> {
    let changed =
        changing::ask(&arguments.changed, &arguments.project, &arguments.selection, environment)?;
    once(arguments, environment, &changed, arguments.failed, &Nobody)
}

/// Runs the selected tests that `changed` concerns, and with `failed` of those only what has failed. `attendant` stands by.
pub(super) fn once(
    arguments: &RunArguments,
    environment: &Environment,
    changed: &Asked,
    failed: bool,
    attendant: &dyn Attendant,
) -> Result<Exit, Failure> {
    if matches!(changed, Asked::Nothing) {
        return Ok(Exit::Passed);
    }
    let run_id = rand::random();
    let asked = part::asked_of_run(arguments, environment)?;
    let shown = |defaults: &RunDefaults| policy(&arguments.output, defaults);
    let means = Means {
        store: &arguments.store,
        imports: &arguments.imports,
        progress: arguments.progress,
        shown: Some(&shown),
        skipped: &arguments.skip.skip,
        run_id,
    };
    let opened = open(&arguments.project, &arguments.selection, means, environment)?;
    let Opened { mut project, early, loader: opened } = opened;
    let mut selected = selected(&arguments.selection, &project, environment);
    let mut notes = Vec::new();
    if let Asked::Since(changes) = changed
        && !selected.is_empty()
    {
        (selected, notes) = changing::narrow(&mut project, changes, &selected, environment)?;
        if selected.is_empty() {
            print_notes(&notes);
            return Ok(exit(&project, Exit::Passed));
        }
    }
    let mut history = History::open(&project.root);
    let past = history.past(&project.suite, &project.suite.with_prerequisites(&selected));
    if failed && !selected.is_empty() {
        selected = match outstanding(&past, selected) {
            Some(outstanding) => outstanding,
            None => return Ok(exit(&project, Exit::Passed)),
        };
    }
    if selected.is_empty() && !project.not_listed.is_empty() {
        return Ok(Exit::ListingFailed);
    }
    let shard = part::own(asked, &arguments.shard, &project, &mut selected, environment)?;
    attendant.begins();
    print_notes(&notes);
    unversioned::note(&project.detected);
    unneeded::warn(&project);
    leave_out(&mut project, &arguments.skip.skip)?;
    with_prerequisites(&mut project.suite, &selected);
    if matches!(changed, Asked::Since(_)) {
        changing::explain_brought(&mut project.suite, &selected);
    }
    if let Some(count) = arguments.stress_count {
        selected = project.suite.repeat(&selected, count);
    }
    let all = project.suite.with_prerequisites(&selected);
    project.suite.check_jointly(&all, &arguments.args);
    let suite = &project.suite;
    let shuffle = arguments.shuffle.map(|asked| shuffling::seed(asked, &history)).transpose()?;
    let expected = Shuffled { suite, past: &past, seed: shuffle };
    let plan = plan::of_tests(&project, environment, &selected, &expected)?;
    programs::warn(&project, plan.tests(), environment);
    let given =
        Given::new(&project.suite, &project.root, environment, plan.tests(), &arguments.args)?
            .wrapped(arguments.wrapping());
    let pinning = pinned(&project, &plan, &early, &arguments.imports, environment)?;
    let loader = match opened {
        // A command runs once for each loader, and this one has run some.
        Some(loader) => loader,
        None => loader(&arguments.store, &arguments.imports, suite, environment, run_id)?,
    };
    let temporary = environment.temporary();
    let mut reports = {
        let github = environment.github_job().map(|job| (job, project.root.as_path()));
        let surroundings = Surroundings { cwd: environment.cwd(), temporary: &temporary, github };
        Reports::open(&reports(arguments, &project, environment), surroundings)?
    };
    if !plan.tests().is_empty()
        && let Ok(log) = dot_probe::log(&project.root, run_id)
    {
        reports.keep_log(log);
    }
    let told = Told::new(suite, plan.tests()).as_part(shard.is_some());
    let settings = RunSettings { shuffle, shard, ..settings(arguments, &project.defaults, run_id) };
    let standing = Standing::new(
        &loader.settings().store,
        &project.root,
        &arguments.project,
        arguments.keep_services,
    );
    let provider = Provided {
        project: &project,
        pinning: &pinning,
        environment,
        given: &given,
        store: &loader.settings().store,
        run_id,
        standing: Some(&standing),
        instead: None,
    };
    let expected = expected::expected(&project);
    let stage = Stage {
        suite,
        root: &project.root,
        defaults: &project.defaults.limits,
        agenda: &plan,
        expected: &expected,
        loader: &loader,
        early: &early,
        workplace: &environment.workplace(),
        provider: &provider,
        settings,
    };
    let policy = policy(&arguments.output, &project.defaults);
    let proposing = Proposing {
        project: &project,
        asked: arguments.project.manifest_path.as_deref(),
        environment,
        told: OnceLock::new(),
    };
    let settle = |summary: &Summary| proposing.settle(summary);
    let summary = thread::scope(|threads| {
        let screen = match settings.capture {
            Some(Capture::Through) => Screen::direct(),
            _ => Screen::start(show(arguments.progress, policy.level, environment)),
        };
        let lines = Lines::new(Ink::above(&screen), suite)
            .showing(policy)
            .within(is_terminal().then(terminal_width).flatten())
            .after(early.libraries())
            .with_rerun(rerun(arguments, shuffle, environment))
            .with_proposals(&proposing.told)
            .quoting(environment.github_job().map(|_| Quoted::fresh()));
        let mut telling = Telling {
            told: &told,
            recorder: Recorder::new(&mut history, threads, suite, &told, run_id),
            shown: Attended { attendant, inner: Live::new(screen, lines) },
            reports: &mut reports,
            complain: |failure| print_failure(failure),
            settle: &settle,
        };
        probe_run::run(stage, &mut telling)
    })?;
    record(&pinning, &loader, suite, &summary);
    remind(&project);
    expected::lapsed(&project, &expected, &summary);
    let ended = exit(&project, summary.exit());
    Ok(if reports.failures().is_empty() { ended } else { ended.or_not_reported() })
}

/// What is left of `selected` for `--failed`; `None` if all of them have passed since.
fn outstanding(past: &Past, selected: Vec<TestId>) -> Option<Vec<TestId>> {
    match past.outstanding(&selected) {
        // A run of nothing would look as if everything had passed.
        None => {
            print_note("no selected test is known from earlier runs: all of them run");
            Some(selected)
        }
        Some(outstanding) if outstanding.is_empty() => {
            print_note("no selected test is left that failed: there is nothing to run again");
            None
        }
        outstanding => outstanding,
    }
}

/// The reports that the command line asks for, and those of the manifest of other kinds.
fn reports(
    arguments: &RunArguments,
    project: &Project,
    environment: &Environment,
) -> Vec<AskedReport> {
    let mut reports = asked(&arguments.reports, environment);
    let is_left = |wanted: &&Report| !reports.iter().any(|asked| asked.kind == wanted.kind);
    let others = project.defaults.reports.iter().filter(is_left);
    let others = others.map(|Report { kind, file }| {
        let to = match file.as_str() {
            "-" => Destination::Stdout,
            file => Destination::Made(environment.resolve(&project.root, file)),
        };
        AskedReport { kind: *kind, to }
    });
    let others: Vec<_> = others.collect();
    reports.extend(others);
    reports
}

/// How what is left of this run is run again, with what the command line says of project and tests.
fn rerun(
    arguments: &RunArguments,
    shuffle: Option<u64>,
    environment: &Environment,
) -> Option<Rerun> {
    let mut options: Vec<OsString> = Vec::new();
    if let Some(path) = &arguments.project.manifest_path {
        options.extend(["--manifest-path".into(), path.into()]);
    }
    if let Some(profile) = &arguments.project.profile {
        options.extend(["-P".into(), profile.into()]);
    }
    let ignored = arguments.selection.run_ignored;
    if ignored != Ignored::default() {
        options.extend(["--run-ignored".into(), ignored.to_string().into()]);
    }
    if let Some(count) = arguments.stress_count {
        options.extend(["--stress-count".into(), count.to_string().into()]);
    }
    if let Some(seed) = shuffle {
        options.push(format!("--shuffle={seed}").into());
    }
    // What CI has run is mostly run again elsewhere, and of copies the history knows no test.
    let has_no_history = environment.is_ci() || arguments.stress_count.is_some();
    let by = if has_no_history { RerunBy::Name } else { RerunBy::History };
    Rerun::new(by, &options, &arguments.args)
}

/// The command line before the manifest.
fn settings(arguments: &RunArguments, defaults: &RunDefaults, run_id: u64) -> RunSettings {
    let capture = capture(&arguments.output);
    let usual = match capture {
        // What several tests print at once cannot be told apart.
        Some(Capture::Through) => Jobs::Count(NonZeroUsize::MIN),
        _ => defaults.jobs.unwrap_or(Jobs::PerProcessor),
    };
    let processors = thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
    let max_failures = if arguments.fail_fast { Some(1) } else { arguments.max_failures };
    RunSettings {
        jobs: arguments.jobs.unwrap_or(usual).of(processors),
        preloads: defaults.preloads.unwrap_or(PRELOADS),
        max_failures: max_failures.or(defaults.max_failures).and_then(NonZeroU32::new),
        run_timeout: arguments.run_timeout.or(defaults.run_timeout),
        retries: arguments.retries,
        flaky: match arguments.flaky {
            FlakyArgument::Pass => FlakyOutcome::Passed,
            FlakyArgument::Fail => FlakyOutcome::Failed,
        },
        capture,
        races: RacePolicy {
            retries: arguments.race_retries,
            undeclared: if arguments.race_retries_undeclared {
                Undeclared::Retried
            } else {
                Undeclared::Named
            },
        },
        shuffle: None,
        shard: None,
        run_id,
    }
}

/// What the command line makes of what tests print.
fn capture(arguments: &OutputArguments) -> Option<Capture> {
    if arguments.no_capture {
        return Some(Capture::Through);
    }
    arguments.output.map(plan::capture)
}

/// What is shown of the run: the command line before the manifest, its short forms before its long ones.
pub(super) fn policy(arguments: &OutputArguments, defaults: &RunDefaults) -> ShowPolicy {
    let usual = ShowPolicy::default();
    let level = match (arguments.quiet, arguments.verbose) {
        (true, _) => Some(StatusLevel::Fail),
        (_, true) => Some(StatusLevel::All),
        (false, false) => None,
    };
    let success = arguments.verbose.then_some(ShowOutput::Immediate);
    ShowPolicy {
        level: level.or(arguments.status_level).or(defaults.status_level).unwrap_or(usual.level),
        success: success
            .or(arguments.success_output)
            .or(defaults.success_output)
            .unwrap_or(usual.success),
        failure: arguments.failure_output.or(defaults.failure_output).unwrap_or(usual.failure),
        capture: capture(arguments),
    }
}
