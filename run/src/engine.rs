//! What runs tests: the seam under the conductor. Knows nothing of the graph, nor of what follows from an attempt.

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

/// An attempt that is to be made now.
#[derive(Debug)]
pub struct Task<'a> {
    /// The test's number in the suite.
    pub id: TestId,
    /// The test.
    pub test: &'a Test,
    /// The number of the attempt, counted from 1.
    pub number: u32,
    /// Counts from 0; no other task has it meanwhile, so that a test can derive a port or a database name from it.
    pub slot: usize,
    /// Whether anything starts only after the test: what it makes may change what is found.
    pub is_awaited: bool,
    /// What is to be run.
    pub invocation: Invocation,
    /// What holds for the test.
    pub limits: TestLimits,
    /// What is run, and shows where it hangs, when its time is over.
    pub on_timeout: Option<Arc<[ProcessCommand]>>,
    /// What the files of its libraries are watched by.
    pub watched: Vec<Arc<Watched>>,
}

/// What became of the command of a library.
#[derive(Debug)]
pub struct BuildEnd {
    /// Whether it did its work.
    pub result: Result<(), CommandFailure>,
    /// What it left behind, which has been killed.
    pub left: Vec<Leak>,
}

/// Runs tests, and the commands of libraries. Called by several threads at once.
pub trait Engine: Sync {
    /// The directory that the process in this slot has for itself.
    fn temporary(&self, slot: usize) -> PathBuf {
        let _ = slot;
        PathBuf::new()
    }

    /// Runs an attempt to its end; nothing of it is left when this returns. What the attempt has to do with its libraries,
    /// if it did not pass and something points at them.
    fn run(&self, task: Task<'_>) -> (Attempt, Option<Evidence>);

    /// Runs the command of a library to its end, and tells `last` what that says.
    fn build(&self, command: &CommandLine, last: &LastLine) -> BuildEnd;

    /// Where a service may run: a directory that is called so, and its ports, which are kept free until [`serve`](Self::serve);
    /// those that it had before, if it did.
    ///
    /// # Errors
    ///
    /// Why there is no such place.
    fn site(
        &self,
        service: &Service,
        label: &str,
        seed: u64,
        before: Vec<Port>,
    ) -> Result<Site, String>;

    /// Runs a service until it ends, or is told to; when this returns, nothing of it is left but the files in its directory.
    fn serve(&self, task: ServiceTask<'_>) -> ServiceEnding;

    /// Removes the files that a service has left.
    fn clear_site(&self, label: &str);

    /// Asks a service to end by its signal; what is left of it is killed after its grace.
    fn end_service(&self, service: &Service, reins: &Reins);

    /// Runs a command beside a service for its grace at most; why it did not do its work, if so.
    fn run_errand(&self, errand: Errand, invocation: &Invocation) -> Option<Trouble>;

    /// From being asked to end to SIGKILL.
    fn service_grace(&self) -> Duration;

    /// Runs a command that says whether a service is ready: whether it exits with 0 in a moment.
    fn look(&self, invocation: &Invocation) -> bool;

    /// Passes a signal on to all that runs, but services, which are told to end by themselves, if it is not SIGKILL; and to all
    /// that is started from now on. What has not ended after its grace is killed.
    fn stop(&self, signal: Signal);

    /// Stops all that runs, and its clocks, for a while.
    fn suspend(&self);

    /// Lets all that was stopped go on.
    fn resume(&self);

    /// Whether nothing runs.
    fn is_idle(&self) -> bool;

    /// Ends and names what tests have left that does not say whose it is. Called when all tests have ended.
    fn settle(&self) -> Vec<Leak>;

    /// Where tests have files of their own, which no two of them can race for.
    fn scratch(&self) -> Option<&Path> {
        None
    }
}
