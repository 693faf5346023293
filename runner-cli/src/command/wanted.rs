//! Libraries by the names that somebody typed, or else those of the manifest and those that are detected.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use miette::Diagnostic;
use probe_scenario::{Because, Detection, LibraryId, Need, ServiceId, Source, Suite, Unversioned};

use super::reason::Chain;
use super::request::Request;
use crate::environment::Environment;
use crate::leading::MadeByTests;
use crate::plan::unsupported::Unsupported;
use crate::project::error::ProjectError;
use crate::project::{Project, sources};
use crate::ui::{Ends, Failure, print_note};
use crate::{platform, plugged};

/// What is to be imported, and why.
pub(super) struct Wanted {
    pub(super) project: Project,
    pub(super) libraries: Vec<LibraryId>,
    /// Services that are asked for by name. What they need of libraries is among these.
    pub(super) services: Vec<ServiceId>,
    /// Of what nobody has asked for by name: the lines by which it is known.
    pub(super) reasons: BTreeMap<LibraryId, String>,
    /// Libraries that are needed and that only tests make, so that nothing can be imported.
    pub(super) made_by_tests: Vec<MadeByTests>,
    /// Those that are known by earlier commands on this machine alone, which is nothing for others.
    pub(super) remembered: Vec<LibraryId>,
}

/// The libraries and services that are asked for; else all libraries of the manifest, and what is detected. Without a manifest,
/// what is detected.
///
/// # Errors
///
/// The manifest has mistakes, or there is no library of one of the names, wanted or skipped, and no service where a command
/// follows.
pub(super) fn wanted_or_detected(
    request: Request<'_>,
    environment: &Environment,
) -> Result<Wanted, Failure> {
    let Request { names, skipped, .. } = request;
    let mut project = match Project::of_libraries(request.project, environment) {
        Err(ProjectError::NoManifest { .. }) => Project::without_manifest(environment),
        opened => opened?,
    };
    let is_asked = !names.is_empty();
    let (reasons, made_by_tests, remembered) = (BTreeMap::new(), Vec::new(), Vec::new());
    let (names, services) = match request.command {
        [] => (names.to_vec(), Vec::new()),
        _ => without_services(&project.suite, names),
    };
    let of_services = libraries_of(&project.suite, &services);
    if is_asked
        && skipped.is_empty()
        && let Ok(mut libraries) = named(&project.suite, &names)
    {
        libraries.extend(of_services);
        return Ok(Wanted { project, libraries, services, reasons, made_by_tests, remembered });
    }
    let mut libraries = all(&project.suite);
    let mut needs = Vec::new();
    if project.defaults.limits.detect != Some(Detection::Off) {
        needs = project.detect_everything(environment)?;
    }
    if is_asked {
        libraries = named(&project.suite, &names).map_err(|unknown| match request.command {
            [] => unknown.or_service(&project.suite),
            _ if project.suite.services.is_empty() => unknown,
            _ => unknown.among_services(&project.suite),
        })?;
        libraries.extend(of_services);
        let skipped = skip(&project.suite, skipped)?;
        libraries.retain(|id| !skipped.contains(id));
        return Ok(Wanted { project, libraries, services, reasons, made_by_tests, remembered });
    }
    let (fetched, remembered) = plugged(&mut project, &mut needs, environment)?;
    let suite = &project.suite;
    let skipped = skip(suite, skipped)?;
    let mut reasons: BTreeMap<LibraryId, String> =
        needs.iter().filter_map(|need| reason(suite, need)).collect();
    libraries.extend(needs.iter().map(|need| need.library));
    libraries.extend(fetched.keys());
    reasons.extend(fetched);
    libraries.sort_unstable();
    libraries.dedup();
    libraries.retain(|id| !skipped.contains(id));
    // Nobody can lead where there is no test.
    let (made_by_tests, libraries): (Vec<_>, Vec<_>) = libraries
        .into_iter()
        .partition(|id| matches!(suite.libraries[id.index()].source, Source::Leader { .. }));
    let trace = |library: LibraryId| {
        needs.iter().find_map(|need| match need.because {
            Because::Detected(trace) if need.library == library => Some(trace),
            _ => None,
        })
    };
    let made_by_tests = made_by_tests
        .into_iter()
        .map(|library| MadeByTests { library, trace: trace(library) })
        .collect();
    Ok(Wanted { project, libraries, services, reasons, made_by_tests, remembered })
}

/// Says which of the libraries that only tests make are left out, although somebody has declared them.
pub(super) fn say_left_out(suite: &Suite, left_out: impl Iterator<Item = LibraryId>) {
    let declared = left_out.map(|id| &suite.libraries[id.index()]);
    let declared = declared.filter(|library| library.line.is_some());
    let left_out: Vec<String> = declared.map(|library| format!("`{}`", library.name)).collect();
    if !left_out.is_empty() {
        let left_out = left_out.join(", ");
        print_note(&format!("left out: {left_out}, which tests make, under `probe run` alone"));
    }
}

/// Adds the libraries that only the project's own code knows to fetch through plug, and returns how they are known, and which
/// of them by earlier commands alone. Of a package of which only the version was not known, that says it: nobody `needs` to
/// lead it any more.
fn plugged(
    project: &mut Project,
    needs: &mut Vec<Need>,
    environment: &Environment,
) -> Result<(BTreeMap<LibraryId, String>, Vec<LibraryId>), ProjectError> {
    let (mut added, mut remembered) = (BTreeMap::new(), Vec::new());
    if project.defaults.limits.detect == Some(Detection::Off) {
        return Ok((added, remembered));
    }
    let platform = platform::host().map_err(ProjectError::Platform)?;
    let Project { root, suite, detected, .. } = project;
    let is_used = plugged::is_used(&suite.libraries, needs);
    let mut add = |suite: &mut Suite, (library, reason): plugged::Found| {
        if let Source::Url(download) = &library.source {
            let is_it = |preset: &str| plugged::is_of_preset(preset, &download.url, &platform);
            let is_known = |missing: &Unversioned| is_it(&missing.preset);
            let known = detected.unversioned.extract_if(.., |missing| is_known(missing));
            let known: Vec<LibraryId> = known.map(|missing| missing.library).collect();
            needs.retain(|need| !known.contains(&need.library));
        }
        let id = LibraryId::new(suite.libraries.len());
        added.insert(id, reason);
        suite.libraries.push(library);
        id
    };
    let is_possible =
        |(library, _): &plugged::Found| Unsupported::check_library(library, environment).is_ok();
    if is_used {
        let found = plugged::in_sources(root, &sources(root), &suite.libraries, &platform);
        for found in found.into_iter().filter(is_possible) {
            add(suite, found);
        }
    }
    for found in plugged::in_memory(root, &suite.libraries, &platform) {
        if is_possible(&found) {
            remembered.push(add(suite, found));
        }
    }
    if !added.is_empty() {
        // What it fetches is known.
        needs.retain(|need| !plugged::is_plug(&suite.libraries[need.library.index()]));
    }
    Ok((added, remembered))
}

/// The lines by which a library is known that no manifest names.
fn reason(suite: &Suite, need: &Need) -> Option<(LibraryId, String)> {
    match need.because {
        Because::Detected(trace) if suite.libraries[need.library.index()].line.is_none() => {
            Some((need.library, Chain(&suite.findings.chain(trace)).to_string()))
        }
        _ => None,
    }
}

/// The libraries called `names`, which are left out.
///
/// # Errors
///
/// There is no library of one of the names.
pub(super) fn skip(suite: &Suite, names: &[String]) -> Result<Vec<LibraryId>, UnknownLibrary> {
    named(suite, names)
}

fn all(suite: &Suite) -> Vec<LibraryId> {
    (0..suite.libraries.len()).map(LibraryId::new).collect()
}

/// The names that no service has, and the services of the others.
fn without_services(suite: &Suite, names: &[String]) -> (Vec<String>, Vec<ServiceId>) {
    let (mut others, mut services) = (Vec::new(), Vec::new());
    for name in names {
        match suite.services.iter().position(|service| service.name == *name) {
            Some(place) => services.push(ServiceId::new(place)),
            None => others.push(name.clone()),
        }
    }
    services.sort_unstable();
    services.dedup();
    (others, services)
}

/// The libraries that services need, and those before these.
fn libraries_of(suite: &Suite, services: &[ServiceId]) -> Vec<LibraryId> {
    let behind =
        services.iter().flat_map(|&id| suite.services_behind(id)).chain(services.iter().copied());
    let libraries: BTreeSet<LibraryId> =
        behind.flat_map(|id| suite.libraries_of_service(id)).collect();
    libraries.into_iter().collect()
}

/// The libraries called `names`, in that order.
///
/// # Errors
///
/// The manifest has no library of one of the names.
fn named(suite: &Suite, names: &[String]) -> Result<Vec<LibraryId>, UnknownLibrary> {
    let find = |name: &String| {
        let place = suite.libraries.iter().position(|library| library.name == *name);
        place.map(LibraryId::new).ok_or_else(|| {
            UnknownLibrary::new(name, suite.libraries.iter().map(|library| library.name.as_str()))
        })
    };
    names.iter().map(find).collect()
}

/// The manifest does not have a library that was asked for.
#[derive(Debug)]
pub(super) struct UnknownLibrary {
    name: String,
    known: Vec<String>,
    /// What might have the name instead.
    or: Or,
}

/// What might have a name that no library has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Or {
    /// Nothing else is looked for.
    Nothing,
    /// A service may have been meant, and there is none either.
    Service,
    /// It is a service, which nobody starts here.
    IsService,
}

impl UnknownLibrary {
    /// There are only the `known` ones.
    pub(super) fn new<'n>(name: &str, known: impl Iterator<Item = &'n str>) -> Self {
        let known = known.map(str::to_owned).collect();
        Self { name: name.to_owned(), known, or: Or::Nothing }
    }

    /// The same where services can be named as well.
    fn among_services(mut self, suite: &Suite) -> Self {
        self.known.extend(suite.services.iter().map(|service| service.name.clone()));
        Self { or: Or::Service, ..self }
    }

    /// The same where a service of this name cannot be meant.
    fn or_service(self, suite: &Suite) -> Self {
        match suite.services.iter().any(|service| service.name == self.name) {
            true => Self { or: Or::IsService, ..self },
            false => self,
        }
    }
}

impl fmt::Display for UnknownLibrary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = &self.name;
        match self.or {
            Or::Nothing => write!(f, "there is no library `{name}`"),
            Or::Service => write!(f, "there is no library or service `{name}`"),
            Or::IsService => write!(f, "`{name}` is a service, and no library"),
        }
    }
}

impl std::error::Error for UnknownLibrary {}

impl Ends for UnknownLibrary {}

impl Diagnostic for UnknownLibrary {
    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        if self.or == Or::IsService {
            let name = &self.name;
            return Some(Box::new(format!("`probe exec --needs {name} -- COMMAND` starts it")));
        }
        let known: Vec<String> = self.known.iter().map(|name| format!("`{name}`")).collect();
        Some(Box::new(if known.is_empty() {
            "there is none at all".to_owned()
        } else {
            format!("there are {}", known.join(", "))
        }))
    }
}
