//! Empty caches for one round: a home of its own, and every variable that names a cache pointing into it. What programs
//! find by way of the home and is no cache (toolchains, installed packages) stays where it is. Does not know who uses
//! them.

use std::ffi::OsString;
use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use miette::Diagnostic;

use crate::environment::Environment;
use crate::ui::Ends;

/// Variables of places that programs write to, and the place in the home of a round.
const CACHES: [(&str, &str); 6] = [
    ("XDG_CACHE_HOME", ".cache"),
    ("XDG_DATA_HOME", ".local/share"),
    ("XDG_STATE_HOME", ".local/state"),
    ("DENO_DIR", ".cache/deno"),
    ("TMPDIR", "tmp"),
    ("PROBE_STORE", ".cache/probe"),
];

/// Variables that move the cache of one tool. Where they are set, they would lead a round to the user's own.
const OF_TOOLS: [&str; 17] = [
    "CYTHON_CACHE_DIR",
    "ELECTRON_CACHE",
    "HF_HOME",
    "MONGOMS_DOWNLOAD_DIR",
    "MPLCONFIGDIR",
    "NUMBA_CACHE_DIR",
    "PKG_CACHE_PATH",
    "PLAYWRIGHT_BROWSERS_PATH",
    "PUPPETEER_CACHE_DIR",
    "PYTHON_EGG_CACHE",
    "SE_CACHE_PATH",
    "TEMP",
    "TMP",
    "TORCH_EXTENSIONS_DIR",
    "TORCH_HOME",
    "TRITON_CACHE_DIR",
    "WDM_LOCAL",
];

/// What programs find in the home and is no cache, with the variable that says where it is.
const NO_CACHES: [(&str, &str); 14] = [
    ("ASDF_DATA_DIR", ".asdf"),
    ("BUN_INSTALL", ".bun"),
    ("CARGO_HOME", ".cargo"),
    ("GOPATH", "go"),
    ("NODENV_ROOT", ".nodenv"),
    ("NPM_CONFIG_USERCONFIG", ".npmrc"),
    ("NVM_DIR", ".nvm"),
    ("PNPM_HOME", ".local/share/pnpm"),
    ("PYENV_ROOT", ".pyenv"),
    ("PYTHONUSERBASE", ".local"),
    ("RBENV_ROOT", ".rbenv"),
    ("RUSTUP_HOME", ".rustup"),
    ("SDKMAN_DIR", ".sdkman"),
    ("VOLTA_HOME", ".volta"),
];

/// What Deno keeps of modules that are fetched, in directories of its cache. Everything else there is emptied, the
/// libraries of `plug` first of all.
const MODULES_OF_DENO: [&str; 3] = ["npm", "registries", "remote"];

/// What somebody has asked for besides.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Choice<'a> {
    /// Variables that get an empty directory too.
    pub(crate) fresh: &'a [String],
    /// Variables that are left alone.
    pub(crate) keep: &'a [String],
}

/// The caches of one round; removed when this is dropped.
#[derive(Debug)]
pub(crate) struct Caches {
    home: PathBuf,
    variables: Vec<(OsString, OsString)>,
}

/// A directory of a round could not be made.
#[derive(Debug)]
pub(crate) struct CacheError {
    path: PathBuf,
    source: io::Error,
}

impl Caches {
    /// Makes empty caches in the directory `home`, which does not exist yet.
    ///
    /// # Errors
    ///
    /// When a directory cannot be made.
    pub(crate) fn make(
        home: PathBuf,
        choice: Choice<'_>,
        environment: &Environment,
    ) -> Result<Self, CacheError> {
        let mut caches = Self { home, variables: Vec::new() };
        let is_kept = |name: &str| choice.keep.iter().any(|kept| kept == name);
        for (name, place) in CACHES {
            let directory = caches.directory(place)?;
            caches.set(name, directory);
        }
        let of_tools = OF_TOOLS.into_iter().filter(|name| environment.has(name));
        for name in of_tools.chain(choice.fresh.iter().map(String::as_str)) {
            let directory = caches.directory(&format!("by-variable/{name}"))?;
            caches.set(name, directory);
        }
        caches.set("HOME", caches.home.clone());
        if let Some(home) = environment.home().filter(|_| !is_kept("HOME")) {
            for (name, place) in NO_CACHES {
                let place = home.join(place);
                if !environment.has(name)
                    && !choice.fresh.iter().any(|fresh| fresh == name)
                    && place.exists()
                {
                    caches.set(name, place);
                }
            }
        }
        if let Some(deno) = environment.deno_cache().filter(|_| !is_kept("DENO_DIR")) {
            for directory in MODULES_OF_DENO {
                let to = caches.home.join(".cache/deno").join(directory);
                link_all(&deno.join(directory), &to)
                    .map_err(|source| CacheError { path: to, source })?;
            }
        }
        caches.variables.retain(|(name, _)| !name.to_str().is_some_and(is_kept));
        Ok(caches)
    }

    /// What the command finds in its environment.
    pub(crate) fn variables(&self) -> &[(OsString, OsString)] {
        &self.variables
    }

    /// The directory that holds all of them.
    pub(crate) fn home(&self) -> &Path {
        &self.home
    }

    fn set(&mut self, name: &str, place: PathBuf) {
        self.variables.push((name.into(), place.into()));
    }

    fn directory(&self, place: &str) -> Result<PathBuf, CacheError> {
        let path = self.home.join(place);
        match fs::create_dir_all(&path) {
            Ok(()) => Ok(path),
            Err(source) => Err(CacheError { path, source }),
        }
    }
}

impl Drop for Caches {
    fn drop(&mut self) {
        // The directory around it is removed at the end of the race as well.
        let _ = fs::remove_dir_all(&self.home);
    }
}

/// The files below `from` under the same names below `to`, as links where there can be any: they are content that nobody
/// writes to again. Nothing, if there is no `from`.
fn link_all(from: &Path, to: &Path) -> io::Result<()> {
    let Ok(entries) = fs::read_dir(from) else { return Ok(()) };
    fs::create_dir_all(to)?;
    for entry in entries {
        let entry = entry?;
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        let kind = entry.file_type()?;
        if kind.is_dir() {
            link_all(&from, &to)?;
        } else if kind.is_file() && fs::hard_link(&from, &to).is_err() {
            fs::copy(&from, &to)?;
        }
    }
    Ok(())
}

impl fmt::Display for CacheError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cannot make the empty cache `{}`: {}", self.path.display(), self.source)
    }
}

impl std::error::Error for CacheError {}

impl Ends for CacheError {}

impl Diagnostic for CacheError {}
