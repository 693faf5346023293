//! `probe exec`: libraries first, then a command with the terminal as it is.

use std::ffi::OsString;
use std::fmt;
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, ExitStatus};

use miette::Diagnostic;
use rustix::process::{Pid, Signal, kill_process};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::SignalsInfo;
use signal_hook::iterator::exfiltrator::WithOrigin;
use signal_hook::low_level::siginfo::{Cause, Origin};

use super::preloading::{Preloaded, Request, preload};
use crate::args::ExecArguments;
use crate::environment::Environment;
use crate::exit::Exit;
use crate::process::{ProgramError, find_program};
use crate::report::Detail;
use crate::ui::{Ends, Failure, print_failure};

/// Imports the libraries that are asked for, and runs the command.
pub(crate) fn exec(arguments: &ExecArguments, environment: &Environment) -> Result<Exit, Failure> {
    let request = Request {
        names: &arguments.needs,
        project: &arguments.project,
        store: &arguments.store,
        imports: &arguments.imports,
        detail: Detail::News,
    };
    // The libraries are in use as long as the loader lives.
    let (mut variables, _loader) = match preload(request, environment)? {
        Preloaded::Ready { variables, loader } => (variables, loader),
        Preloaded::Not(exit) => return Ok(exit),
    };
    variables.insert(0, ("PROBE".into(), "1".into()));
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
