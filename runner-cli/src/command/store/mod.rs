//! `probe store`: what is in the store, whether it is whole, and what may go.

mod show;

use std::fmt;
use std::time::{Duration, SystemTime};

use miette::Diagnostic;
use probe_loader::{Checked, ImportError, StoreError, Upkeep, store_key};
use probe_run::Exit;

use self::show::{listed, pruned, verified};
use super::loading::{NoStore, store_directory};
use crate::args::{StoreAction, StoreCommandArguments, StoreDirectory, StoreFormat};
use crate::environment::Environment;
use crate::pinning::{Pinning, Policy};
use crate::plan;
use crate::platform;
use crate::project::Project;
use crate::project::error::ProjectError;
use crate::ui::{Ends, Failure, print};

/// Does what is asked for; an exit code of 1 says that something was damaged.
pub(crate) fn store(
    arguments: &StoreCommandArguments,
    environment: &Environment,
) -> Result<Exit, Failure> {
    match &arguments.action {
        StoreAction::Dir { directory } => {
            let path = store_directory(directory, environment)?;
            print(|out| writeln!(out, "{}", path.display()))?;
            Ok(Exit::Passed)
        }
        StoreAction::List { format, directory } => {
            let items = open(directory, environment)?.list().map_err(Unkept)?;
            let text = listed(&items, SystemTime::now(), *format);
            print(|out| out.write_all(text.as_bytes()))?;
            Ok(Exit::Passed)
        }
        StoreAction::Verify { format, directory } => verify(directory, *format, environment),
        StoreAction::Prune { older_than, format, directory } => {
            prune(directory, *older_than, *format, environment)
        }
        StoreAction::Key { project } => {
            let project = Project::of_libraries(project, environment)?;
            let pinning = Pinning::open(&project.root, Policy::Record)?;
            let libraries = plan::sketches(&project, &pinning, environment);
            let host = platform::host().map_err(ProjectError::Platform)?;
            let key = store_key(&libraries, platform::machine(&host), &project.root);
            let key = key.map_err(NoKey)?;
            print(|out| writeln!(out, "{key}"))?;
            Ok(Exit::Passed)
        }
    }
}

fn open(directory: &StoreDirectory, environment: &Environment) -> Result<Upkeep, NoStore> {
    Upkeep::open(&store_directory(directory, environment)?).map_err(NoStore::Store)
}

fn verify(
    directory: &StoreDirectory,
    format: StoreFormat,
    environment: &Environment,
) -> Result<Exit, Failure> {
    let upkeep = open(directory, environment)?;
    let mut results = Vec::new();
    for item in upkeep.list().map_err(Unkept)? {
        let checked = upkeep.verify(&item).map_err(Unkept)?;
        if !matches!(checked, Checked::Gone) {
            results.push((item, checked));
        }
    }
    print(|out| out.write_all(verified(&results, format).as_bytes()))?;
    let whole = results.iter().all(|(_, checked)| matches!(checked, Checked::Whole));
    Ok(if whole { Exit::Passed } else { Exit::Damaged })
}

fn prune(
    directory: &StoreDirectory,
    older_than: Duration,
    format: StoreFormat,
    environment: &Environment,
) -> Result<Exit, Failure> {
    let upkeep = open(directory, environment)?;
    let removed = upkeep.prune(older_than, environment.command()).map_err(Unkept)?;
    print(|out| out.write_all(pruned(&removed, format).as_bytes()))?;
    Ok(Exit::Passed)
}

/// The store could not be looked after.
#[derive(Debug)]
pub(super) struct Unkept(pub(super) StoreError);

impl fmt::Display for Unkept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "failed to {}", self.0)
    }
}

impl std::error::Error for Unkept {}
impl Ends for Unkept {}
impl Diagnostic for Unkept {
    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        let help = self.0.help()?;
        match self.0 {
            StoreError::Pruning { .. } => Some(Box::new(help)),
            _ => Some(Box::new(format!("{help}: `--store`, or PROBE_STORE"))),
        }
    }
}

/// There is no key for what a library will be.
#[derive(Debug)]
struct NoKey(ImportError);

impl fmt::Display for NoKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "there is no key for library `{}`: {}", self.0.library(), self.0.cause())
    }
}

impl std::error::Error for NoKey {}
impl Ends for NoKey {}

impl Diagnostic for NoKey {
    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.0.help().map(|help| Box::new(help) as Box<dyn fmt::Display>)
    }
}
