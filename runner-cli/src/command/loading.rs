//! The loader and the pins as the command line and the environment want them.

use std::fmt;
use std::path::{Path, PathBuf};

use miette::Diagnostic;
use probe_loader::{Loader, Settings, StoreError};
use probe_report::{remark, style, warn};
use probe_run::{Agenda, Early, Summary};
use probe_scenario::Suite;

use super::credentials::credentials;
use crate::args::{ImportArguments, StoreArguments, StoreDirectory};
use crate::environment::Environment;
use crate::file_names::LOCK_FILE;
use crate::pinning::{Pinning, Policy};
use crate::project::Project;
use crate::ui::{Ends, Failure};

/// Why there is no store.
#[derive(Debug)]
pub(super) enum NoStore {
    /// The user has no home directory, and so no cache directory.
    Nowhere,
    Store(StoreError),
}

/// Opens the store that is asked for. `seed` makes the waits of processes differ that start together.
pub(super) fn loader(
    arguments: &StoreArguments,
    imports: &ImportArguments,
    suite: &Suite,
    environment: &Environment,
    seed: u64,
) -> Result<Loader, NoStore> {
    let mut settings = settings(arguments, environment, seed)?;
    for lower in settings.lower.iter().filter(|lower| !lower.is_dir()) {
        warn(&format_args!(
            "there is no store at `{}`, which `--lower-store` names: nothing is taken from it",
            lower.display()
        ));
    }
    settings.credentials = credentials(suite.libraries.iter(), environment);
    settings.replace = imports.replace;
    settings.adopt_unpinned = !imports.locked;
    Loader::new(settings).map_err(NoStore::Store)
}

/// The store that is asked for, else that of the user.
pub(super) fn store_directory(
    arguments: &StoreDirectory,
    environment: &Environment,
) -> Result<PathBuf, NoStore> {
    let asked = arguments.store.as_deref().filter(|store| *store != Path::new(""));
    match asked {
        Some(store) => Ok(environment.typed(store)),
        None => environment.default_store().ok_or(NoStore::Nowhere),
    }
}

/// What a loader is told by everybody who uses the store.
pub(super) fn settings(
    arguments: &StoreArguments,
    environment: &Environment,
    seed: u64,
) -> Result<Settings, NoStore> {
    let store = store_directory(&arguments.directory, environment)?;
    let mut settings = Settings::new(store);
    let lower = arguments.lower_store.iter().filter(|lower| *lower != Path::new(""));
    settings.lower = lower.map(|lower| environment.typed(lower)).collect();
    settings.lock_timeout = arguments.lock_timeout;
    settings.seed = seed;
    settings.offline = arguments.offline;
    settings.rewrites = arguments.mirror.iter().map(|mirror| mirror.0.clone()).collect();
    settings.proxies = environment.proxies().clone();
    settings.certificates = environment.certificates();
    settings.command = environment.command().to_owned();
    Ok(settings)
}

/// The pins for the libraries of `plan`; says which of these have none, where that matters and `early` has not said it.
///
/// # Errors
///
/// The lock file cannot be used, or does not pin what has to be pinned.
pub(super) fn pinned(
    project: &Project,
    plan: &Agenda,
    early: &Early,
    arguments: &ImportArguments,
    environment: &Environment,
) -> Result<Pinning, Failure> {
    let pinning = Pinning::open(&project.root, Policy::new(arguments.locked, environment))?;
    let libraries = plan.libraries().filter(|&library| !early.has(library));
    let libraries = libraries.map(|library| &project.suite.libraries[library.index()]);
    if let Some(not_pinned) = pinning.check(libraries)? {
        warn(&format_args!(
            "{not_pinned}, so what the server sends, or a cache has kept of it, is trusted: run `probe lock`, and commit `{LOCK_FILE}`"
        ));
    }
    Ok(pinning)
}

/// Pins what was downloaded for the first time, and says so. What cannot be pinned can be used all the same.
pub(super) fn record(pinning: &Pinning, loader: &Loader, suite: &Suite, summary: &Summary) {
    match pinning.record(loader, &suite.libraries, &summary.downloads) {
        Ok(names) if names.is_empty() => {}
        Ok(names) => {
            remark(
                "PINNED",
                style::PASS,
                &names.join(", "),
                &format!("in `{LOCK_FILE}`, to be committed"),
            );
        }
        Err(warning) => warn(&warning),
    }
}

impl fmt::Display for NoStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nowhere => {
                f.write_str("there is no place for prepared libraries: HOME is not set")
            }
            Self::Store(error) => write!(f, "failed to {error}"),
        }
    }
}

impl std::error::Error for NoStore {}

impl Ends for NoStore {}

impl Diagnostic for NoStore {
    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new("name a directory of your own with `--store` or PROBE_STORE"))
    }
}
