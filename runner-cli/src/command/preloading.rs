//! Libraries without tests: imported, and told about in variables. What `exec`, `preload` and `env` have in common.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::Path;
use std::sync::Arc;

use probe_loader::Loader;
use probe_report::{Brief, Ink, Live, Screen, warn};
use probe_run::{Early, Exit, RunSettings, Stage, Watched};
use probe_scenario::{Expected, LibraryId, ServiceId, StatusLevel};

use super::leads::{Left, Means, lead};
use super::loading::{loader, pinned, record};
use super::opening::Noted;
pub(super) use super::request::Request;
use super::showing::show;
use super::unversioned;
use super::wanted::{Wanted, say_left_out, wanted_or_detected};
use crate::environment::Environment;
use crate::given::{Given, library_variables};
use crate::pinning::Pinning;
use crate::plan::{self, Provided};
use crate::plugged;
use crate::project::Project;
use crate::ui::Failure;

/// What an import of libraries came to.
pub(super) enum Preloaded {
    /// They are there.
    Ready(Ready),
    /// One of them is not, or probe was told to stop, which has been said.
    Not(Exit),
}

/// Libraries that are there.
pub(super) struct Ready {
    /// What says where they are.
    pub(super) variables: Vec<(OsString, OsString)>,
    /// What their files are watched by.
    pub(super) watched: Vec<Arc<Watched>>,
    /// Keeps them in the store as long as it lives.
    pub(super) loader: Box<Loader>,
    /// What declares them.
    pub(super) project: Box<Project>,
    /// The services that are asked for, by id. They are not started.
    pub(super) services: Vec<ServiceId>,
    pub(super) pinning: Box<Pinning>,
    /// What was imported.
    pub(super) early: Early,
    pub(super) run_id: u64,
    /// What only the command itself makes.
    pub(super) left: Vec<Left>,
}

/// Imports the libraries, and those that they need.
///
/// # Errors
///
/// The manifest, the lock file or the store cannot be used.
pub(super) fn preload(
    request: Request<'_>,
    environment: &Environment,
) -> Result<Preloaded, Failure> {
    let Wanted { mut project, libraries, services, reasons, made_by_tests, remembered } =
        wanted_or_detected(request, environment)?;
    let suite = &project.suite;
    let plan = plan::of_libraries(suite, environment, &libraries)?;
    let pinning = pinned(&project, &plan, &Early::default(), request.imports, environment)?;
    let run_id = rand::random();
    let loader = loader(request.store, request.imports, suite, environment, run_id)?;
    let preloads = project.defaults.preloads.unwrap_or(super::run::PRELOADS);
    let settings = RunSettings::of_imports(preloads, run_id);
    let screen = Screen::start(show(request.progress, StatusLevel::Pass, environment));
    let brief = Brief::new(Ink::above(&screen), suite, request.detail, reasons.clone());
    let mut reporter = Noted { inner: Live::new(screen, brief), imported: BTreeMap::new() };
    let provider = Provided {
        project: &project,
        pinning: &pinning,
        environment,
        given: &Given::default(),
        store: &loader.settings().store,
        run_id,
        standing: None,
        instead: None,
    };
    let stage = Stage {
        suite,
        root: &project.root,
        defaults: &project.defaults.limits,
        agenda: &plan,
        expected: &Expected::default(),
        loader: &loader,
        early: &Early::default(),
        workplace: &environment.workplace(),
        provider: &provider,
        settings,
    };
    let mut summary = probe_run::run(stage, &mut reporter)?;
    // Without a manifest nobody has asked for a lock file beside it; and what one machine has seen is not for all.
    plugged::pin(&project.root, summary.downloads.iter().map(|(_, pin)| pin));
    summary.downloads.retain(|(id, _)| !remembered.contains(id));
    if project.has_manifest() {
        record(&pinning, &loader, suite, &summary);
    }
    let mut missing = summary.not_imported.iter().map(|not| not.library);
    let tolerates = !request.command.is_empty();
    let may_miss = |id: LibraryId| tolerates && reasons.contains_key(&id);
    if summary.stop.is_some() || !missing.all(may_miss) {
        return Ok(Preloaded::Not(summary.exit()));
    }
    for missing in &summary.not_imported {
        let name = &suite.libraries[missing.library.index()].name;
        warn(&format_args!(
            "`{name}` is only detected, so the command runs without it, and its processes fetch it themselves; `--skip {name}` \
             leaves it out"
        ));
    }
    let is_there = |id: &LibraryId| summary.places[id.index()].is_some();
    let path_of = |library: LibraryId| -> &Path {
        summary.places[library.index()].as_deref().expect("it is imported")
    };
    let variables = library_variables(suite, plan.libraries().filter(is_there), path_of);
    let mut watched: Vec<Arc<Watched>> = summary.watched.iter().flatten().cloned().collect();
    let Noted { inner, imported } = reporter;
    // The picture ends before anything else is written.
    drop(inner);
    let left = if tolerates {
        let means = Means {
            request,
            environment,
            pinning: &pinning,
            loader: &loader,
            reasons: &reasons,
            run_id,
        };
        match lead(&mut project, &made_by_tests, &variables, means)? {
            Ok(led) => {
                watched.extend(led.watched);
                led.left
            }
            Err(exit) => return Ok(Preloaded::Not(exit)),
        }
    } else {
        unversioned::warn(&project.detected);
        say_left_out(&project.suite, made_by_tests.iter().map(|made| made.library));
        Vec::new()
    };
    Ok(Preloaded::Ready(Ready {
        variables,
        watched,
        loader: Box::new(loader),
        services,
        pinning: Box::new(pinning),
        early: Early::of(summary, imported),
        run_id,
        project: Box::new(project),
        left,
    }))
}
