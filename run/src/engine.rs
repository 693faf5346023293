//! The interface between the conductor and what runs tests. Knows nothing of the graph, nor of what follows from an attempt.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use probe_loader::{CommandFailure, CommandLine};
use probe_process::{LastLine, Leak, Port, Reins, Signal};
use probe_scenario::{ProcessCommand, Service, Test, TestId};

use crate::attempt::Attempt;
use crate::invocation::Invocation;
use crate::limits::TestLimits;
use crate::service::{ServiceTask, Site};
use crate::service_end::{Errand, ServiceEnding, Trouble};
use crate::verdict::{Evidence, Watched};

/// An attempt that the engine runs now.
#[derive(Debug)]
pub struct Task<'a> {
    /// The test's number in the suite.
    pub id: TestId,
    /// The test.
    pub test: &'a Test,
    /// The number of the attempt, counted from 1.
    pub number: u32,
    /// The slot, counted from 0. No other running test has the same one, so a test can derive a port or a database name from
    /// it.
    pub slot: usize,
    /// Whether other units wait for the test. Files that it makes may then change what they find.
    pub is_awaited: bool,
    /// What the test runs.
    pub invocation: Invocation,
    /// The limits of the test.
    pub limits: TestLimits,
    /// The commands that show where the test hangs when its time is over.
    pub on_timeout: Option<Arc<[ProcessCommand]>>,
    /// Watches the files of the test's libraries.
    pub watched: Vec<Arc<Watched>>,
}

/// The result of a library's command.
#[derive(Debug)]
pub struct BuildEnd {
    /// Whether the command succeeded.
    pub result: Result<(), CommandFailure>,
    /// The processes that it left behind, which were killed.
    pub left: Vec<Leak>,
}

/// Runs tests, services and the commands of libraries. Several threads call it at once.
pub trait Engine: Sync {
    /// The directory for temporary files of the process in this slot.
    fn temporary(&self, slot: usize) -> PathBuf {
        let _ = slot;
        PathBuf::new()
    }

    /// Runs an attempt to its end. When this returns, no process of it is left. Returns evidence if the attempt did not pass
    /// and something points at its libraries.
    fn run(&self, task: Task<'_>) -> (Attempt, Option<Evidence>);

    /// Runs the command of a library to its end, and keeps the last line that it prints in `last`.
    fn build(&self, command: &CommandLine, last: &LastLine) -> BuildEnd;

    /// Makes the place where a service runs: a directory with this name, and ports that stay reserved until
    /// [`serve`](Self::serve). A service that ran before gets its previous ports.
    ///
    /// # Errors
    ///
    /// Fails if the directory or the ports are not available; the error says why.
    fn site(
        &self,
        service: &Service,
        label: &str,
        seed: u64,
        before: Vec<Port>,
    ) -> Result<Site, String>;

    /// Runs a service until it ends or is told to end. When this returns, only the files in its directory are left.
    fn serve(&self, task: ServiceTask<'_>) -> ServiceEnding;

    /// Removes the files of a service.
    fn clear_site(&self, label: &str);

    /// Asks a service to end by its signal, and kills what is left of it after its grace.
    fn end_service(&self, service: &Service, reins: &Reins);

    /// Runs a command beside a service, for at most the service's grace. Returns what went wrong, if anything did.
    fn run_errand(&self, errand: Errand, invocation: &Invocation) -> Option<Trouble>;

    /// The time between asking a service to end and SIGKILL.
    fn service_grace(&self) -> Duration;

    /// Runs a command that checks whether a service is ready. Returns whether it exits with 0 in a moment.
    fn look(&self, invocation: &Invocation) -> bool;

    /// Passes a signal on to everything that runs, and to everything that starts from now on. Services are left out unless the
    /// signal is SIGKILL: they are told to end separately. Kills what has not ended after its grace.
    fn stop(&self, signal: Signal);

    /// Pauses everything that runs, and its timeouts.
    fn suspend(&self);

    /// Continues everything that was paused.
    fn resume(&self);

    /// Whether nothing runs.
    fn is_idle(&self) -> bool;

    /// Ends the processes that tests left behind without saying which test they belong to, and returns them. Called after all
    /// tests have ended.
    fn settle(&self) -> Vec<Leak>;

    /// The directory in which tests have files of their own, for which no two tests can race.
    fn scratch(&self) -> Option<&Path> {
        None
    }
}
