//! What only tests make, before the command of `exec`: made by what is known to make it, or said to be left to the command.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::num::NonZeroUsize;
use std::sync::Arc;

use probe_loader::{ImportSource, ImportSpec, Loader, MadeInputs, Verify};
use probe_report::{Brief, Ink, Live, Screen, warn};
use probe_run::{Early, Exit, RunSettings, Stage, Watched};
use probe_scenario::{Artefact, CommandLimits, Expected, LibraryId, Source, StatusLevel, Suite};

use super::preloading::Request;
use super::showing::show;
use super::wanted::say_left_out;
use crate::environment::Environment;
use crate::given::Given;
use crate::leading::{Behind, Leading, MadeByTests, Maker};
use crate::pinning::Pinning;
use crate::plan::{self, Provided};
use crate::project::Project;
use crate::ui::{Failure, enumerated};

/// With what libraries were imported.
#[derive(Clone, Copy)]
pub(super) struct Means<'a> {
    pub(super) request: Request<'a>,
    pub(super) environment: &'a Environment,
    pub(super) pinning: &'a Pinning,
    pub(super) loader: &'a Loader,
    /// The lines by which libraries are known that nobody has named.
    pub(super) reasons: &'a BTreeMap<LibraryId, String>,
    pub(super) run_id: u64,
}

/// What has come of it.
pub(super) struct LedBefore {
    /// What is there, as far as it is known where.
    pub(super) watched: Vec<Arc<Watched>>,
    /// What is left to the command.
    pub(super) left: Vec<Left>,
}

/// What only the command itself makes.
pub(super) struct Left {
    /// The libraries, with the lines by which they are known.
    pub(super) libraries: Vec<(String, String)>,
    /// The command as what makes them, and its inputs; `None` if nothing can be told by those.
    made_by: Option<(ImportSpec, MadeInputs)>,
}

impl Left {
    /// The command has passed: what it needs is there.
    pub(super) fn passed(self, loader: &Loader) {
        if let Some((spec, inputs)) = self.made_by {
            // What is not noted is said once more.
            loader.note_made(&spec, inputs, &()).ok();
        }
    }
}

/// Makes what is known to be made by something, with the `variables` of the command, and says what is left to the command.
/// The exit is that of a probe that was told to stop.
pub(super) fn lead(
    project: &mut Project,
    needed: &[MadeByTests],
    variables: &[(OsString, OsString)],
    means: Means<'_>,
) -> Result<Result<LedBefore, Exit>, Failure> {
    let Means { request, environment, loader, .. } = means;
    let root = project.root.clone();
    let behind = Behind { command: request.command, root: &root, environment };
    let Leading { makers, left } = Leading::new(&project.suite, needed, behind);
    let is_made = |maker: &Maker| loader.is_made(&maker.spec, &()).unwrap_or_default();
    let (warm, mut cold): (Vec<Maker>, Vec<Maker>) = makers.into_iter().partition(is_made);
    let is_led = |library: LibraryId| {
        let mut led = warm.iter().chain(&cold).flat_map(|maker| &maker.libraries);
        led.any(|led| *led == library)
    };
    let not_led = needed.iter().map(|needed| needed.library).filter(|library| !is_led(*library));
    say_left_out(&project.suite, not_led);
    let mut failed = Vec::new();
    if !cold.is_empty() {
        for maker in &mut cold {
            let ImportSource::Command { command, .. } = &mut maker.spec.source else { continue };
            command.env = vec![("PROBE".into(), "1".into())];
            command.env.extend(variables.iter().cloned());
        }
        failed = match make(project, &cold, means)? {
            Ok(failed) => failed,
            Err(exit) => return Ok(Err(exit)),
        };
    }
    let has_failed = |maker: &Maker| failed.contains(&maker.libraries[0]);
    let suite = &project.suite;
    let (failed, made): (Vec<_>, Vec<_>) = cold.into_iter().partition(has_failed);
    for maker in &failed {
        warn(&format_args!(
            "{} could not be made before the command, as said above: its processes race for it where it is not there yet{}",
            names(suite, maker.libraries.iter()),
            way_out(project, maker.libraries.iter()),
        ));
    }
    let unknown: Vec<Maker> = left.into_iter().filter(|maker| !is_there(maker, loader)).collect();
    let libraries = || unknown.iter().flat_map(|maker| &maker.libraries);
    if let Some(first) = libraries().next() {
        let reason = means.reasons.get(first).map(String::as_str).unwrap_or_default();
        warn(&format_args!(
            "nothing is known that makes {} before this command: its processes race for it where it is not there yet ({reason}){}",
            names(suite, libraries()),
            way_out(project, libraries()),
        ));
    }
    let watched = warm.iter().chain(&made).filter(|maker| has_paths(&maker.spec));
    let watched = watched
        .map(|maker| Arc::new(Watched::new(loader, maker.libraries[0], maker.spec.clone())))
        .collect();
    let known_by = |id: &LibraryId| {
        let reason = means.reasons.get(id).cloned().unwrap_or_default();
        (suite.libraries[id.index()].name.clone(), reason)
    };
    let left = unknown.into_iter().map(|maker| {
        let inputs = loader.made_inputs(&maker.spec, &()).ok().flatten();
        Left {
            libraries: maker.libraries.iter().map(known_by).collect(),
            made_by: inputs.map(|inputs| (maker.spec, inputs)),
        }
    });
    let failed = failed.iter().map(|maker| Left {
        libraries: maker.libraries.iter().map(known_by).collect(),
        made_by: None,
    });
    Ok(Ok(LedBefore { watched, left: left.chain(failed).collect() }))
}

/// Whether what the command would make is there: it has passed before, or what it would leave is whole.
fn is_there(maker: &Maker, loader: &Loader) -> bool {
    if loader.is_made(&maker.spec, &()).unwrap_or_default() {
        return true;
    }
    let seen = loader.watch(&maker.spec).observe(Verify::Stamps);
    has_paths(&maker.spec) && !seen.is_empty() && seen.iter().all(|file| file.condition.is_whole())
}

fn has_paths(spec: &ImportSpec) -> bool {
    matches!(&spec.source, ImportSource::Command { paths, .. } if !paths.is_empty())
}

/// `` `a` `` or `` `a`, `b` and `c` ``.
fn names<'l>(suite: &Suite, libraries: impl Iterator<Item = &'l LibraryId>) -> String {
    let name = |id: &LibraryId| format!("`{}`", suite.libraries[id.index()].name);
    enumerated(libraries.map(name).collect()).unwrap_or_default()
}

/// What helps against a race for these libraries.
fn way_out<'l>(project: &Project, libraries: impl Iterator<Item = &'l LibraryId>) -> String {
    let suite = &project.suite;
    let skipped = libraries.map(|id| format!("`--skip {}`", suite.libraries[id.index()].name));
    let skipped: Vec<String> = skipped.collect();
    let run = if project.has_manifest() { "`probe run`" } else { "`probe init && probe run`" };
    format!(
        "; {run} lets one test make it before the others, and {} says no more of it",
        skipped.join(" ")
    )
}

/// Runs the commands of `makers`, all at once. Returns the libraries that could not be made, or how probe ends that was told
/// to stop.
fn make(
    project: &mut Project,
    makers: &[Maker],
    means: Means<'_>,
) -> Result<Result<Vec<LibraryId>, Exit>, Failure> {
    let Means { request, environment, pinning, loader, reasons, run_id } = means;
    let mut specs = BTreeMap::new();
    for Maker { libraries, spec } in makers {
        // Nothing else than a test could make it; this can.
        project.suite.libraries[libraries[0].index()].source = Source::Command {
            command: probe_scenario::Command::default(),
            artefact: Artefact::default(),
            limits: CommandLimits::default(),
        };
        specs.insert(libraries[0], spec);
    }
    let suite = &project.suite;
    let libraries: Vec<LibraryId> = specs.keys().copied().collect();
    let plan = plan::of_libraries(suite, environment, &libraries)?;
    // Two tests that make something at once are what is to be avoided.
    let settings = RunSettings::of_imports(NonZeroUsize::MIN, run_id);
    let screen = Screen::start(show(request.progress, StatusLevel::Pass, environment));
    let brief = Brief::new(Ink::above(&screen), suite, request.detail, reasons.clone());
    let mut reporter = Live::new(screen, brief);
    let given = Given::default();
    let provided = Provided {
        project,
        pinning,
        environment,
        given: &given,
        store: &loader.settings().store,
        run_id,
        standing: None,
        instead: Some(&specs),
    };
    let stage = Stage {
        expected: &Expected::default(),
        suite,
        root: &project.root,
        defaults: &project.defaults.limits,
        agenda: &plan,
        loader,
        early: &Early::default(),
        workplace: &environment.workplace(),
        provider: &provided,
        settings,
    };
    let summary = probe_run::run(stage, &mut reporter)?;
    if summary.stop.is_some() {
        return Ok(Err(summary.exit()));
    }
    Ok(Ok(summary.not_imported.iter().map(|not| not.library).collect()))
}
