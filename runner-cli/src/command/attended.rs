//! The command of `exec` while services run: they are started before it and stopped after it, whatever becomes of it.

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use parking_lot::Mutex;
use probe_loader::{CommandLine, ImportCause, ImportSpec, Led, Loader};
use probe_process::{Capture, ProcessEnd};
use probe_run::{
    Attempted, Early, Exit, Gone, GroundOf, Guest, Haunts, Instance, Invocation, Lease, PlaceOf,
    Provider, ServiceInvocation, Visit,
};
use probe_scenario::{LibraryId, ServiceGround, ServiceId, Test, TestId};

use super::hosting::{House, not_started};
use crate::args::ProgressArguments;
use crate::environment::Environment;
use crate::given::Given;
use crate::pinning::Pinning;
use crate::plan::{self, Provided};
use crate::project::Project;
use crate::standing::Standing;
use crate::ui::Failure;

/// What the services of a command are started with.
pub(super) struct Staff<'a> {
    pub(super) project: &'a mut Project,
    pub(super) services: &'a [ServiceId],
    pub(super) pinning: &'a Pinning,
    pub(super) loader: &'a Loader,
    pub(super) early: &'a Early,
    pub(super) environment: &'a Environment,
    pub(super) progress: ProgressArguments,
    pub(super) run_id: u64,
    pub(super) standing: &'a Standing,
}

/// What became of the command.
pub(super) enum Attended {
    /// It ran, or could not.
    Ran(io::Result<ProcessEnd>),
    /// It did not run for want of a service, or since probe was told to end; that has been said.
    Not(Exit),
    /// It did not run, for this reason.
    NotStarted(String),
}

impl Staff<'_> {
    /// Starts the services, runs the command with their variables and the terminal as it is, and stops them.
    ///
    /// # Errors
    ///
    /// A library of theirs cannot be imported by this version; or threads or signal handlers cannot be set up.
    pub(super) fn attend(self, command: &mut Command) -> Result<Attended, Failure> {
        let Self {
            project,
            services,
            pinning,
            loader,
            early,
            environment,
            progress,
            run_id,
            standing,
        } = self;
        let name = command.get_program().to_string_lossy().into_owned();
        project.suite.tests = vec![Test::that_needs(&name, services)];
        let (project, selected) = (&*project, [TestId::new(0)]);
        let plan = plan::of_tests(project, environment, &selected, &())?;
        let provided = Provided {
            project,
            pinning,
            environment,
            given: &Given::default(),
            store: &loader.settings().store,
            run_id,
            standing: Some(standing),
            instead: None,
        };
        let program = command.get_program().to_owned();
        let cwd = environment.cwd().to_owned();
        let (own, hear, ground) = (None, None, None);
        let provider = Commanding { provided, program, cwd, own, hear, ground };
        let guest = Foreground { command: Mutex::new(command), end: Mutex::new(None) };
        let provider = &provider;
        let plan = &plan;
        let withheld = &[];
        let house = House {
            project,
            plan,
            provider,
            loader,
            early,
            environment,
            progress,
            run_id,
            withheld,
        };
        let summary = house.receive(&guest)?;
        Ok(match guest.end.into_inner() {
            Some(end) => Attended::Ran(end),
            None => match not_started(&summary) {
                Some(reason) => Attended::NotStarted(reason.to_owned()),
                None => Attended::Not(summary.exit()),
            },
        })
    }
}

/// The command, which has the terminal.
struct Foreground<'a> {
    command: Mutex<&'a mut Command>,
    end: Mutex<Option<io::Result<ProcessEnd>>>,
}

impl Guest for Foreground<'_> {
    fn stay(&self, visit: &Visit<'_>) -> Result<ProcessEnd, String> {
        let mut command = self.command.lock();
        command.envs(visit.invocation.env.iter().map(|(name, value)| (name, value)));
        let end = visit.run_in_foreground(&mut command);
        let said = end.as_ref().map(|end| *end).map_err(ToString::to_string);
        *self.end.lock() = Some(end);
        said
    }
}

/// Hears what services print.
pub(super) type Hear<'h> = dyn Fn(ServiceId, &[u8]) + Sync + 'h;

/// What a project provides, where the one test is a command that knows nothing of tests.
pub(super) struct Commanding<'a> {
    pub(super) provided: Provided<'a>,
    pub(super) program: OsString,
    pub(super) cwd: PathBuf,
    /// The service that runs here whatever stands.
    pub(super) own: Option<ServiceId>,
    /// Hears what services print.
    pub(super) hear: Option<&'a Hear<'a>>,
    /// Where what is known of `own` is put when all are ready.
    pub(super) ground: Option<&'a Mutex<Option<ServiceGround>>>,
}

impl Provider for Commanding<'_> {
    fn invocation(
        &self,
        test: TestId,
        _: Attempted<'_>,
        _: PlaceOf<'_>,
        ground_of: GroundOf<'_>,
    ) -> Result<Invocation, String> {
        let services = &self.provided.project.suite.tests[test.index()].services;
        if let (Some(own), Some(ground)) = (self.own, self.ground) {
            *ground.lock() = Some(ground_of(own).clone());
        }
        let grounds = services.iter().map(|need| ground_of(need.service));
        Ok(Invocation {
            program: self.program.clone(),
            args: Vec::new(),
            before: Vec::new(),
            cleanup: Vec::new(),
            env: grounds.flat_map(|ground| ground.variables.iter().cloned()).collect(),
            cwd: self.cwd.clone(),
            capture: Capture::Combined,
            results: None,
        })
    }

    fn service(
        &self,
        instance: Instance,
        run_id: &str,
        ground: &ServiceGround,
        place_of: PlaceOf<'_>,
        ground_of: GroundOf<'_>,
    ) -> ServiceInvocation {
        self.provided.service(instance, run_id, ground, place_of, ground_of)
    }

    fn variables_of(
        &self,
        service: ServiceId,
        ground: &ServiceGround,
        place_of: PlaceOf<'_>,
    ) -> Vec<(OsString, OsString)> {
        self.provided.variables_of(service, ground, place_of)
    }

    fn borrow(
        &self,
        service: ServiceId,
        is_given_up: &dyn Fn() -> bool,
    ) -> Result<Option<Box<dyn Lease>>, Gone> {
        if self.own == Some(service) {
            return Ok(None);
        }
        self.provided.borrow(service, is_given_up)
    }

    fn hear(&self, service: ServiceId, bytes: &[u8]) {
        if let Some(hear) = self.hear {
            hear(service, bytes);
        }
    }

    fn import(&self, library: LibraryId, place_of: PlaceOf<'_>) -> ImportSpec {
        self.provided.import(library, place_of)
    }

    fn check(&self, library: LibraryId) -> Option<CommandLine> {
        self.provided.check(library)
    }

    fn made(&self, library: LibraryId) -> Led {
        self.provided.made(library)
    }

    fn way_out(&self, library: LibraryId, cause: &ImportCause) -> Option<String> {
        self.provided.way_out(library, cause)
    }

    fn outputs(&self) -> io::Result<PathBuf> {
        self.provided.outputs()
    }

    fn search(&self, scratch: Option<&Path>) -> (Haunts, Vec<String>) {
        self.provided.search(scratch)
    }
}
