//! `probe exec`: libraries first, then a command with the terminal as it is.

use std::ffi::OsString;
use std::fmt;
use std::num::NonZeroUsize;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Command, ExitStatus};

use miette::Diagnostic;
use probe_scenario::LibraryId;
use rustix::process::{Pid, Signal, kill_process};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::SignalsInfo;
use signal_hook::iterator::exfiltrator::WithOrigin;
use signal_hook::low_level::siginfo::{Cause, Origin};

use super::loading::{loader, pinned, record};
use super::wanted::wanted;
use crate::args::ExecArguments;
use crate::environment::Environment;
use crate::exit::Exit;
use crate::plan::{Given, Plan, library_variables};
use crate::process::{ProgramError, find_program};
use crate::project::Project;
use crate::report::{Brief, Ink};
use crate::run::{self, Settings, Stage};
use crate::ui::{Ends, Failure, print_failure};

/// Imports the libraries that are asked for, and runs the command.
pub(crate) fn exec(arguments: &ExecArguments, environment: &Environment) -> Result<Exit, Failure> {
    let project = Project::of_libraries(&arguments.project, environment)?;
    let suite = &project.suite;
    let libraries = wanted(suite, &arguments.needs)?;
    let plan = Plan::of_libraries(suite, environment, &libraries)?;
    let pinning = pinned(&project, &plan, &arguments.imports, environment)?;
    let run_id = rand::random();
    let loader = loader(&arguments.store, &arguments.imports, environment, run_id)?;
    let preloads = project.defaults.preloads.unwrap_or(super::run::PRELOADS);
    let settings =
        Settings { jobs: NonZeroUsize::MIN, preloads, max_failures: None, retries: None, run_id };
    let mut reporter = Brief::new(Ink::stderr(), suite);
    let stage = Stage {
        project: &project,
        plan: &plan,
        pinning: &pinning,
        loader: &loader,
        environment,
        given: &Given::default(),
        settings,
    };
    let summary = run::run(stage, &mut reporter)?;
    record(&pinning, &loader, suite, &summary);
    if summary.stop.is_some() || !summary.not_imported.is_empty() {
        return Ok(summary.exit());
    }
    let path_of = |library: LibraryId| -> &Path {
        summary.places[library.index()].as_deref().expect("every library of the plan is imported")
    };
    let mut variables: Vec<(OsString, OsString)> = vec![("PROBE".into(), "1".into())];
    variables.extend(library_variables(suite, plan.libraries(), path_of));
    execute(&arguments.command, &variables, environment)
}

/// Runs the command in probe's own process group, so that the terminal's signals and its input reach it, and passes on
/// what others send to probe.
fn execute(
    words: &[OsString],
    variables: &[(OsString, OsString)],
    environment: &Environment,
) -> Result<Exit, Failure> {
    let (program, args) = words.split_first().expect("clap asks for a command");
    let path = match find_program(program, environment.cwd(), environment.path()) {
        Ok(path) => path,
        Err(error) => {
            let exit = match &error {
                ProgramError::NotExecutable { .. } => Exit::NotRun,
                ProgramError::NotInPath { .. } | ProgramError::NoSuchFile { .. } => Exit::NotFound,
            };
            print_failure(&CannotRun(error.to_string()));
            return Ok(exit);
        }
    };
    let cannot =
        |error: std::io::Error| CannotRun(format!("cannot run `{}`: {error}", path.display()));
    // Before the command starts, so that a signal between the two does not end probe alone.
    let mut signals = SignalsInfo::<WithOrigin>::new([SIGINT, SIGTERM, SIGHUP]).map_err(cannot)?;
    let handle = signals.handle();
    let child = Command::new(&path)
        .args(args)
        .envs(variables.iter().map(|(name, value)| (name, value)))
        .spawn();
    let mut child = match child {
        Ok(child) => child,
        Err(error) => {
            print_failure(&cannot(error));
            return Ok(Exit::NotRun);
        }
    };
    let id = Pid::from_child(&child);
    let status = std::thread::scope(|threads| {
        threads.spawn(move || signals.forever().for_each(|origin| pass_on(&origin, id)));
        let status = child.wait();
        handle.close();
        status
    });
    Ok(exit_of(status.map_err(cannot)?))
}

/// Passes on a signal that a process sent to probe. What the terminal sends, it sends to the whole group.
fn pass_on(origin: &Origin, child: Pid) {
    if matches!(origin.cause, Cause::Kernel) {
        return;
    }
    if let Some(signal) = Signal::from_named_raw(origin.signal) {
        // It may have ended just now.
        let _ = kill_process(child, signal);
    }
}

fn exit_of(status: ExitStatus) -> Exit {
    let byte = |number: i32| u8::try_from(number).expect("codes and signals are small");
    match (status.code(), status.signal()) {
        (Some(code), _) => Exit::Command(byte(code)),
        (None, signal) => Exit::Signal(byte(signal.expect("what did not exit was killed"))),
    }
}

/// The command was not run.
#[derive(Debug)]
struct CannotRun(String);

impl fmt::Display for CannotRun {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for CannotRun {}

impl Ends for CannotRun {}
impl Diagnostic for CannotRun {}
