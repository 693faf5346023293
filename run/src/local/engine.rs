//! Runs the attempts of tests on this machine, each as a process in a slot of its own.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use probe_loader::CommandLine;
use probe_process::{
    Brand, Charge, CommandSpec, Ended, GroupWatch, LastLine, Leak, Memory, Orphans, ProgramError,
    Scratch, Signal, StartError, Tenant, TimeLimits, supervise_test,
};

use super::attempt_of::{attempt_of, termination};
use super::build::Yard;
use super::programs::Programs;
use super::remarks::{blame, remarks};
use super::through::Through;
use crate::attempt::Attempt;
use crate::ending::UNFINISHED;
use crate::engine::{BuildEnd, Engine, Task};
use crate::flaw::OUTSIDE;
use crate::invocation::Invocation;
use crate::limits::TestLimits;
use crate::stage::Stage;
use crate::termination::Termination;
use crate::verdict::{Before, Circumstances, Evidence, sought};

/// The engine of this machine. There is one at a time.
pub(crate) struct LocalEngine<'a> {
    stage: Stage<'a>,
    watch: Arc<GroupWatch>,
    scratch: Scratch,
    orphans: Orphans,
    memory: Memory,
    programs: Programs,
}

impl<'a> LocalEngine<'a> {
    /// An engine for this run.
    pub(crate) fn new(stage: Stage<'a>) -> Self {
        let run_id = stage.run_id();
        let directory = stage.workplace.temporary.join(format!("probe-{run_id}"));
        // What only imports passes on to a command of the user's nothing that it does not know.
        let brand = if stage.agenda.tests().is_empty() { None } else { Brand::take() };
        let charge =
            Charge { run_id: Some(run_id.clone()), brand, scratch: Some(directory.clone()) };
        Self {
            stage,
            watch: Arc::new(GroupWatch::new(charge, OUTSIDE)),
            scratch: Scratch::new(directory),
            orphans: Orphans::adopt(&run_id, OUTSIDE),
            memory: Memory::watch(),
            programs: Programs::default(),
        }
    }

    /// What ends the processes.
    pub(crate) fn watch(&self) -> Arc<GroupWatch> {
        Arc::clone(&self.watch)
    }

    /// Where output goes that is too long for memory: unnamed files leave no trace in the project, and its disk is a real
    /// one, where the temporary directory may be memory.
    fn spool(&self) -> &'a Path {
        self.stage.root
    }

    /// The file of a test's program.
    fn program(&self, invocation: &Invocation) -> Result<PathBuf, ProgramError> {
        let path = invocation.path().or(self.stage.workplace.path.as_deref());
        self.programs.find(&invocation.program, &invocation.cwd, path)
    }

    /// What the task is as a process, with variables for its own files.
    fn spec(
        &self,
        task: &Task<'_>,
        program: PathBuf,
        own: [(OsString, OsString); 2],
    ) -> CommandSpec {
        let Task { invocation, limits, slot, .. } = task;
        // In front of the others, so that what the manifest says of them counts.
        let env = own.into_iter().chain(invocation.env.iter().cloned());
        let slot = ("PROBE_SLOT".into(), OsString::from(slot.to_string()));
        CommandSpec {
            program,
            args: invocation.args.clone(),
            env: env.chain(std::iter::once(slot)).collect(),
            cwd: invocation.cwd.clone(),
            limits: TimeLimits { timeout: Some(limits.timeout), grace: limits.grace },
            capture: invocation.capture,
            withheld: self.stage.workplace.withheld.clone(),
            sought: Some(sought),
            most: None,
        }
    }

    /// Why a program cannot be started that could be found before.
    fn start_failed(&self, task: &Task<'_>, spec: &CommandSpec, error: StartError) -> Attempt {
        if !error.is_passing() {
            self.programs.forget(&spec.program);
            if let Err(gone) = self.program(&task.invocation) {
                return Attempt::not_started(gone.to_string());
            }
        }
        attempt_of(Err(error), task.limits.leaks)
    }

    fn ended(&self, ended: Ended, limits: TestLimits) -> (Attempt, Termination) {
        let Ended { end, ended_by, limits: times, took, output, left } = ended;
        let termination = blame(termination(end, ended_by, times), &self.memory);
        (Attempt::new(&termination, took, output, (left, limits.leaks)), termination)
    }
}

impl Engine for LocalEngine<'_> {
    fn run(&self, mut task: Task<'_>) -> (Attempt, Option<Evidence>) {
        let program = match self.program(&task.invocation) {
            Ok(program) => program,
            Err(error) => return (Attempt::not_started(error.to_string()), None),
        };
        // Without a guardian nobody would remove the directory if probe were killed before the process starts.
        self.watch.guard();
        let slot = task.slot;
        let directory = match self.scratch.slot(slot) {
            Ok(directory) => directory,
            Err(error) => {
                let reason = format!(
                    "cannot make the directory `{}` for its files: {error}; TMPDIR says where",
                    self.scratch.root().display()
                );
                return (Attempt::not_started(reason), None);
            }
        };
        // Beside the directory, which serves the next test only if it is left empty.
        let unfinished = self.scratch.root().join(format!("unfinished-{slot}"));
        let own = [
            (UNFINISHED.into(), unfinished.clone().into()),
            ("TEST_TMPDIR".into(), directory.into()),
        ];
        let spec = self.spec(&task, program, own);
        let tenant = Tenant { orphans: &self.orphans, slot };
        let before = Before::look(std::mem::take(&mut task.watched));
        let ended = supervise_test(&spec, self.spool(), &self.watch, tenant);
        // Before anybody hears of the end: whoever comes next may want the room.
        self.scratch.clear(slot);
        let (mut attempt, termination) = match ended {
            Ok(ended) => {
                let (attempt, termination) = self.ended(ended, task.limits);
                (attempt, Some(termination))
            }
            Err(error) => (self.start_failed(&task, &spec, error), None),
        };
        if let Some(through) = Through::of(task.test) {
            attempt = through.judge(attempt, &spec, self.stage.root);
        }
        // Nobody makes it but who knows of it; then it must not be there for the next test.
        attempt = attempt.unfinished(std::fs::remove_file(&unfinished).is_ok());
        let remarks = remarks(termination.as_ref(), &attempt, &self.memory);
        let circumstances = Circumstances { cwd: &spec.cwd, env: &spec.env, remarks };
        let evidence = before.compare(&attempt, circumstances);
        (attempt, evidence)
    }

    fn build(&self, command: &CommandLine, last: &LastLine) -> BuildEnd {
        let grace = TestLimits::new(self.stage.defaults).grace;
        let workplace = self.stage.workplace;
        Yard { watch: &self.watch, spool: self.spool(), workplace, grace }.build(command, last)
    }

    fn stop(&self, signal: Signal) {
        self.watch.stop_all(signal);
    }

    fn suspend(&self) {
        self.watch.suspend();
    }

    fn resume(&self) {
        self.watch.resume();
    }

    fn is_idle(&self) -> bool {
        self.watch.is_idle()
    }

    fn settle(&self) -> Vec<Leak> {
        let strays = self.orphans.unknown();
        self.orphans.kill_unknown();
        strays
    }

    fn scratch(&self) -> Option<&Path> {
        Some(self.scratch.root())
    }
}
