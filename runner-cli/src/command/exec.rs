//! `probe exec`: libraries first, then a command with the terminal as it is, and with services if it needs any.

use std::ffi::OsString;
use std::fmt;
use std::process::Command;
use std::sync::Arc;
use std::time::SystemTime;

use miette::Diagnostic;
use probe_loader::{Host, ImportError, Used};
use probe_process::{ProcessEnd, ProgramError, find_program, replace_process, run_in_foreground};
use probe_report::{BriefDetail, command_verdict, remark, style, undeclared as say_suspects};
use probe_run::{Before, Exit, Haunts, Search, Watched, doubled_during};
use probe_scenario::Suite;

use super::attended::{Attended, Staff};
use super::preloading::{Preloaded, Ready, Request, preload};
use super::{undeclared, verdict};
use crate::args::{ExecArguments, ImportArguments};
use crate::environment::Environment;
use crate::plugged::{self, Noted};
use crate::project::Project;
use crate::standing::Standing;
use crate::ui::{Failure, print_failure, print_note};

/// Imports the libraries that are asked for, and runs the command.
pub(crate) fn exec(arguments: &ExecArguments, environment: &Environment) -> Result<Exit, Failure> {
    let request = Request {
        names: &arguments.needs,
        skipped: &arguments.skip.skip,
        command: &arguments.command,
        project: &arguments.project,
        store: &arguments.store,
        imports: &ImportArguments { locked: arguments.locked, replace: false },
        detail: BriefDetail::News,
        progress: arguments.progress,
    };
    // The libraries are in use as long as the loader lives.
    let ready = match preload(request, environment)? {
        Preloaded::Ready(ready) => ready,
        Preloaded::Not(exit) => return Ok(exit),
    };
    let Ready {
        mut variables,
        watched,
        loader,
        mut project,
        services,
        pinning,
        early,
        run_id,
        left,
    } = ready;
    if arguments.replace && !services.is_empty() {
        return Ok(say(&CannotRun::replacing()));
    }
    variables.insert(0, ("PROBE".into(), "1".into()));
    let mut command = match resolve(&arguments.command, &variables, environment) {
        Ok(command) => command,
        Err(error) => return Ok(say(&error)),
    };
    // Nobody makes them anew as long as the command runs.
    let using = match loader.await_use(&used(&watched, &project.suite), &Announcing) {
        Ok(using) => using,
        Err(error) => return Ok(say(&CannotRun::libraries(&error))),
    };
    if arguments.replace {
        // What refuses that has no locks to lose.
        using.outlive_exec().and_then(|()| loader.outlive_exec()).ok();
        let error = replace_process(&mut command);
        return Ok(say(&CannotRun::start(&command, &error)));
    }
    let started = SystemTime::now();
    let before = Before::look(watched.clone());
    let plan = || {
        let habitat = environment.habitat(&loader.settings().store);
        let haunts = Haunts::new(&habitat, environment.cwd(), None);
        (haunts, watched.iter().flat_map(|library| library.patterns()).collect())
    };
    let search = Search::new(started, &plan);
    let (ended, doubled) = doubled_during(&search, || {
        if services.is_empty() {
            return Ok(Attended::Ran(run_in_foreground(&mut command)));
        }
        let store = &loader.settings().store;
        let keeps = arguments.keep_services;
        let standing = Standing::new(store, &project.root, &arguments.project, keeps);
        let staff = Staff {
            project: &mut project,
            services: &services,
            pinning: &pinning,
            loader: &loader,
            early: &early,
            environment,
            progress: arguments.progress,
            run_id,
            standing: &standing,
        };
        staff.attend(&mut command)
    });
    let ended = match ended? {
        Attended::Ran(ended) => ended,
        Attended::Not(exit) => return Ok(exit),
        Attended::NotStarted(what) => return Ok(say(&CannotRun { what, exit: Exit::Setup })),
    };
    let Project { root, source, suite, .. } = *project;
    let exit = match ended {
        Ok(end) => exit_of(end),
        Err(error) => return Ok(say(&CannotRun::start(&command, &error))),
    };
    // What it left torn is mended.
    drop(using);
    let finding = verdict::on_exit(before, exit, &loader, environment.cwd());
    if let Some(finding) = &finding {
        command_verdict(&suite, finding);
    }
    let known = &suite.libraries;
    let fetched = environment
        .deno_cache()
        .map(|cache| plugged::learn(&root, &cache, started, known))
        .unwrap_or_default();
    let made_by_tests = left.iter().flat_map(|left| left.libraries.clone()).collect();
    if exit == Exit::Command(0) {
        left.into_iter().for_each(|left| left.passed(&loader));
        for Noted { url, .. } in &fetched {
            let detail = format!(
                "the command fetched `{url}` itself; from now on probe downloads it before"
            );
            remark("NOTED", style::PASS, &plugged::library_name(url), &detail);
        }
    }
    let is_searched =
        exit != Exit::Command(0) && finding.is_none_or(|finding| finding.files.is_empty());
    let found = is_searched.then(|| {
        undeclared::find(
            &search,
            (started, exit),
            made_by_tests,
            fetched,
            &loader,
            environment.cwd(),
        )
    });
    let place = (&*root, &source, arguments.project.manifest_path.as_deref());
    say_suspects(&undeclared::proposed(found.unwrap_or_default(), doubled, place, environment));
    Ok(exit)
}

/// The libraries that are made in place.
fn used(watched: &[Arc<Watched>], suite: &Suite) -> Vec<Used> {
    let used = |watched: &Arc<Watched>| {
        let (_, paths) = watched.made_in()?;
        let library = suite.libraries[watched.id.index()].name.clone();
        Some(Used { library, paths: paths.to_vec() })
    };
    watched.iter().filter_map(used).collect()
}

/// Says for whom is waited.
struct Announcing;

impl Host for Announcing {
    fn tell(&self, event: &probe_loader::ImportEvent<'_>) {
        if let probe_loader::ImportEvent::Waiting { library, holder } = event {
            let holder = holder.map_or_else(|| "another process".to_owned(), ToString::to_string);
            print_note(&format!("waiting: {holder} makes {library}"));
        }
    }
}

/// Says why the command did not run, and how probe ends for it.
fn say(error: &CannotRun) -> Exit {
    print_failure(error);
    error.exit
}

/// The command with its program found and its variables set.
fn resolve(
    words: &[OsString],
    variables: &[(OsString, OsString)],
    environment: &Environment,
) -> Result<Command, CannotRun> {
    let (program, args) = words.split_first().expect("clap asks for a command");
    let path = find_program(program, environment.cwd(), environment.path()).map_err(|error| {
        let exit = match &error {
            ProgramError::NotExecutable { .. } => Exit::NotRun,
            ProgramError::NotInPath { .. } | ProgramError::NoSuchFile { .. } => Exit::NotFound,
        };
        CannotRun { what: error.to_string(), exit }
    })?;
    let mut command = Command::new(path);
    for name in environment.withheld() {
        command.env_remove(name);
    }
    command.args(args).envs(variables.iter().map(|(name, value)| (name, value)));
    Ok(command)
}

/// As the command has ended.
pub(super) fn exit_of(end: ProcessEnd) -> Exit {
    let byte = |number: i32| u8::try_from(number).expect("codes and signals are small");
    match end {
        ProcessEnd::Exited(code) => Exit::Command(byte(code)),
        ProcessEnd::Killed(signal) => Exit::Signal(byte(signal.number())),
    }
}

/// The command was not run.
#[derive(Debug)]
struct CannotRun {
    what: String,
    exit: Exit,
}

impl CannotRun {
    /// What it needs is being made, for too long.
    fn libraries(error: &ImportError) -> Self {
        Self { what: format!("cannot {error}"), exit: Exit::ImportFailed }
    }

    /// Nobody would be left to stop the services.
    fn replacing() -> Self {
        let what = "with `--replace` nothing is left of probe that could stop the services of `--needs`: leave one of them out";
        Self { what: what.to_owned(), exit: Exit::Usage }
    }

    /// It was found, and the system refused to run it.
    fn start(command: &Command, error: &std::io::Error) -> Self {
        let what = format!("cannot run `{}`: {error}", command.get_program().display());
        Self { what, exit: Exit::NotRun }
    }
}

impl fmt::Display for CannotRun {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)
    }
}

impl std::error::Error for CannotRun {}

impl Diagnostic for CannotRun {}
