//! Libraries by the names that somebody typed, or else those of the manifest and those that are detected.

use std::collections::BTreeMap;
use std::fmt;

use miette::Diagnostic;
use probe_scenario::{Because, Detection, LibraryId, Need, Source, Suite, Unversioned};

use super::reason::Chain;
use crate::args::ProjectArguments;
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
    /// Of what nobody has asked for by name: the lines by which it is known.
    pub(super) reasons: BTreeMap<LibraryId, String>,
    /// Libraries that are needed and that only tests make, so that nothing can be imported.
    pub(super) made_by_tests: Vec<MadeByTests>,
    /// Those that are known by earlier commands on this machine alone, which is nothing for others.
    pub(super) remembered: Vec<LibraryId>,
}

/// The libraries that are asked for; else all of the manifest, and what is detected. Without a manifest, what is detected.
///
/// # Errors
///
/// The manifest has mistakes, or there is no library of one of the names, wanted or `skipped`.
pub(super) fn wanted_or_detected(
    arguments: &ProjectArguments,
    names: &[String],
    skipped: &[String],
    environment: &Environment,
) -> Result<Wanted, Failure> {
    let mut project = match Project::of_libraries(arguments, environment) {
        Err(ProjectError::NoManifest { .. }) => Project::without_manifest(environment),
        opened => opened?,
    };
    let is_asked = !names.is_empty();
    let (reasons, made_by_tests, remembered) = (BTreeMap::new(), Vec::new(), Vec::new());
    if is_asked
        && skipped.is_empty()
        && let Ok(libraries) = wanted(&project.suite, names)
    {
        return Ok(Wanted { project, libraries, reasons, made_by_tests, remembered });
    }
    let mut libraries = wanted(&project.suite, &[])?;
    let mut needs = Vec::new();
    if project.defaults.limits.detect != Some(Detection::Off) {
        needs = project.detect_everything(environment)?;
    }
    if is_asked {
        libraries = wanted(&project.suite, names)?;
        let skipped = skip(&project.suite, skipped)?;
        libraries.retain(|id| !skipped.contains(id));
        return Ok(Wanted { project, libraries, reasons, made_by_tests, remembered });
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
    Ok(Wanted { project, libraries, reasons, made_by_tests, remembered })
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
    if names.is_empty() { Ok(Vec::new()) } else { wanted(suite, names) }
}

/// The libraries called `names`, in that order; all, if there are none.
///
/// # Errors
///
/// The manifest has no library of one of the names.
fn wanted(suite: &Suite, names: &[String]) -> Result<Vec<LibraryId>, UnknownLibrary> {
    let all = || (0..suite.libraries.len()).map(LibraryId::new);
    if names.is_empty() {
        return Ok(all().collect());
    }
    let find = |name: &String| {
        all().find(|id| suite.libraries[id.index()].name == *name).ok_or_else(|| {
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
}

impl UnknownLibrary {
    /// There are only the `known` ones.
    pub(super) fn new<'n>(name: &str, known: impl Iterator<Item = &'n str>) -> Self {
        Self { name: name.to_owned(), known: known.map(str::to_owned).collect() }
    }
}

impl fmt::Display for UnknownLibrary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "there is no library `{}`", self.name)
    }
}

impl std::error::Error for UnknownLibrary {}

impl Ends for UnknownLibrary {}

impl Diagnostic for UnknownLibrary {
    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        let known: Vec<String> = self.known.iter().map(|name| format!("`{name}`")).collect();
        Some(Box::new(if known.is_empty() {
            "there is none at all".to_owned()
        } else {
            format!("there are {}", known.join(", "))
        }))
    }
}
