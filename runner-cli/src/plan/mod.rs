//! From a suite to what is run, imported and started: the one place that knows both the manifest's types and those of the
//! loader and of processes.
//!
//! Starts nothing, and does not know where libraries will be.

mod command;
mod import;
mod provided;
mod service;
mod shuffled;
pub(crate) mod unsupported;

use std::path::PathBuf;

use probe_loader::Led;
use probe_scenario::{Library, LibraryId, Source, Suite, TestId};

pub(crate) use command::capture;
pub(crate) use import::{download_request, kind};
use probe_run::{Agenda, Expectations};
pub(crate) use provided::Provided;
pub(crate) use shuffled::Shuffled;
use unsupported::Unsupported;

use crate::environment::Environment;
use crate::pinning::Pinning;
use crate::project::Project;

/// Plans the tests of `selected` and everything that they wait for, in the order that `expected` says.
///
/// # Errors
///
/// When one of the libraries cannot be imported by this version.
pub(crate) fn of_tests(
    project: &Project,
    environment: &Environment,
    selected: &[TestId],
    expected: &impl Expectations,
) -> Result<Agenda, Unsupported> {
    let suite = &project.suite;
    let tests = suite.with_prerequisites(selected);
    let needs = tests.iter().flat_map(|id| &suite.tests[id.index()].needs);
    let of_services = tests.iter().flat_map(|id| {
        let services = suite.services_before(&suite.tests[id.index()]);
        services.into_iter().flat_map(|service| suite.libraries_of_service(service))
    });
    let needs = needs.map(|need| need.library).chain(of_services);
    Unsupported::check_all(suite, environment, needs)?;
    Ok(Agenda::of_tests(suite, &project.groups, selected, expected))
}

/// Plans libraries alone.
///
/// # Errors
///
/// When one of them cannot be imported by this version.
pub(crate) fn of_libraries(
    suite: &Suite,
    environment: &Environment,
    libraries: &[LibraryId],
) -> Result<Agenda, Unsupported> {
    for &library in libraries {
        Unsupported::check_alone(&suite.libraries[library.index()])?;
        Unsupported::check_all(suite, environment, std::iter::once(library))?;
    }
    Ok(Agenda::of_libraries(suite, libraries))
}

/// How the loader knows the libraries that tests make, in the order of the manifest.
pub(crate) fn all_made(project: &Project, environment: &Environment) -> Vec<Led> {
    let made = project.suite.libraries.iter().filter(|library| is_led(library));
    made.map(|library| import::led(library, &project.root, environment)).collect()
}

/// What the loader would import for each library that it can import, in the order of the manifest: to look for files and to
/// compare, not to import, since the places of other libraries are not known here and stand in for themselves.
pub(crate) fn sketches(
    project: &Project,
    pinning: &Pinning,
    environment: &Environment,
) -> Vec<probe_loader::ImportSpec> {
    let libraries = &project.suite.libraries;
    let names: Vec<PathBuf> =
        libraries.iter().map(|library| format!("library:{}", library.name).into()).collect();
    let path_of = |library: LibraryId| names[library.index()].as_path();
    let can = libraries.iter().filter(|library| {
        !is_led(library)
            && !is_check(library)
            && Unsupported::check_library(library, environment).is_ok()
    });
    can.map(|library| import::request(library, &project.root, pinning, environment, path_of))
        .collect()
}

/// Whether it is no file.
fn is_check(library: &Library) -> bool {
    matches!(library.source, Source::Check { .. })
}

/// Whether tests make it.
fn is_led(library: &Library) -> bool {
    matches!(library.source, Source::Leader { .. })
}
