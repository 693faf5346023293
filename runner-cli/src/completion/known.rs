//! The names that a project knows without running anything.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use probe_scenario::Found;

use crate::args::ProjectArguments;
use crate::discovery::test_files;
use crate::environment::Environment;
use crate::history::History;
use crate::manifest_file::ManifestFile;
use crate::platform;

/// Names, sorted.
#[derive(Debug, Default)]
pub(super) struct Known {
    pub(super) tests: BTreeSet<String>,
    pub(super) libraries: BTreeSet<String>,
    pub(super) suites: BTreeSet<String>,
    pub(super) tags: BTreeSet<String>,
    pub(super) profiles: BTreeSet<String>,
}

impl Known {
    /// What the manifest, the files and the history say; `None` where there is no manifest, or one with mistakes.
    pub(super) fn of(manifest_path: Option<&Path>, environment: &Environment) -> Option<Self> {
        let manifest_path =
            manifest_path.map(PathBuf::from).or_else(|| environment.manifest_path());
        let arguments = ProjectArguments { manifest_path, profile: None };
        let file = ManifestFile::find(&arguments, environment).ok()?;
        let manifest = file.read(&platform::host().ok()?).ok()?;
        let mut found = Found::default();
        found.add_files(test_files(&file.root, &manifest).ok()?);
        // That nothing was listed is not held against the suites that list.
        let suite = manifest.expand(&found).suite;
        let mut known = Self {
            tests: History::look(&file.root).test_names().into_iter().collect(),
            libraries: suite.libraries.iter().map(|library| library.name.clone()).collect(),
            profiles: manifest.profiles.iter().map(|profile| profile.name.clone()).collect(),
            ..Self::default()
        };
        for test in &suite.tests {
            known.tests.insert(test.name.clone());
            known.suites.extend(test.suite.iter().map(ToString::to_string));
            known.tags.extend(test.tags.iter().cloned());
        }
        Some(known)
    }
}
