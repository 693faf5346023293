//! `probe run --debug TEST`: one test as a person would start it by hand, with the libraries and variables that it has in a run,
//! and the terminal and the standard input as they are: nothing is kept of what it prints, nothing ends it, nothing repeats it.

use std::ffi::OsString;
use std::fmt;
use std::path::{Path, PathBuf};
use std::process::Command;

use miette::Diagnostic;
use probe_process::{find_program, run_in_foreground};
use probe_report::{Brief, BriefDetail, Ink, Live, Screen};
use probe_run::{Attempted, Exit, Invocation, Provider, RunSettings, Stage};
use probe_scenario::{
    Expected, LibraryId, ServiceGround, Source, StatusLevel, Suite, Test, TestId,
};

use super::exec::{Announcing, exit_of, used};
use super::loading::{loader, pinned, record};
use super::opening::{Means, Opened, open};
use super::run::{PRELOADS, policy};
use super::showing::show;
use crate::args::RunArguments;
use crate::environment::Environment;
use crate::given::Given;
use crate::plan::{self, Provided};
use crate::ui::{Ends, Failure, print_note};

/// Tests that are named; the rest is counted.
const NAMED: usize = 10;

/// Imports what the test needs, and runs it.
pub(crate) fn debug(
    name: &str,
    arguments: &RunArguments,
    environment: &Environment,
) -> Result<Exit, Failure> {
    let run_id: u64 = rand::random();
    let shown = |defaults: &_| policy(&arguments.output, defaults);
    let means = Means {
        store: &arguments.store,
        imports: &arguments.imports,
        progress: arguments.progress,
        shown: Some(&shown),
        skipped: &[],
        run_id,
    };
    let Opened { project, early, loader: opened } =
        open(&arguments.project, &arguments.selection, means, environment)?;
    let suite = &project.suite;
    let id = only(suite, name)?;
    let test = &suite.tests[id.index()];
    without_services(suite, test)?;
    let mut libraries = suite.libraries_before(test);
    // What tests make, this one may make.
    libraries.retain(|id| !matches!(suite.libraries[id.index()].source, Source::Leader { .. }));
    let plan = plan::of_libraries(suite, environment, &libraries)?;
    let given = Given::new(suite, &project.root, environment, &[id], &arguments.args)?
        .wrapped(arguments.wrapping());
    let pinning = pinned(&project, &plan, &early, &arguments.imports, environment)?;
    let loader = match opened {
        Some(loader) => loader,
        None => loader(&arguments.store, &arguments.imports, suite, environment, run_id)?,
    };
    let provider = Provided {
        project: &project,
        pinning: &pinning,
        environment,
        given: &given,
        store: &loader.settings().store,
        run_id,
    };
    let stage = Stage {
        suite,
        root: &project.root,
        defaults: &project.defaults.limits,
        agenda: &plan,
        expected: &Expected::default(),
        loader: &loader,
        early: &early,
        workplace: &environment.workplace(),
        provider: &provider,
        settings: RunSettings::of_imports(project.defaults.preloads.unwrap_or(PRELOADS), run_id),
    };
    let screen = Screen::start(show(arguments.progress, StatusLevel::Pass, environment));
    let brief = Brief::new(Ink::above(&screen), suite, BriefDetail::News, Default::default());
    let summary = probe_run::run(stage, &mut Live::new(screen, brief))?;
    record(&pinning, &loader, suite, &summary);
    if summary.stop.is_some() || !summary.not_imported.is_empty() {
        return Ok(summary.exit());
    }
    let nowhere = PathBuf::new();
    let place = |library: LibraryId| -> &Path {
        summary.places[library.index()].as_deref().unwrap_or(&nowhere)
    };
    // Of no service: such a test has been refused.
    let ground = ServiceGround::default();
    let run = format!("{run_id:016x}");
    let scratch = tempfile::tempdir_in(environment.temporary()).map_err(|error| {
        CannotDebug::new(format!("cannot make a directory for its files: {error}"), Exit::Setup)
    })?;
    let attempted = Attempted { run_id: &run, number: 1, temporary: scratch.path() };
    let invocation = provider
        .invocation(id, attempted, &place, &|_| &ground)
        .map_err(|reason| CannotDebug { what: reason, help: None, exit: Exit::Setup })?;
    let watched: Vec<_> = summary.watched.iter().flatten().cloned().collect();
    let using = loader
        .await_use(&used(&watched, suite), &Announcing)
        .map_err(|error| CannotDebug::new(format!("cannot {error}"), Exit::ImportFailed))?;
    let mut command = command(&invocation, scratch.path(), environment)?;
    announce(suite, id, &invocation);
    let end = run_in_foreground(&mut command).map_err(|error| {
        let program = command.get_program().display();
        CannotDebug::new(format!("cannot run `{program}`: {error}"), Exit::NotRun)
    })?;
    drop(using);
    Ok(exit_of(end))
}

/// Nothing here starts a service: a test that needs one would run without it.
fn without_services(suite: &Suite, test: &Test) -> Result<(), CannotDebug> {
    let names = test.services.iter().map(|need| &suite.services[need.service.index()].name);
    let names: Vec<String> = names.map(|name| format!("`{name}`")).collect();
    if names.is_empty() {
        return Ok(());
    }
    Err(CannotDebug {
        what: format!("`{test}` needs {}, and `--debug` starts no service", names.join(", ")),
        help: Some("run it without `--debug`".to_owned()),
        exit: Exit::Usage,
    })
}

/// Says what is about to run: from here on the terminal is the test's.
fn announce(suite: &Suite, id: TestId, invocation: &Invocation) {
    let test = &suite.tests[id.index()];
    if !test.after.is_empty() {
        let names: Vec<String> =
            test.after.iter().map(|id| format!("`{}`", suite.tests[id.index()])).collect();
        print_note(&format!("`{test}` comes after {}, which does not run now", names.join(", ")));
    }
    let words = std::iter::once(&invocation.program).chain(&invocation.args);
    let words: Vec<_> = words.map(|word| word.to_string_lossy()).collect();
    let words = probe_scenario::without_secrets(&words.join(" ")).into_owned();
    print_note(&format!(
        "`{test}` has the terminal, and no timeout: `{words}` in `{}`",
        invocation.cwd.display()
    ));
}

/// The test as a process that a person has started.
fn command(
    invocation: &Invocation,
    scratch: &Path,
    environment: &Environment,
) -> Result<Command, CannotDebug> {
    let Invocation { program, args, env, cwd, .. } = invocation;
    let own = env.iter().rev().find(|(name, _)| name == "PATH");
    let path = own.map(|(_, path)| path.as_os_str()).or(environment.path());
    let program = find_program(program, cwd, path)
        .map_err(|error| CannotDebug::new(error.to_string(), Exit::NotFound))?;
    let mut command = Command::new(program);
    for name in environment.withheld() {
        command.env_remove(name);
    }
    let slot: [(OsString, OsString); 2] =
        [("PROBE_SLOT".into(), "0".into()), ("TEST_TMPDIR".into(), scratch.into())];
    command.args(args).envs(slot).envs(env.iter().map(|(name, value)| (name, value)));
    command.current_dir(cwd);
    Ok(command)
}

/// The test that is called so, with or without its suite, or else the only one whose name has this in it.
fn only(suite: &Suite, name: &str) -> Result<TestId, CannotDebug> {
    let all = || (0..suite.tests.len()).map(TestId::new);
    let test = |id: &TestId| &suite.tests[id.index()];
    let exact: Vec<TestId> =
        all().filter(|id| test(id).name == name || test(id).to_string() == name).collect();
    let lower = name.to_lowercase();
    let found = match exact.len() {
        0 => all().filter(|id| test(id).to_string().to_lowercase().contains(&lower)).collect(),
        _ => exact,
    };
    match found.as_slice() {
        [id] => Ok(*id),
        [] => Err(CannotDebug {
            what: format!("no test is called `{name}`"),
            help: Some("`probe list` shows all".to_owned()),
            exit: Exit::NoTests,
        }),
        many => {
            let mut lines: Vec<String> =
                many.iter().take(NAMED).map(|id| format!("- {}", test(id))).collect();
            if let Some(more) = many.len().checked_sub(NAMED).filter(|more| *more > 0) {
                lines.push(format!("- and {more} more"));
            }
            Err(CannotDebug {
                what: format!(
                    "{} tests have `{name}` in their names, and one can have the terminal",
                    many.len()
                ),
                help: Some(format!("name one of them whole:\n{}", lines.join("\n"))),
                exit: Exit::Usage,
            })
        }
    }
}

/// The test cannot be run.
#[derive(Debug)]
struct CannotDebug {
    what: String,
    help: Option<String>,
    exit: Exit,
}

impl CannotDebug {
    fn new(what: String, exit: Exit) -> Self {
        Self { what, help: None, exit }
    }
}

impl fmt::Display for CannotDebug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)
    }
}

impl std::error::Error for CannotDebug {}

impl Diagnostic for CannotDebug {
    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.help.as_ref().map(|help| Box::new(help) as Box<dyn fmt::Display>)
    }
}

impl Ends for CannotDebug {
    fn exit(&self) -> Exit {
        self.exit
    }
}
