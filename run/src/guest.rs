//! Something that runs in place of a test's process: with the terminal, and without a time limit. Does not know what it does
//! nor why.

use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::{fmt, io};

use probe_process::{CommandSpec, ProcessEnd, run_in_foreground_meanwhile};

use crate::invocation::Invocation;

/// Runs in place of a test's process.
pub trait Guest: Sync {
    /// Runs to its end. Everything that the test needs stays available until this returns.
    ///
    /// # Errors
    ///
    /// Fails if it could not run; the error says why.
    fn stay(&self, visit: &Visit<'_>) -> Result<ProcessEnd, String>;

    /// Reports that a service that it needs has ended or never started: `how`, and its last lines.
    fn loses(&self, how: &str, lines: &[String]) {
        let _ = (how, lines);
    }
}

/// A guest's stay in a run.
#[derive(Clone, Copy)]
pub struct Visit<'a> {
    /// What the test runs.
    pub invocation: &'a Invocation,
    /// The same as a command to start, with its program found.
    pub spec: &'a CommandSpec,
    pub(crate) presence: &'a Presence,
}

/// Who handles signals, and whether a signal has told the run to end.
#[derive(Debug, Default)]
pub(crate) struct Presence {
    /// The guest handles signals: it has the terminal.
    is_there: AtomicBool,
    is_stopped: AtomicBool,
}

impl Visit<'_> {
    /// Runs a command with the terminal and the current standard input. Signals of the terminal reach it, and other signals to
    /// this process are passed on to it. None of them is an order to the run.
    ///
    /// # Errors
    ///
    /// Fails if the command cannot be started or signal handlers cannot be set up.
    pub fn run_in_foreground(&self, command: &mut Command) -> io::Result<ProcessEnd> {
        run_in_foreground_meanwhile(command, &self.presence.is_there)
    }

    /// Whether the run was told to end and only waits for the guest.
    pub fn is_stopped(&self) -> bool {
        self.presence.is_stopped.load(Ordering::SeqCst)
    }

    /// The command of the test, with the terminal and the current standard input.
    pub fn command(&self) -> Command {
        let CommandSpec { program, args, env, cwd, withheld, .. } = self.spec;
        let mut command = Command::new(program);
        for name in withheld {
            command.env_remove(name);
        }
        command.args(args).envs(env.iter().map(|(name, value)| (name, value))).current_dir(cwd);
        command
    }
}

impl fmt::Debug for Visit<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Visit").field("spec", self.spec).finish_non_exhaustive()
    }
}

impl Presence {
    /// Whether the guest handles signals.
    pub(crate) fn has_the_terminal(&self) -> bool {
        self.is_there.load(Ordering::SeqCst)
    }

    /// Notes that the run was told to end.
    pub(crate) fn stop(&self) {
        self.is_stopped.store(true, Ordering::SeqCst);
    }
}
