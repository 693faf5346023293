//! The files of a project that say what names stand for and which versions they have, by directory.
//!
//! Reads nothing from disk: the caller reads the files that [`ProjectFile::is_wanted`] accepts, and those that these refer
//! to. All names are relative to one base, with `/`.

use std::collections::BTreeMap;

use super::config::{DenoConfig, LockSetting, Package, PyProject, TsConfig, is_python};
use super::lock::Lock;
use super::path::{directory, file_name, join, upward};
use super::scan::is_configuration;

/// One parsed file. Invalid parts are left out.
#[derive(Debug)]
pub struct ProjectFile {
    file: String,
    content: Content,
}

#[derive(Debug)]
enum Content {
    Deno(DenoConfig),
    /// An import map that some `deno.json` names.
    ImportMap(DenoConfig),
    Package(Package),
    Python(PyProject),
    Ts(TsConfig),
    Lock(Lock),
    /// The configuration of a script runner. The survey reads it.
    Runner,
}

/// All files of a project that say what names stand for.
#[derive(Debug, Default)]
pub struct ProjectFiles {
    directories: BTreeMap<String, Directory>,
}

/// The files in one directory.
#[derive(Debug, Default)]
struct Directory {
    deno: Option<(String, DenoConfig)>,
    package: Option<(String, Package)>,
    python: Vec<(String, PyProject)>,
    ts: Option<TsConfig>,
    /// The configurations of runners of scripts, by name.
    runners: Vec<String>,
    locks: Vec<Lock>,
}

impl ProjectFile {
    /// Whether probe reads a file of this name (without its directory).
    #[must_use]
    pub fn is_wanted(name: &str) -> bool {
        matches!(
            name,
            "deno.json" | "deno.jsonc" | "package.json" | "tsconfig.json" | "jsconfig.json"
        ) || is_configuration(name)
            || is_python(name)
            || Lock::is_one(name)
    }

    /// Whether a file of this name (without its directory) is a lock file.
    #[must_use]
    pub fn is_lock(name: &str) -> bool {
        Lock::is_one(name)
    }

    /// Parses `file`. If its name is unknown, it is an import map or a base of a `tsconfig.json`, depending on its content.
    #[must_use]
    pub fn parse(file: &str, text: String) -> Self {
        let name = file_name(file);
        let content = match name {
            "deno.json" | "deno.jsonc" => Content::Deno(DenoConfig::parse(directory(file), &text)),
            "package.json" => Content::Package(Package::parse(&text)),
            name if is_python(name) => Content::Python(PyProject::parse(&text)),
            "tsconfig.json" | "jsconfig.json" => Content::Ts(TsConfig::parse(&text)),
            name if is_configuration(name) => Content::Runner,
            _ => match Lock::parse(file, name, text) {
                Ok(lock) => Content::Lock(lock),
                Err(text) => {
                    let ts = TsConfig::parse(&text);
                    if ts.maps() || ts.extends.is_some() {
                        Content::Ts(ts)
                    } else {
                        Content::ImportMap(DenoConfig::parse(directory(file), &text))
                    }
                }
            },
        };
        Self { file: file.to_owned(), content }
    }

    /// Whether a file of this name (without its directory) may say where the lock file is.
    #[must_use]
    pub fn is_deno(name: &str) -> bool {
        matches!(name, "deno.json" | "deno.jsonc")
    }

    /// The files that this one builds on. The caller reads them too.
    #[must_use]
    pub fn references(&self) -> Vec<String> {
        let path = match &self.content {
            Content::Deno(config) => config.import_map.as_ref(),
            Content::Ts(config) => config.extends.as_ref(),
            Content::ImportMap(_)
            | Content::Package(_)
            | Content::Python(_)
            | Content::Runner
            | Content::Lock(_) => None,
        };
        let path = path.and_then(|path| join(directory(&self.file), path));
        path.into_iter().chain(self.lock_file()).collect()
    }

    /// The lock file that this one names. The caller reads it too.
    #[must_use]
    pub fn lock_file(&self) -> Option<String> {
        match &self.content {
            Content::Deno(DenoConfig { lock: LockSetting::At(path), .. }) => {
                join(directory(&self.file), path)
            }
            _ => None,
        }
    }

    /// The directories of the members of the workspace that this file defines. Some have a star for a name.
    #[must_use]
    pub fn members(&self) -> Vec<String> {
        let Content::Deno(config) = &self.content else {
            return Vec::new();
        };
        config.members.iter().filter_map(|member| join(directory(&self.file), member)).collect()
    }
}

impl ProjectFiles {
    /// Collects `files`, in any order.
    #[must_use]
    pub fn new(files: impl IntoIterator<Item = ProjectFile>) -> Self {
        let mut files: Vec<ProjectFile> = files.into_iter().collect();
        files.sort_by(|left, right| left.file.cmp(&right.file));
        let mut project = Self::default();
        let mut maps = BTreeMap::new();
        let mut bases = BTreeMap::new();
        for ProjectFile { file, content } in files {
            let directory = project.directories.entry(directory(&file).to_owned()).or_default();
            match content {
                Content::Deno(config) => directory.deno = Some((file, config)),
                Content::ImportMap(map) => {
                    maps.insert(file, map);
                }
                Content::Package(package) => directory.package = Some((file, package)),
                Content::Runner => directory.runners.push(file),
                Content::Python(python) => directory.python.push((file, python)),
                Content::Ts(config) => {
                    let is_named = matches!(file_name(&file), "tsconfig.json" | "jsconfig.json");
                    if is_named && directory.ts.is_none() {
                        directory.ts = Some(config.clone());
                    }
                    bases.insert(file, config);
                }
                Content::Lock(lock) => directory.locks.push(lock),
            }
        }
        project.follow(&maps, &bases);
        project
    }

    /// Whether some lock file names a package. One with merge conflicts, or one that asks for nothing, does not.
    #[must_use]
    pub fn has_locked(&self) -> bool {
        self.all_locks().any(|lock| !lock.is_empty())
    }

    /// Whether sources may need packages that no lock file names: a lock file was written by hand, or a `deno.json` has
    /// none.
    #[must_use]
    pub fn leaves_open(&self) -> bool {
        let mut directories = self.directories.iter();
        self.all_locks().any(Lock::is_partial)
            || directories.any(|(place, directory)| {
                directory.deno.is_some() && !self.locks(place).any(Lock::is_deno)
            })
    }

    /// Replaces references to other files with the content of these files.
    fn follow(&mut self, maps: &BTreeMap<String, DenoConfig>, bases: &BTreeMap<String, TsConfig>) {
        self.follow_locks();
        for (place, directory) in &mut self.directories {
            if let Some((file, config)) = &mut directory.deno
                && let Some(map) = config.import_map.as_ref().and_then(|map| join(place, map))
                && let Some(found) = maps.get(&map)
            {
                config.take_names(found.clone());
                *file = map;
            }
            // Each base is seen once, so that a circle ends.
            let mut at = place.clone();
            for _ in 0..=bases.len() {
                let Some(config) = &directory.ts else { break };
                let Some(base) = config.extends.as_ref().and_then(|base| join(&at, base)) else {
                    break;
                };
                let with_suffix = format!("{base}.json");
                let found = bases.get(&base).or_else(|| bases.get(&with_suffix));
                let (false, Some(found)) = (config.maps(), found) else { break };
                at = super::path::directory(&base).to_owned();
                directory.ts = Some(found.clone().based(place, &at));
            }
        }
    }

    /// Moves every lock file of Deno to the `deno.json` that names it, and removes it from those that name none or
    /// another one.
    fn follow_locks(&mut self) {
        let said: Vec<(String, LockSetting)> = (self.directories.iter())
            .filter_map(|(place, directory)| {
                Some((place.clone(), directory.deno.as_ref()?.1.lock.clone()))
            })
            .collect();
        for (place, lock) in said {
            let named = match &lock {
                LockSetting::Beside => continue,
                LockSetting::Off => None,
                LockSetting::At(path) => join(&place, path),
            };
            let found = named.and_then(|named| {
                let locks = &mut self.directories.get_mut(directory(&named))?.locks;
                let at = locks.iter().position(|lock| lock.file == named)?;
                Some(locks.remove(at))
            });
            let own = self.directories.entry(place).or_default();
            own.locks.retain(|lock| !lock.is_deno());
            own.locks.extend(found);
        }
    }

    /// The lock files that hold for the directory, the nearest first.
    pub(super) fn locks<'p>(&'p self, directory: &'p str) -> impl Iterator<Item = &'p Lock> {
        self.upward(directory).flat_map(|(_, directory)| &directory.locks)
    }

    /// Every lock file, by its name.
    pub(super) fn all_locks(&self) -> impl Iterator<Item = &Lock> {
        self.directories.values().flat_map(|directory| &directory.locks)
    }

    /// Every lock file with the directory that it holds for.
    pub(super) fn locks_by_place(&self) -> impl Iterator<Item = (&str, &Lock)> {
        let directories = self.directories.iter();
        directories.flat_map(|(place, directory)| {
            directory.locks.iter().map(move |lock| (place.as_str(), lock))
        })
    }

    /// The lock file of this name.
    pub(super) fn lock(&self, file: &str) -> Option<&Lock> {
        // A lock file that some `deno.json` names may lie elsewhere.
        let beside = self.directories.get(directory(file)).into_iter().flat_map(|it| &it.locks);
        beside.chain(self.all_locks()).find(|lock| lock.file == file)
    }

    /// The import maps that hold for the directory with their files, the nearest first.
    pub(super) fn maps<'p>(
        &'p self,
        directory: &'p str,
    ) -> impl Iterator<Item = &'p (String, DenoConfig)> {
        self.upward(directory).filter_map(|(_, directory)| directory.deno.as_ref())
    }

    /// The packages whose dependencies the directory has, with their files, the nearest first.
    pub(super) fn packages<'p>(
        &'p self,
        directory: &'p str,
    ) -> impl Iterator<Item = &'p (String, Package)> {
        self.upward(directory).filter_map(|(_, directory)| directory.package.as_ref())
    }

    /// The packages of Node in the directory and below it, each with its own directory.
    pub(super) fn packages_below<'p>(
        &'p self,
        directory: &'p str,
    ) -> impl Iterator<Item = (&'p str, &'p Package)> {
        let is_below = move |place: &str| {
            let rest = place.strip_prefix(directory);
            rest.is_some_and(|rest| {
                directory.is_empty() || rest.is_empty() || rest.starts_with('/')
            })
        };
        self.directories
            .iter()
            .filter(move |(place, _)| is_below(place))
            .filter_map(|(place, directory)| Some((place.as_str(), &directory.package.as_ref()?.1)))
    }

    /// The configurations of script runners in the directory and above it, the nearest first.
    pub(super) fn configurations<'p>(
        &'p self,
        directory: &'p str,
    ) -> impl Iterator<Item = &'p Vec<String>> {
        self.upward(directory).map(|(_, directory)| &directory.runners)
    }

    /// The `pyproject.toml` that asks for `package` in the directory or above, and its line.
    pub(super) fn python<'p>(
        &'p self,
        directory: &'p str,
        package: &str,
    ) -> Option<(&'p str, usize)> {
        self.upward(directory).find_map(|(_, directory)| {
            let mut files = directory.python.iter();
            files.find_map(|(file, python)| Some((file.as_str(), python.line(package)?)))
        })
    }

    /// The plugins that pytest loads in the directory: the file that says so, the module and the line. The nearest files that
    /// name some count.
    pub(super) fn python_plugins<'p>(
        &'p self,
        directory: &'p str,
    ) -> Vec<(&'p str, &'p str, usize)> {
        let named = self.upward(directory).map(|(_, directory)| {
            let files = directory.python.iter();
            let named = files.flat_map(|(file, python)| {
                python.plugins().map(move |(module, line)| (file.as_str(), module, line))
            });
            named.collect::<Vec<_>>()
        });
        named.into_iter().find(|named| !named.is_empty()).unwrap_or_default()
    }

    /// The nearest `tsconfig.json` with its directory.
    pub(super) fn ts<'p>(&'p self, directory: &'p str) -> Option<(&'p str, &'p TsConfig)> {
        self.upward(directory).find_map(|(place, directory)| Some((place, directory.ts.as_ref()?)))
    }

    /// The file that a member of a workspace exports as `specifier`: `@scope/name` or `@scope/name/sub`.
    pub(super) fn member(&self, specifier: &str) -> Option<String> {
        self.directories.iter().find_map(|(place, directory)| {
            let (_, config) = directory.deno.as_ref()?;
            let (name, exports) = config.export.as_ref()?;
            let rest = specifier.strip_prefix(name.as_str())?;
            if !rest.is_empty() && !rest.starts_with('/') {
                return None;
            }
            let (_, file) = exports.iter().find(|(key, _)| key.strip_prefix('.') == Some(rest))?;
            join(place, file)
        })
    }

    fn upward<'p>(&'p self, directory: &'p str) -> impl Iterator<Item = (&'p str, &'p Directory)> {
        upward(directory).filter_map(|place| Some((place, self.directories.get(place)?)))
    }
}
