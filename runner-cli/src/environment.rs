//! Everything that probe takes from its environment, read once. The only module that reads it.

use std::env;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use etcetera::{BaseStrategy, choose_base_strategy};

/// What the process was started with.
#[derive(Clone, Debug)]
pub(crate) struct Environment {
    cwd: PathBuf,
    path: Option<OsString>,
    home: Option<PathBuf>,
    /// The user's cache directory.
    caches: Option<PathBuf>,
    /// The command line, for messages to other processes.
    command: String,
}

/// The working directory is gone, or cannot be reached.
#[derive(Debug)]
pub(crate) struct NoDirectory(std::io::Error);

impl std::fmt::Display for NoDirectory {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "cannot find the working directory: {}", self.0)
    }
}

impl std::error::Error for NoDirectory {}
impl miette::Diagnostic for NoDirectory {}

impl Environment {
    /// Reads the environment.
    ///
    /// # Errors
    ///
    /// When the working directory does not exist any more.
    pub(crate) fn read() -> Result<Self, NoDirectory> {
        let base = choose_base_strategy().ok();
        Ok(Self {
            cwd: env::current_dir().map_err(NoDirectory)?,
            path: env::var_os("PATH"),
            home: base.as_ref().map(|base| base.home_dir().to_owned()),
            caches: base.as_ref().map(BaseStrategy::cache_dir),
            command: command_line(),
        })
    }

    /// The working directory, absolute.
    pub(crate) fn cwd(&self) -> &Path {
        &self.cwd
    }

    /// The value of PATH.
    pub(crate) fn path(&self) -> Option<&OsStr> {
        self.path.as_deref()
    }

    /// The store where nothing else is said: `probe` in the user's cache directory.
    pub(crate) fn default_store(&self) -> Option<PathBuf> {
        self.caches.as_ref().map(|caches| caches.join("probe"))
    }

    /// `probe run -j8`: how other processes name this one.
    pub(crate) fn command(&self) -> &str {
        &self.command
    }

    /// `path` below `root`, with a leading `~` standing for the user's home directory.
    pub(crate) fn resolve(&self, root: &Path, path: &str) -> PathBuf {
        match (path.strip_prefix('~'), &self.home) {
            (Some(""), Some(home)) => home.clone(),
            (Some(rest), Some(home)) if rest.starts_with('/') => home.join(&rest[1..]),
            _ => root.join(path),
        }
    }
}

/// The program's name without its directory, and its arguments.
fn command_line() -> String {
    let mut words = env::args_os().map(|word| word.to_string_lossy().into_owned());
    let program = words.next().unwrap_or_default();
    let name = Path::new(&program).file_name().map(|name| name.to_string_lossy().into_owned());
    std::iter::once(name.unwrap_or(program)).chain(words).collect::<Vec<_>>().join(" ")
}
