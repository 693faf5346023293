//! A project opened with all its tests: what the listing of a suite needs is imported first, and given to it as to a test.
//!
//! Does not know what is done with the tests.

use std::collections::BTreeMap;
use std::time::Duration;

use clap::{Args, Command, FromArgMatches};
use probe_loader::{Imported, Loader};
use probe_report::{Brief, BriefDetail, Ink, Live, Screen, ShowPolicy};
use probe_run::{Early, Event, Exit, Reporter, RunSettings, Stage, Stop, Summary};
use probe_scenario::{Expected, LibraryId, RunDefaults};

use super::loading::{loader, pinned, record};
use super::selected::outlined;
use super::showing::show;
use crate::args::{
    ImportArguments, ProgressArguments, ProjectArguments, SelectionArguments, StoreArguments,
};
use crate::environment::Environment;
use crate::given::Given;
use crate::listing::error::ListingError;
use crate::plan::{self, Provided};
use crate::project::{Opening, Project};
use crate::ui::{Failure, print_failure, print_warning};

/// How what listings need is imported, and what is said of that.
#[derive(Clone, Copy)]
pub(super) struct Means<'a> {
    pub(super) store: &'a StoreArguments,
    pub(super) imports: &'a ImportArguments,
    pub(super) progress: ProgressArguments,
    /// What a run shows that follows, by what the manifest says of that; `None` if none does.
    pub(super) shown: Option<&'a dyn Fn(&RunDefaults) -> ShowPolicy>,
    /// The names of libraries that are left out.
    pub(super) skipped: &'a [String],
    pub(super) run_id: u64,
}

/// A project with its tests, and what was imported to know them.
pub(super) struct Opened {
    pub(super) project: Project,
    pub(super) early: Early,
    /// What has imported it, if there was anything to import.
    pub(super) loader: Option<Loader>,
}

/// What only commands that import things have options for, as the environment says it.
#[derive(Args, Debug)]
struct ByEnvironment {
    #[command(flatten)]
    store: StoreArguments,
    #[command(flatten)]
    imports: ImportArguments,
    #[command(flatten)]
    progress: ProgressArguments,
}

/// Opens the project of a command that runs no tests. A suite that cannot be listed is told at once.
///
/// # Errors
///
/// As of [`open()`].
pub(super) fn open_to_look(
    project: &ProjectArguments,
    selection: &SelectionArguments,
    environment: &Environment,
) -> Result<Project, Failure> {
    let command = ByEnvironment::augment_args(Command::new("probe").no_binary_name(true));
    let matches = command.get_matches_from::<[&str; 0], _>([]);
    let by_environment = ByEnvironment::from_arg_matches(&matches)
        .expect("everything has a value by default, or is asked for by nobody");
    let means = Means {
        store: &by_environment.store,
        imports: &by_environment.imports,
        progress: by_environment.progress,
        shown: None,
        skipped: &[],
        run_id: rand::random(),
    };
    open(project, selection, means, environment).map(|opened| opened.project)
}

/// Opens the project with the tests that may be selected. A suite that cannot be listed is told at once, and hurts no other.
///
/// # Errors
///
/// The manifest, the lock file or the store cannot be used; or probe was told to stop.
pub(super) fn open(
    project: &ProjectArguments,
    selected: &SelectionArguments,
    means: Means<'_>,
    environment: &Environment,
) -> Result<Opened, Failure> {
    let opening = Opening::read(project, environment, &outlined(selected))?;
    let needed = opening.needed(means.skipped);
    let (early, loader) = if needed.is_empty() {
        (Early::default(), None)
    } else {
        let (early, loader) = import(&opening.libraries(), &needed, means, environment)?;
        (early, Some(loader))
    };
    let project = opening.list(environment, |library| early.result(library))?;
    for error in &project.not_listed {
        print_failure(error);
    }
    Ok(Opened { project, early, loader })
}

/// How a command ends that would end with `exit`, were all suites listed.
pub(super) fn exit(project: &Project, exit: Exit) -> Exit {
    if project.not_listed.is_empty() { exit } else { exit.or_not_listed() }
}

/// Says below the summary of a run what the summary cannot know of.
pub(super) fn remind(project: &Project) {
    for suite in project.not_listed.iter().filter_map(ListingError::suite) {
        print_warning(&format_args!(
            "the tests of suite `{suite}` did not run: they could not be listed, as said above"
        ));
    }
}

/// Imports what listings need, and those libraries that it needs.
fn import(
    project: &Project,
    libraries: &[LibraryId],
    means: Means<'_>,
    environment: &Environment,
) -> Result<(Early, Loader), Failure> {
    let suite = &project.suite;
    let plan = plan::of_libraries(suite, environment, libraries)?;
    let pinning = pinned(project, &plan, &Early::default(), means.imports, environment)?;
    let loader = loader(means.store, means.imports, suite, environment, means.run_id)?;
    let preloads = project.defaults.preloads.unwrap_or(super::run::PRELOADS);
    let settings = RunSettings::of_imports(preloads, means.run_id);
    let policy = means.shown.map(|shown| shown(&project.defaults));
    let level = policy.unwrap_or_default().level;
    let screen = Screen::start(show(means.progress, level, environment));
    let brief = Brief::new(Ink::above(&screen), suite, BriefDetail::News, BTreeMap::new());
    let brief = match policy {
        Some(policy) => brief.before_run(policy),
        None => brief,
    };
    let mut reporter = Noted { inner: Live::new(screen, brief), imported: BTreeMap::new() };
    let early = Early::default();
    let provider = Provided {
        project,
        pinning: &pinning,
        environment,
        given: &Given::default(),
        store: &loader.settings().store,
        run_id: means.run_id,
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
        early: &early,
        workplace: &environment.workplace(),
        provider: &provider,
        settings,
    };
    let summary: Summary = probe_run::run(stage, &mut reporter)?;
    record(&pinning, &loader, suite, &summary);
    if let Some(Stop::Signal(signal)) = summary.stop {
        return Err(ListingError::Interrupted(signal.number()).into());
    }
    let Noted { inner, imported } = reporter;
    // The picture ends before anything else is written.
    drop(inner);
    Ok((Early::of(summary, imported), loader))
}

/// A reporter, and what it has heard of libraries that are there.
pub(super) struct Noted<R> {
    pub(super) inner: R,
    pub(super) imported: BTreeMap<LibraryId, (Imported, Duration)>,
}

impl<R: Reporter> Reporter for Noted<R> {
    fn event(&mut self, at: Duration, event: &Event<'_>) {
        if let Event::PreloadPassed { id, imported, took, .. } = *event {
            self.imported.insert(id, (imported.clone(), took));
        }
        self.inner.event(at, event);
    }
}
