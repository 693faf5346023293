//! `probe doctor`: looks for torn files in every cache that probe knows, and mends them or moves them aside.

mod examination;
mod finding;

use probe_loader::{Loader, Upkeep};
use probe_run::Exit;

use self::examination::Examination;
use self::finding::report;
use super::credentials::credentials;
use super::loading::{NoStore, settings};
use crate::args::DoctorArguments;
use crate::environment::Environment;
use crate::pinning::{Pinning, Policy};
use crate::plan;
use crate::project::Project;
use crate::project::error::ProjectError;
use crate::ui::{Failure, print};

/// Looks, and mends if that is asked for; an exit code of 1 says that something is damaged and was not mended.
pub(crate) fn doctor(
    arguments: &DoctorArguments,
    environment: &Environment,
) -> Result<Exit, Failure> {
    let mut settings = settings(&arguments.store, environment, rand::random())?;
    let upkeep = Upkeep::open(&settings.store).map_err(NoStore::Store)?;
    let (libraries, made) = match Project::of_libraries(&arguments.project, environment) {
        Ok(project) => {
            let pinning = Pinning::open(&project.root, Policy::Record)?;
            settings.credentials = credentials(project.suite.libraries.iter(), environment);
            let libraries = plan::sketches(&project, &pinning, environment);
            (libraries, plan::all_made(&project, environment))
        }
        // The caches of the user are there all the same.
        Err(ProjectError::NoManifest { .. }) => (Vec::new(), Vec::new()),
        Err(error) => return Err(error.into()),
    };
    let loader = Loader::new(settings).map_err(NoStore::Store)?;
    let mut examination = Examination::new(&loader, arguments.fix);
    examination.store(&upkeep)?;
    for library in &libraries {
        examination.library(library);
    }
    for library in &made {
        examination.made(library);
    }
    if let Some(cache) = environment.deno_cache() {
        examination.plug(&cache);
    }
    let (findings, looked_at) = examination.into_findings();
    print(|out| out.write_all(report(&findings, looked_at).as_bytes()))?;
    let well = findings.iter().all(|finding| finding.outcome.is_well());
    Ok(if well { Exit::Passed } else { Exit::Damaged })
}
