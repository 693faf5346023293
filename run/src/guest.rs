//! What runs in the place of a test's process, by whoever makes the run: with the terminal, and for as long as it likes. Knows
//! neither what it does nor why.

use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::{fmt, io};

use probe_process::{CommandSpec, ProcessEnd, run_in_foreground_meanwhile};

use crate::invocation::Invocation;

/// Runs in the place of a test's process.
pub trait Guest: Sync {
    /// Runs to its end. All that the test needs is there until this returns.
    ///
    /// # Errors
    ///
    /// Why it could not run.
    fn stay(&self, visit: &Visit<'_>) -> Result<ProcessEnd, String>;

    /// Something that it needs has ended, or never was, in this way and with these last lines.
    fn loses(&self, how: &str, lines: &[String]) {
        let _ = (how, lines);
    }
}

/// A guest's stay in a run.
#[derive(Clone, Copy)]
pub struct Visit<'a> {
    /// What the test runs.
    pub invocation: &'a Invocation,
    /// The same as a process would be started, with its program found.
    pub spec: &'a CommandSpec,
    pub(crate) presence: &'a Presence,
}

/// Whose affair signals are, and whether one has told the run to end.
#[derive(Debug, Default)]
pub(crate) struct Presence {
    /// They are the guest's, who has the terminal.
    is_there: AtomicBool,
    is_stopped: AtomicBool,
}

impl Visit<'_> {
    /// Runs a command with the terminal and the standard input as they are. What the terminal sends reaches it, and other signals
    /// to this process are passed on; none of them is an order to the run.
    ///
    /// # Errors
    ///
    /// When it cannot be started, or nobody can listen for signals.
    pub fn run_in_foreground(&self, command: &mut Command) -> io::Result<ProcessEnd> {
        run_in_foreground_meanwhile(command, &self.presence.is_there)
    }

    /// Whether the run is told to end, and waits for the guest.
    pub fn is_stopped(&self) -> bool {
        self.presence.is_stopped.load(Ordering::SeqCst)
    }

    /// The command of the test, with the terminal and the standard input as they are.
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
    /// Whether signals are the guest's.
    pub(crate) fn has_the_terminal(&self) -> bool {
        self.is_there.load(Ordering::SeqCst)
    }

    /// The run is told to end.
    pub(crate) fn stop(&self) {
        self.is_stopped.store(true, Ordering::SeqCst);
    }
}
