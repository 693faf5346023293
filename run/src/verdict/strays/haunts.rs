//! Where programs keep what they fetch or compile and then load: the user's caches, folders beside them in the home directory,
//! the project, and directories in variables. Does not walk through them.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::{Path, PathBuf};

/// Directories in the home directory that hold tools, settings or secrets, and nothing that a test would fetch.
const NOT_AT_HOME: [&str; 14] = [
    ".cargo",
    ".rustup",
    ".git",
    ".ssh",
    ".gnupg",
    ".config",
    ".mozilla",
    ".thunderbird",
    ".vscode",
    ".vscode-server",
    ".cursor-server",
    ".Trash",
    ".local",
    ".probe",
];
/// Exceptions in these directories, and directories without a dot in front.
const AT_HOME: [&str; 6] =
    ["bin", ".local/bin", ".local/lib", ".local/share", "Library/Caches", "go/bin"];
/// Directories of the system. Other programs write there, too.
const SYSTEM: [&str; 12] = [
    "/", "/usr", "/lib", "/lib64", "/bin", "/sbin", "/etc", "/proc", "/sys", "/dev", "/tmp",
    "/var/tmp",
];

/// The directories of a user.
#[derive(Clone, Debug)]
pub struct Habitat {
    /// Caches of programs, in the order in which probe searches them; absolute.
    pub caches: Vec<PathBuf>,
    /// The home directory.
    pub home: Option<PathBuf>,
    /// Directories that variables name.
    pub named: Vec<PathBuf>,
    /// Probe's own stores.
    pub stores: Vec<PathBuf>,
    /// The directory for temporary files.
    pub temporary: PathBuf,
}

/// The directories to search for undeclared files.
#[derive(Clone, Debug)]
pub struct Haunts {
    /// Caches, in the order in which probe searches them.
    pub(in crate::verdict) caches: Vec<PathBuf>,
    /// The project.
    pub(super) projects: Vec<PathBuf>,
    /// The shared directory for temporary files. Only its direct entries count, because others have directories in it.
    pub(super) temporary: PathBuf,
    /// probe's own directories, which are never searched.
    pub(in crate::verdict) never: Vec<PathBuf>,
}

impl Haunts {
    /// Those of a project, without probe's own stores and the `scratch` directory.
    pub fn new(habitat: &Habitat, project: &Path, scratch: Option<&Path>) -> Self {
        let mut caches: Vec<PathBuf> = Vec::new();
        let mut add = |place: PathBuf| {
            let is_new = !caches.iter().any(|known| place.starts_with(known));
            if is_new && is_own(&place) && !project.starts_with(&place) {
                caches.push(place);
            }
        };
        habitat.caches.iter().cloned().for_each(&mut add);
        if let Some(home) = &habitat.home {
            AT_HOME.iter().for_each(|place| add(home.join(place)));
            let hidden = |name: &str| name.starts_with('.') && !NOT_AT_HOME.contains(&name);
            let mut names: Vec<String> = (fs::read_dir(home).into_iter().flatten().flatten())
                .filter_map(|entry| entry.file_name().into_string().ok())
                .filter(|name| hidden(name))
                .collect();
            names.sort_unstable();
            names.iter().for_each(|name| add(home.join(name)));
            let elsewhere = habitat.named.iter().filter(|place| !home.starts_with(place));
            elsewhere.cloned().for_each(&mut add);
        }
        let mut never = habitat.stores.clone();
        never.push(project.join(".probe"));
        never.extend(scratch.map(Path::to_owned));
        let temporary = habitat.temporary.clone();
        Self { caches, projects: vec![project.to_owned()], temporary, never }
    }

    /// Returns the folder of the program that a file belongs to, and whether it is part of a cache. Returns `None` for a file
    /// outside of these directories, or directly in a cache.
    pub(super) fn folder(&self, path: &Path) -> Option<(PathBuf, bool)> {
        let root = self.caches.iter().filter(|root| path.starts_with(root));
        let Some(root) = root.max_by_key(|root| root.as_os_str().len()) else {
            let is_ours = self.projects.iter().any(|project| path.starts_with(project));
            return is_ours.then(|| Some((path.parent()?.to_owned(), false)))?;
        };
        let name = root.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        // `~/.duckdb` is one program's; `~/.cache` has a part for each.
        if name.starts_with('.') && name != ".cache" {
            return Some((root.clone(), true));
        }
        let rest = path.strip_prefix(root).ok()?;
        let is_deeper = rest.iter().count() > 1;
        is_deeper.then(|| Some((root.join(rest.iter().next()?), true)))?
    }

    /// Whether this directory is searched in any case.
    pub(super) fn covers(&self, place: &Path) -> bool {
        self.caches.iter().chain(&self.projects).any(|root| place.starts_with(root))
    }
}

/// Directories that only variables of this attempt name, and its working directory.
pub(crate) fn places(env: &[(OsString, OsString)], cwd: &Path) -> Vec<PathBuf> {
    let is_its_own = |name: &OsStr| {
        // What is in the slot's directory for temporary files is nobody else's.
        name != "TEST_TMPDIR" && !name.as_encoded_bytes().starts_with(b"PROBE")
    };
    let named = env.iter().filter(|(name, _)| is_its_own(name)).map(|(_, value)| Path::new(value));
    let places = std::iter::once(cwd).chain(named.filter(|place| place.is_dir()));
    places.filter(|place| is_own(place)).map(Path::to_owned).collect()
}

/// Whether a directory belongs to one program or user, so that new files in it have to do with its owner.
pub(super) fn is_own(place: &Path) -> bool {
    place.is_absolute()
        && SYSTEM.iter().all(|system| place != Path::new(system))
        && !["/proc", "/sys", "/dev", "/usr/bin", "/usr/lib"]
            .iter()
            .any(|part| place.starts_with(part))
}
