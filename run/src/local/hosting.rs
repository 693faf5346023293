//! The engine of this machine with a guest in place of the test's process. Everything else is as usual. Does not know who the
//! guest is.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use probe_loader::CommandLine;
use probe_process::{Captured, LastLine, Leak, Port, ProcessEnd, Reins, Signal};
use probe_scenario::{Leaks, Service};

use super::engine::LocalEngine;
use crate::attempt::Attempt;
use crate::ending::UNFINISHED;
use crate::engine::{BuildEnd, Engine, Task};
use crate::guest::{Guest, Presence, Visit};
use crate::invocation::Invocation;
use crate::service::{ServiceTask, Site};
use crate::service_end::{Errand, ServiceEnding, Trouble};
use crate::termination::Termination;
use crate::verdict::Evidence;

/// The engine of this machine, with a guest in place of a test.
pub(crate) struct Hosting<'a> {
    pub(crate) local: LocalEngine<'a>,
    pub(crate) guest: &'a dyn Guest,
    pub(crate) presence: Arc<Presence>,
}

impl Hosting<'_> {
    /// Runs the guest, with the commands before and after it.
    fn receive(&self, task: &Task<'_>) -> Attempt {
        let local = &self.local;
        let program = match local.program(task) {
            Ok(program) => program,
            Err(error) => return Attempt::not_started(error.to_string()),
        };
        let directory = match local.directory(task.slot) {
            Ok(directory) => directory,
            Err(reason) => return Attempt::not_started(reason),
        };
        // Inside the directory it would be in the guest's way.
        let unfinished = directory.with_file_name(format!("unfinished-{}", task.slot));
        let own: [(OsString, OsString); 2] =
            [(UNFINISHED.into(), unfinished.into()), ("TEST_TMPDIR".into(), directory.into())];
        let spec = local.spec(task, program, own);
        let mut attempt = local.prepare(task, &spec).unwrap_or_else(|| {
            let visit =
                Visit { invocation: &task.invocation, spec: &spec, presence: &self.presence };
            let started = Instant::now();
            match self.guest.stay(&visit) {
                Ok(end) => {
                    let termination = match end {
                        ProcessEnd::Exited(code) => Termination::Exited(code),
                        ProcessEnd::Killed(signal) => Termination::Killed(signal),
                    };
                    let nothing = (Vec::new(), Leaks::Kill);
                    Attempt::new(&termination, started.elapsed(), Captured::default(), nothing)
                }
                Err(reason) => Attempt::not_started(reason),
            }
        });
        local.clean_up(task, &spec, &mut attempt);
        local.clear(task.slot);
        attempt
    }
}

impl Engine for Hosting<'_> {
    fn run(&self, task: Task<'_>) -> (Attempt, Option<Evidence>) {
        (self.receive(&task), None)
    }

    fn temporary(&self, slot: usize) -> PathBuf {
        self.local.temporary(slot)
    }

    fn build(&self, command: &CommandLine, last: &LastLine) -> BuildEnd {
        self.local.build(command, last)
    }

    fn site(
        &self,
        service: &Service,
        label: &str,
        seed: u64,
        before: Vec<Port>,
    ) -> Result<Site, String> {
        self.local.site(service, label, seed, before)
    }

    fn serve(&self, task: ServiceTask<'_>) -> ServiceEnding {
        self.local.serve(task)
    }

    fn clear_site(&self, label: &str) {
        self.local.clear_site(label);
    }

    fn run_errand(&self, errand: Errand, invocation: &Invocation) -> Option<Trouble> {
        self.local.run_errand(errand, invocation)
    }

    fn service_grace(&self) -> Duration {
        self.local.service_grace()
    }

    fn end_service(&self, service: &Service, reins: &Reins) {
        self.local.end_service(service, reins);
    }

    fn look(&self, invocation: &Invocation) -> bool {
        self.local.look(invocation)
    }

    fn stop(&self, signal: Signal) {
        self.presence.stop();
        self.local.stop(signal);
    }

    fn suspend(&self) {
        self.local.suspend();
    }

    fn resume(&self) {
        self.local.resume();
    }

    fn is_idle(&self) -> bool {
        self.local.is_idle()
    }

    /// Processes that a guest starts and leaves are not probe's concern.
    fn settle(&self) -> Vec<Leak> {
        Vec::new()
    }

    fn scratch(&self) -> Option<&Path> {
        self.local.scratch()
    }
}
