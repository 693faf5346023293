//! Runs the attempts of tests on this machine, each as a process in a slot of its own.

use std::cell::RefCell;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use probe_loader::CommandLine;
use probe_process::{
    AtStop, AtTimeout, Brand, Charge, CommandSpec, Dumped, Ended, GroupWatch, LastLine, Leak,
    Memory, Orphans, Port, ProgramError, Reins, Scratch, Signal, StartError, Tenant, TimeLimits,
    Whose, supervise_test,
};
use probe_scenario::{Service, SuiteKind};

use super::attempt_of::{attempt_of, termination};
use super::build::Yard;
use super::hung::HangExaminer;
use super::programs::{Places, Programs};
use super::remarks::{blame, remarks};
use super::serve::Premises;
use super::skipped::skipped_by_itself;
use super::through::Through;
use super::within::{judged, told_by_tap};
use crate::attempt::Attempt;
use crate::ending::{Ending, UNFINISHED};
use crate::engine::{BuildEnd, Engine, Task};
use crate::flaw::OUTSIDE;
use crate::invocation::Invocation;
use crate::limits::TestLimits;
use crate::service::{ServiceTask, Site};
use crate::service_end::{Errand, ServiceEnding, Trouble};
use crate::stage::Stage;
use crate::termination::Termination;
use crate::verdict::{Before, Circumstances, Evidence, sought};

/// The engine of this machine. Only one exists at a time.
pub(crate) struct LocalEngine<'a> {
    pub(super) stage: Stage<'a>,
    // Dropped in this order. If probe is killed, the guardian behind the watch cleans up what is still there.
    pub(super) orphans: Orphans,
    scratch: Scratch,
    memory: Memory,
    pub(super) programs: Programs,
    pub(super) watch: Arc<GroupWatch>,
}

impl<'a> LocalEngine<'a> {
    /// Returns the watch that ends the processes of this run. If probe is killed, its guardian cleans up everything that the
    /// engine has.
    pub(crate) fn watch(stage: Stage<'_>) -> Arc<GroupWatch> {
        // A run that only imports passes nothing unknown on to a command of the user.
        let brand = if stage.agenda.tests().is_empty() { None } else { Brand::take() };
        let (run_id, scratch) = (Some(stage.run_id()), Some(directory(stage)));
        Arc::new(GroupWatch::new(Charge { run_id, brand, scratch }, OUTSIDE))
    }

    /// Makes an engine for this run, whose processes `watch` ends.
    pub(crate) fn new(stage: Stage<'a>, watch: Arc<GroupWatch>) -> Self {
        Self {
            stage,
            scratch: Scratch::new(directory(stage)),
            orphans: Orphans::adopt(&stage.run_id(), OUTSIDE),
            memory: Memory::watch(),
            programs: Programs::default(),
            watch,
        }
    }

    /// The directory for output that is too long for memory. Unnamed files leave no trace in the project, and the project is on
    /// a real disk, while the temporary directory may be in memory.
    pub(super) fn spool(&self) -> &'a Path {
        self.stage.root
    }

    /// What services need.
    fn premises(&self) -> Premises<'_> {
        Premises {
            watch: &self.watch,
            orphans: &self.orphans,
            scratch: &self.scratch,
            spool: self.spool(),
            workplace: self.stage.workplace,
            grace: TestLimits::new(self.stage.defaults).grace,
        }
    }

    /// The empty directory of a slot.
    pub(super) fn directory(&self, slot: usize) -> Result<PathBuf, String> {
        // Without a guardian nothing would remove the directory if probe were killed before the process starts.
        self.watch.guard();
        self.scratch.slot(slot).map_err(|error| {
            format!(
                "cannot make the directory `{}` for its files: {error}; TMPDIR says where",
                self.scratch.root().display()
            )
        })
    }

    /// Removes what the test in the slot has written.
    pub(super) fn clear(&self, slot: usize) {
        self.scratch.clear(slot);
    }

    /// The file of a test's program.
    pub(super) fn program(&self, task: &Task<'_>) -> Result<PathBuf, ProgramError> {
        let Invocation { program, cwd, .. } = &task.invocation;
        let path = task.invocation.path().or(self.stage.workplace.path.as_deref());
        let libraries = &self.stage.suite.libraries_before(task.test);
        self.programs.find(program, Places { cwd, path, libraries })
    }

    /// The task as a process, with variables for its own files.
    pub(super) fn spec(
        &self,
        task: &Task<'_>,
        program: PathBuf,
        own: [(OsString, OsString); 2],
    ) -> CommandSpec {
        let Task { invocation, limits, slot, .. } = task;
        // These come first, so that variables of the manifest win.
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
            at_stop: if task.test.is_finally { AtStop::Spared } else { AtStop::Told },
            sought: Some(sought),
            most: None,
        }
    }

    /// Runs the task as a process to its end; `at_timeout` looks at it. If a program cannot be started where it was found
    /// before, looks it up again.
    fn supervise(
        &self,
        task: &Task<'_>,
        spec: &mut CommandSpec,
        at_timeout: AtTimeout<'_>,
    ) -> Result<Ended, NotRun> {
        let tenant = || Tenant {
            orphans: &self.orphans,
            whose: Whose::Slot(task.slot),
            at_timeout: Some(at_timeout),
        };
        let start = |spec: &CommandSpec| supervise_test(spec, self.spool(), &self.watch, tenant());
        match start(spec) {
            Err(error) if may_be_elsewhere(&error) => {
                self.programs.forget();
                let program = self.program(task).map_err(NotRun::Gone)?;
                if program == spec.program {
                    return Err(NotRun::Failed(error));
                }
                spec.program = program;
                start(spec).map_err(NotRun::Failed)
            }
            ended => ended.map_err(NotRun::Failed),
        }
    }

    fn ended(&self, ended: Ended, limits: TestLimits) -> (Attempt, Termination) {
        let Ended { end, ended_by, limits: times, took, output, left, usage, .. } = ended;
        let termination = blame(termination(end, ended_by, times), &self.memory);
        let attempt = Attempt::new(&termination, took, output, (left, limits.leaks));
        (Attempt { usage: Some(usage), ..attempt }, termination)
    }
}

/// Why no process ended.
enum NotRun {
    /// The program does not exist any more.
    Gone(ProgramError),
    /// The command before it ended like this.
    Unprepared(Box<Attempt>),
    Failed(StartError),
}

/// Whether a program that did not start may have moved since it was found.
fn may_be_elsewhere(error: &StartError) -> bool {
    match error {
        StartError::NoRoom { .. } | StartError::Wait { .. } => false,
        StartError::NoDirectory { .. }
        | StartError::NotRunnable { .. }
        | StartError::Spawn { .. } => true,
    }
}

/// The directory of a run's tests.
fn directory(stage: Stage<'_>) -> PathBuf {
    stage.workplace.temporary.join(format!("probe-{}", stage.run_id()))
}

impl Engine for LocalEngine<'_> {
    fn temporary(&self, slot: usize) -> PathBuf {
        self.scratch.place(slot)
    }

    fn run(&self, mut task: Task<'_>) -> (Attempt, Option<Evidence>) {
        let program = match self.program(&task) {
            Ok(program) => program,
            Err(error) => return (Attempt::not_started(error.to_string()), None),
        };
        let slot = task.slot;
        let directory = match self.directory(slot) {
            Ok(directory) => directory,
            Err(reason) => return (Attempt::not_started(reason), None),
        };
        // Beside the directory, because the directory is reused only if the test left it empty.
        let unfinished = self.scratch.root().join(format!("unfinished-{slot}"));
        let own = [
            (UNFINISHED.into(), unfinished.clone().into()),
            ("TEST_TMPDIR".into(), directory.into()),
        ];
        let mut spec = self.spec(&task, program, own);
        let unprepared = self.prepare(&task, &spec);
        let before = Before::look(std::mem::take(&mut task.watched));
        let seen = RefCell::new(Vec::new());
        let since = SystemTime::now();
        let ended = if let Some(attempt) = unprepared {
            Err(NotRun::Unprepared(Box::new(attempt)))
        } else {
            let examiner = HangExaminer {
                watch: &self.watch,
                spool: self.spool(),
                task: &task,
                workplace: self.stage.workplace,
            };
            let look = |pid| *seen.borrow_mut() = examiner.look(pid);
            let at_timeout = AtTimeout { look: &look, signal: task.limits.timeout_signal };
            self.supervise(&task, &mut spec, at_timeout)
        };
        let mut dump = None;
        let (mut attempt, termination) = match ended {
            Ok(ended) => {
                if ended.has_dumped {
                    let (program, cwd) = (spec.program.as_path(), spec.cwd.as_path());
                    dump = Some(Dumped { pid: ended.pid, program, cwd }.whereabouts());
                }
                let (attempt, termination) = self.ended(ended, task.limits);
                (attempt, Some(termination))
            }
            Err(NotRun::Gone(error)) => (Attempt::not_started(error.to_string()), None),
            Err(NotRun::Failed(error)) => (attempt_of(Err(error), task.limits.leaks), None),
            Err(NotRun::Unprepared(attempt)) => (*attempt, None),
        };
        attempt = skipped_by_itself(attempt, task.limits.skip_code);
        if task.test.kind == Some(SuiteKind::Tap) {
            attempt = told_by_tap(attempt, task.invocation.results.is_some());
        } else if let Some(through) = Through::of(task.test) {
            attempt = through.judge(attempt, &spec, self.stage.root);
        }
        if let Some(place) = &task.invocation.results {
            attempt = judged(attempt, place, since);
        }
        self.clean_up(&task, &spec, &mut attempt);
        // Before the end is reported: the next test may need the space.
        self.scratch.clear(slot);
        // Only a program that knows the protocol creates the file. It must not be there for the next test.
        attempt = attempt.unfinished(std::fs::remove_file(&unfinished).is_ok());
        // A test that comes after it, or its own next attempt, finds programs that it installed in PATH.
        if task.is_awaited || attempt.ending != Ending::Passed {
            self.programs.forget();
        }
        let mut remarks = remarks(termination.as_ref(), &attempt, &self.memory);
        remarks.extend(dump);
        if let Ending::TimedOut(_) = attempt.ending {
            remarks.append(&mut seen.into_inner());
        }
        let circumstances = Circumstances { cwd: &spec.cwd, env: &spec.env, remarks };
        let evidence = before.compare(&attempt, circumstances);
        (attempt, evidence)
    }

    fn build(&self, command: &CommandLine, last: &LastLine) -> BuildEnd {
        let grace = TestLimits::new(self.stage.defaults).grace;
        let workplace = self.stage.workplace;
        Yard { watch: &self.watch, spool: self.spool(), workplace, grace }.build(command, last)
    }

    fn site(
        &self,
        service: &Service,
        label: &str,
        seed: u64,
        before: Vec<Port>,
    ) -> Result<Site, String> {
        self.premises().site(service, label, seed, before)
    }

    fn serve(&self, task: ServiceTask<'_>) -> ServiceEnding {
        self.premises().serve(task)
    }

    fn clear_site(&self, label: &str) {
        self.scratch.clear_service(label);
    }

    fn run_errand(&self, errand: Errand, invocation: &Invocation) -> Option<Trouble> {
        self.premises().run_errand(errand, invocation)
    }

    fn service_grace(&self) -> Duration {
        self.premises().grace
    }

    fn end_service(&self, service: &Service, reins: &Reins) {
        self.premises().end(service, reins);
    }

    fn look(&self, invocation: &Invocation) -> bool {
        self.premises().look(invocation)
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
