//! Which packages of Cargo a package is built of, as far as they lie in the repository. Runs `cargo metadata`, and builds
//! nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::path::Path;
use std::process::{Command, Stdio};

use probe_process::find_program;
use probe_scenario::CargoMetadata;

use crate::environment::Environment;

/// Packages by their directories, as seen from the base, each with those that it depends on.
#[derive(Debug, Default)]
pub(super) struct Packages {
    beside: BTreeMap<String, BTreeSet<String>>,
}

impl Packages {
    /// The packages in these directories, those of their workspaces, and all that these depend on by a path.
    pub(super) fn around(
        base: &Path,
        directories: &BTreeSet<String>,
        environment: &Environment,
    ) -> Self {
        let mut packages = Self::default();
        let mut open: Vec<String> = directories.iter().cloned().collect();
        let mut asked = BTreeSet::new();
        while let Some(directory) = open.pop() {
            if packages.beside.contains_key(&directory) || !asked.insert(directory.clone()) {
                continue;
            }
            let Some(metadata) = metadata(&base.join(&directory), environment) else { continue };
            for package in metadata.packages.values() {
                let Some(own) = below(base, &package.directory()) else { continue };
                let beside: BTreeSet<String> =
                    package.beside().filter_map(|path| below(base, path)).collect();
                open.extend(beside.iter().cloned());
                packages.beside.insert(own, beside);
            }
        }
        packages
    }

    /// Whether anything is known of the package in `directory`.
    pub(super) fn know(&self, directory: &str) -> bool {
        self.beside.contains_key(directory)
    }

    /// The package in `directory`, and all that it is built of.
    pub(super) fn built_of(&self, directory: &str) -> BTreeSet<&str> {
        let mut all = BTreeSet::new();
        let mut open = self
            .beside
            .get_key_value(directory)
            .map(|(own, _)| own)
            .into_iter()
            .collect::<Vec<_>>();
        while let Some(package) = open.pop() {
            if all.insert(package.as_str()) {
                open.extend(self.beside.get(package).into_iter().flatten());
            }
        }
        all
    }

    /// The package that `file` belongs to: the innermost around it.
    pub(super) fn owner(&self, file: &str) -> Option<&str> {
        let mut at = file;
        loop {
            at = at.rsplit_once('/').map_or("", |(directory, _)| directory);
            match self.beside.get_key_value(at) {
                Some((package, _)) => return Some(package),
                None if at.is_empty() => return None,
                None => {}
            }
        }
    }
}

/// What Cargo says of the workspace around a package; `None` if it says nothing.
fn metadata(directory: &Path, environment: &Environment) -> Option<CargoMetadata> {
    let cargo = find_program(OsStr::new("cargo"), directory, environment.path()).ok()?;
    let mut command = Command::new(cargo);
    command.args(["metadata", "--no-deps", "--format-version=1", "--manifest-path"]);
    command.arg(directory.join("Cargo.toml")).current_dir(directory).stdin(Stdio::null());
    let output = command.output().ok().filter(|output| output.status.success())?;
    CargoMetadata::read(&String::from_utf8(output.stdout).ok()?).ok()
}

/// An absolute path as seen from the base; `None` outside of it.
pub(super) fn below(base: &Path, path: &str) -> Option<String> {
    let path = Path::new(path).canonicalize().ok()?;
    path.strip_prefix(base).ok()?.to_str().map(str::to_owned)
}
