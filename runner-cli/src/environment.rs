//! Everything that probe takes from its environment, read once. The only module that reads it.

use std::env;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use etcetera::{BaseStrategy, choose_base_strategy};
use probe_loader::{Pattern, Proxies, ProxyAddress};
use probe_process::DETACHED;
use probe_report::GithubJob;
use probe_run::{Habitat, Workplace};
use probe_scenario::without_secrets;

use crate::args::nested::WITHHELD;
use crate::system::LIBRARY_PATH;

/// What the process was started with.
#[derive(Clone, Debug)]
pub(crate) struct Environment {
    cwd: PathBuf,
    path: Option<OsString>,
    library_path: Option<OsString>,
    home: Option<PathBuf>,
    /// The user's cache directory.
    caches: Option<PathBuf>,
    /// Deno's cache, where its `plug` keeps libraries.
    deno: Option<PathBuf>,
    proxies: Proxies,
    certificates: Vec<PathBuf>,
    github_token: Option<Secret>,
    is_ci: bool,
    /// Whether a terminal can do no more than print.
    is_dumb: bool,
    /// Whether the terminal shows progress in a place of its own.
    has_progress: bool,
    github: Option<PathBuf>,
    github_job: Option<GithubJob>,
    nextest: Option<PathBuf>,
    netrc: Option<PathBuf>,
    manifest_path: Option<PathBuf>,
    /// The directory for temporary files.
    temporary: PathBuf,
    /// The command line, for messages to other processes.
    command: String,
    /// How probe itself was called.
    program: OsString,
    /// What is there of it that whoever is started here must not get.
    withheld: Vec<&'static str>,
}

/// What no message shows.
#[derive(Clone)]
struct Secret(String);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret")
    }
}

/// Where names and passwords for hosts are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Netrc {
    pub(crate) path: PathBuf,
    /// Somebody says that it is there; otherwise most users have none.
    pub(crate) is_named: bool,
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

impl miette::Diagnostic for NoDirectory {
    fn help<'a>(&'a self) -> Option<Box<dyn std::fmt::Display + 'a>> {
        Some(Box::new("it may have been removed: go to one that is there"))
    }
}

/// The variables that are there and say nothing, which CI systems make of those that are not set.
pub(crate) fn empty() -> Vec<OsString> {
    let empty = env::vars_os().filter(|(_, value)| value.is_empty());
    empty.map(|(variable, _)| variable).collect()
}

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
            library_path: set(LIBRARY_PATH),
            home: base.as_ref().map(|base| base.home_dir().to_owned()),
            caches: base.as_ref().map(BaseStrategy::cache_dir),
            deno: set("DENO_DIR").map(PathBuf::from).or_else(|| {
                base.as_ref()
                    .map(|base| deno_cache(env::consts::OS, base.home_dir(), base.cache_dir()))
            }),
            proxies: proxies(),
            certificates: certificates(),
            github_token: set("GITHUB_TOKEN")
                .and_then(|token| token.into_string().ok())
                .map(Secret),
            is_ci: is_true("CI"),
            is_dumb: set("TERM").is_none_or(|term| term == "dumb"),
            has_progress: anstyle_progress::supports_term_progress(true),
            github: set("GITHUB_ENV").map(PathBuf::from),
            github_job: github_job(),
            nextest: set("NEXTEST_ENV").map(PathBuf::from),
            netrc: set("NETRC").map(PathBuf::from),
            manifest_path: set("PROBE_MANIFEST_PATH").map(PathBuf::from),
            temporary: env::temp_dir(),
            command: command_line(),
            program: env::args_os().next().unwrap_or_else(|| "probe".into()),
            withheld: withheld(),
        })
    }

    /// The working directory, absolute.
    pub(crate) fn cwd(&self) -> &Path {
        &self.cwd
    }

    /// Whether a variable is there and not empty.
    pub(crate) fn has(&self, name: &str) -> bool {
        set(name).is_some()
    }

    /// The same for `NAME`; for `NAME=VALUE`, whether a variable has that value.
    pub(crate) fn says(&self, variable: &str) -> bool {
        match variable.split_once('=') {
            Some((name, value)) => set(name).is_some_and(|set| set == value),
            None => self.has(variable),
        }
    }

    /// What a variable says that is there and not empty.
    pub(crate) fn value(&self, name: &str) -> Option<String> {
        set(name).map(|value| value.to_string_lossy().into_owned())
    }

    /// The user's home directory.
    pub(crate) fn home(&self) -> Option<&Path> {
        self.home.as_deref()
    }

    /// What processes are started with.
    pub(crate) fn workplace(&self) -> Workplace {
        Workplace {
            temporary: self.temporary(),
            path: self.path.clone(),
            withheld: self.withheld.clone(),
        }
    }

    /// The user's directories, with `store` among probe's own.
    pub(crate) fn habitat(&self, store: &Path) -> Habitat {
        let caches = self.caches.iter().map(|caches| self.cwd.join(caches));
        Habitat {
            caches: caches.chain(self.deno_cache()).collect(),
            home: self.home.clone(),
            named: self.directories(),
            stores: std::iter::once(store.to_owned()).chain(self.default_store()).collect(),
            temporary: self.temporary(),
        }
    }

    /// Directories in which each program has a part of its own.
    pub(crate) fn caches(&self) -> Vec<PathBuf> {
        self.caches.iter().map(|caches| self.cwd.join(caches)).collect()
    }

    /// Cargo's own directory, in which a configuration of all packages of the user may be.
    pub(crate) fn cargo_home(&self) -> Option<PathBuf> {
        let named = set("CARGO_HOME").map(|home| self.cwd.join(home));
        named.or_else(|| self.home.as_ref().map(|home| home.join(".cargo")))
    }

    /// Directories that variables name whose names say that something is kept there, in the order of those names. Tool
    /// chains are none of them.
    fn directories(&self) -> Vec<PathBuf> {
        const TOOLS: [&str; 6] = ["CARGO", "RUSTUP", "JAVA", "JDK", "PROBE_", "GRADLE_HOME"];

        let keeps = |name: &str| {
            let is_place = name.contains("CACHE")
                || ["TMPDIR", "_HOME", "_DIR", "_PATH"].iter().any(|end| name.ends_with(end));
            is_place && !TOOLS.iter().any(|tool| name.starts_with(tool))
        };
        let mut named: Vec<(String, PathBuf)> = env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, PathBuf::from(value))))
            .filter(|(name, place)| keeps(name) && place.is_absolute() && place.is_dir())
            .collect();
        named.sort_unstable();
        named.into_iter().map(|(_, place)| place).collect()
    }

    /// The value of PATH.
    pub(crate) fn path(&self) -> Option<&OsStr> {
        self.path.as_deref()
    }

    /// Where the loader of libraries looks besides.
    pub(crate) fn library_path(&self) -> Option<&OsStr> {
        self.library_path.as_deref()
    }

    /// The store where nothing else is said: `probe` in the user's cache directory.
    pub(crate) fn default_store(&self) -> Option<PathBuf> {
        self.caches.as_ref().map(|caches| caches.join("probe"))
    }

    /// Where Deno keeps what it has fetched; absolute.
    pub(crate) fn deno_cache(&self) -> Option<PathBuf> {
        self.deno.as_ref().map(|deno| self.cwd.join(deno))
    }

    /// The way through proxies.
    pub(crate) fn proxies(&self) -> &Proxies {
        &self.proxies
    }

    /// The files and directories of certificates to trust in place of the system's, absolute.
    pub(crate) fn certificates(&self) -> Vec<PathBuf> {
        self.certificates.iter().map(|path| self.cwd.join(path)).collect()
    }

    /// What GitHub knows the user by.
    pub(crate) fn github_token(&self) -> Option<&str> {
        self.github_token.as_ref().map(|secret| &*secret.0)
    }

    /// Whether this is a continuous-integration job, in which nobody checks in what probe writes down.
    pub(crate) fn is_ci(&self) -> bool {
        self.is_ci
    }

    /// Whether a terminal, if there is one, can do no more than print.
    pub(crate) fn is_dumb(&self) -> bool {
        self.is_dumb
    }

    /// Whether the terminal, if there is one, shows progress in a place of its own, such as its tab.
    pub(crate) fn has_progress(&self) -> bool {
        self.has_progress
    }

    /// The file from which GitHub Actions takes variables for the steps that follow.
    pub(crate) fn github(&self) -> Option<&Path> {
        self.github.as_deref()
    }

    /// What there is of GitHub Actions, if probe runs there.
    pub(crate) fn github_job(&self) -> Option<&GithubJob> {
        self.github_job.as_ref()
    }

    /// The file from which nextest takes variables for its tests, in one of its setup scripts.
    pub(crate) fn nextest(&self) -> Option<&Path> {
        self.nextest.as_deref()
    }

    /// The netrc file: `NETRC`, else `.netrc` in the user's home directory.
    pub(crate) fn netrc(&self) -> Option<Netrc> {
        match (&self.netrc, &self.home) {
            (Some(path), _) => Some(Netrc { path: self.cwd.join(path), is_named: true }),
            (None, Some(home)) => Some(Netrc { path: home.join(".netrc"), is_named: false }),
            (None, None) => None,
        }
    }

    /// The manifest that is meant where no flag says so; only for completions, since flags take it from there themselves.
    pub(crate) fn manifest_path(&self) -> Option<PathBuf> {
        self.manifest_path.clone()
    }

    /// The directory for temporary files, absolute.
    pub(crate) fn temporary(&self) -> PathBuf {
        self.cwd.join(&self.temporary)
    }

    /// `probe run -j8`: how other processes name this one.
    pub(crate) fn command(&self) -> &str {
        &self.command
    }

    /// What calls this program again from any directory: its name where PATH finds it, else its path.
    pub(crate) fn program(&self) -> PathBuf {
        let program = Path::new(&self.program);
        let is_path = program.components().count() > 1;
        if is_path { self.cwd.join(program) } else { program.to_owned() }
    }

    /// The variables that are set for this probe alone: whoever it starts does not get them.
    pub(crate) fn withheld(&self) -> Vec<&'static str> {
        self.withheld.clone()
    }

    /// `path` below `root`, with a leading `~` standing for the user's home directory.
    pub(crate) fn resolve(&self, root: &Path, path: &str) -> PathBuf {
        resolve(self.home.as_deref(), root, path)
    }

    /// A path that was typed: a shell takes no `~` in the middle of a word, as in `--report html=~/run.html`.
    pub(crate) fn typed(&self, path: &Path) -> PathBuf {
        match path.to_str() {
            Some(path) => self.resolve(&self.cwd, path),
            None => self.cwd.join(path),
        }
    }

    /// The program of a command: a path that begins with the home directory, as no shell is there to see, or what it is.
    pub(crate) fn program_at_home(&self, program: OsString) -> OsString {
        match (program.to_str().and_then(below_home), &self.home) {
            (Some(below), Some(home)) if !below.is_empty() => home.join(below).into(),
            _ => program,
        }
    }

    /// As [`resolve`](Self::resolve), for a pattern; `root` and the home directory are paths and no patterns, whatever brackets are in their names.
    pub(crate) fn resolve_pattern(&self, root: &Path, pattern: &str) -> String {
        let escape = |path: &Path| PathBuf::from(Pattern::escape(&path.to_string_lossy()));
        let home = self.home.as_deref().map(escape);
        resolve(home.as_deref(), &escape(root), pattern).to_string_lossy().into_owned()
    }
}

fn resolve(home: Option<&Path>, root: &Path, path: &str) -> PathBuf {
    match (below_home(path), home) {
        (Some(""), Some(home)) => home.to_owned(),
        (Some(below), Some(home)) => home.join(below),
        _ => root.join(path),
    }
}

/// What of a path follows the home directory, in any of the ways in which a shell takes that: no other variable stands in paths.
fn below_home(path: &str) -> Option<&str> {
    let rest = ["~", "$HOME", "${HOME}"].iter().find_map(|home| path.strip_prefix(home))?;
    if rest.is_empty() { Some("") } else { rest.strip_prefix('/') }
}

/// A variable that is there and not empty.
fn set(name: &str) -> Option<OsString> {
    env::var_os(name).filter(|value| !value.is_empty())
}

/// Whether a variable is there and says something other than no.
fn is_true(name: &str) -> bool {
    set(name).is_some_and(|value| value != "0" && !value.eq_ignore_ascii_case("false"))
}

/// Where Deno keeps what it fetches, unless `DENO_DIR` says otherwise: in `Library/Caches` on macOS, which has no other place.
fn deno_cache(system: &str, home: &Path, caches: PathBuf) -> PathBuf {
    let caches = if system == "macos" { home.join("Library/Caches") } else { caches };
    caches.join("deno")
}

/// The job of GitHub Actions that this is a step of.
fn github_job() -> Option<GithubJob> {
    is_true("GITHUB_ACTIONS").then(|| GithubJob {
        workspace: set("GITHUB_WORKSPACE").map(PathBuf::from),
        summary: set("GITHUB_STEP_SUMMARY").map(PathBuf::from),
    })
}

/// The variables that curl and most others read; the lower-case spelling counts more, as it does there. `HTTP_PROXY` in
/// capitals is not read: a web server sets it to what a client sends.
fn proxies() -> Proxies {
    let text = |name: &&str| Some(((*name).to_owned(), set(name)?.into_string().ok()?));
    let first = |names: &[&str]| names.iter().find_map(text);
    let address = |names: &[&str]| {
        let (name, url) = first(names)?;
        Some(ProxyAddress { url, origin: Some(name) })
    };
    let all = || address(&["all_proxy", "ALL_PROXY"]);
    Proxies {
        http: address(&["http_proxy"]).or_else(all),
        https: address(&["https_proxy", "HTTPS_PROXY"]).or_else(all),
        bypass: first(&["no_proxy", "NO_PROXY"])
            .map(|(_, hosts)| hosts.split(',').map(|host| host.trim().to_owned()).collect())
            .unwrap_or_default(),
    }
}

/// Those that stand for options of this probe, and what an outer one says of what may outlive its run.
fn withheld() -> Vec<&'static str> {
    let names = WITHHELD.into_iter().chain([DETACHED]);
    names.filter(|name| env::var_os(name).is_some()).collect()
}

/// What OpenSSL's programs read: a file, and directories as PATH has them.
fn certificates() -> Vec<PathBuf> {
    let directories = set("SSL_CERT_DIR").unwrap_or_default();
    let directories = env::split_paths(&directories).filter(|path| !path.as_os_str().is_empty());
    set("SSL_CERT_FILE").map(PathBuf::from).into_iter().chain(directories).collect()
}

/// The program's name without its directory, and its arguments.
fn command_line() -> String {
    let mut words = env::args_os().map(|word| word.to_string_lossy().into_owned());
    let program = words.next().unwrap_or_default();
    let name = Path::new(&program).file_name().map(|name| name.to_string_lossy().into_owned());
    let line = std::iter::once(name.unwrap_or(program)).chain(words).collect::<Vec<_>>().join(" ");
    without_secrets(&line).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn denos_cache_is_where_its_system_has_caches() {
        let check = |system, expected| {
            let found = deno_cache(system, Path::new("/me"), PathBuf::from("/me/.cache"));
            assert_eq!(found, Path::new(expected), "{system}");
        };
        check("linux", "/me/.cache/deno");
        check("macos", "/me/Library/Caches/deno");
    }
}
