//! The loader as the command line and the environment want it.

use std::fmt;
use std::path::{Path, PathBuf};

use miette::Diagnostic;
use probe_loader::{Loader, Settings, StoreError};

use crate::args::StoreArguments;
use crate::environment::Environment;
use crate::ui::Ends;

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
    environment: &Environment,
    seed: u64,
) -> Result<Loader, NoStore> {
    let asked = arguments.store.as_deref().filter(|store| *store != Path::new(""));
    let store: PathBuf = match asked {
        Some(store) => environment.cwd().join(store),
        None => environment.default_store().ok_or(NoStore::Nowhere)?,
    };
    let mut settings = Settings::new(store);
    settings.lock_timeout = arguments.lock_timeout;
    settings.seed = seed;
    settings.offline = arguments.offline;
    settings.replace = arguments.replace;
    settings.proxies = environment.proxies().clone();
    settings.certificates = environment.certificates().map(Path::to_owned);
    settings.command = environment.command().to_owned();
    Loader::new(settings).map_err(NoStore::Store)
}

impl fmt::Display for NoStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nowhere => {
                f.write_str("there is no place for imported libraries: HOME is not set")
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
