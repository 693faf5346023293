//! What a run asks of its project.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};

use probe_loader::{CommandLine, ImportCause, ImportSpec, Led};
use probe_run::{
    Attempted, Gone, GroundOf, Haunts, Instance, Invocation, Lease, PlaceOf, Provider,
    ServiceInvocation, patterns_of,
};
use probe_scenario::{LibraryId, ServiceGround, ServiceId, Source, TestId};

use super::command::{check_command, test_command};
use super::service::service_command;
use super::{all_made, import, sketches};
use crate::dot_probe;
use crate::environment::Environment;
use crate::given::Given;
use crate::pinning::Pinning;
use crate::project::Project;
use crate::standing::Standing;

/// A project, with what else says what its tests and libraries are.
#[derive(Clone, Copy)]
pub(crate) struct Provided<'a> {
    pub(crate) project: &'a Project,
    pub(crate) pinning: &'a Pinning,
    pub(crate) environment: &'a Environment,
    pub(crate) given: &'a Given,
    /// The directory of the store.
    pub(crate) store: &'a Path,
    pub(crate) run_id: u64,
    /// How services are had that stand without the run; `None` where none is.
    pub(crate) standing: Option<&'a Standing>,
    /// What is imported in place of what the project says of some libraries; `None` where it is as the project says.
    pub(crate) instead: Option<&'a BTreeMap<LibraryId, &'a ImportSpec>>,
}

impl Provider for Provided<'_> {
    fn invocation(
        &self,
        test: TestId,
        attempted: Attempted<'_>,
        place_of: PlaceOf<'_>,
        ground_of: GroundOf<'_>,
    ) -> Result<Invocation, String> {
        let Self { project, environment, given, .. } = *self;
        let test = &project.suite.tests[test.index()];
        test_command(project, test, environment, attempted, given, place_of, ground_of)
    }

    fn service(
        &self,
        instance: Instance,
        run_id: &str,
        ground: &ServiceGround,
        place_of: PlaceOf<'_>,
        ground_of: GroundOf<'_>,
    ) -> ServiceInvocation {
        let Self { project, environment, .. } = *self;
        service_command(project, environment, instance, run_id, ground, place_of, ground_of)
    }

    fn variables_of(
        &self,
        service: ServiceId,
        ground: &ServiceGround,
        place_of: PlaceOf<'_>,
    ) -> Vec<(OsString, OsString)> {
        let env = &self.project.suite.services[service.index()].env;
        env.iter().map(|(name, value)| (name.into(), value.render(ground, place_of))).collect()
    }

    fn borrow(
        &self,
        service: ServiceId,
        is_given_up: &dyn Fn() -> bool,
    ) -> Result<Option<Box<dyn Lease>>, Gone> {
        let Some(standing) = self.standing else { return Ok(None) };
        standing.borrow(&self.project.suite, service, is_given_up)
    }

    fn import(&self, library: LibraryId, place_of: PlaceOf<'_>) -> ImportSpec {
        if let Some(spec) = self.instead.and_then(|instead| instead.get(&library)) {
            return (*spec).clone();
        }
        let Self { project, pinning, environment, .. } = *self;
        let library = &project.suite.libraries[library.index()];
        import::request(library, &project.root, pinning, environment, place_of)
    }

    fn check(&self, library: LibraryId) -> Option<CommandLine> {
        let Self { project, environment, given, .. } = *self;
        let Source::Check { tests } = &project.suite.libraries[library.index()].source else {
            return None;
        };
        check_command(project, tests, environment, given)
    }

    fn made(&self, library: LibraryId) -> Led {
        let library = &self.project.suite.libraries[library.index()];
        import::led(library, &self.project.root, self.environment)
    }

    fn way_out(&self, library: LibraryId, cause: &ImportCause) -> Option<String> {
        self.pinning.way_out(&self.project.suite.libraries[library.index()], cause)
    }

    fn outputs(&self) -> io::Result<PathBuf> {
        dot_probe::outputs(&self.project.root, self.run_id)
    }

    fn search(&self, scratch: Option<&Path>) -> (Haunts, Vec<String>) {
        let Self { project, pinning, environment, store, .. } = *self;
        let haunts = Haunts::new(&environment.habitat(store), &project.root, scratch);
        let made = all_made(project, environment).into_iter().flat_map(|made| made.paths);
        let imported = sketches(project, pinning, environment);
        (haunts, made.chain(imported.iter().flat_map(patterns_of)).collect())
    }
}
