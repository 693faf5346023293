//! The project: its manifest read, its directories walked, its tests known.
//!
//! Does not know what is run, nor what is on the command line besides the manifest's path.

pub(crate) mod error;
mod opening;

use std::path::{Path, PathBuf};

use probe_run::TestLimits;
use probe_scenario::{
    Because, Detected, Expectation, Group, Need, RunDefaults, Suite, Survey, Test,
};

use crate::args::ProjectArguments;
use crate::detection::Surroundings;
use crate::discovery::own_files;
use crate::environment::Environment;
use crate::file_names::MANIFEST;
use crate::listing::error::ListingError;
use crate::manifest_file::{ManifestFile, Source};
use crate::plan::unsupported::Unsupported;
use crate::platform;

use self::error::ProjectError;
pub(crate) use self::opening::Opening;

/// A project that can be run: its manifest has no mistakes.
#[derive(Debug)]
pub(crate) struct Project {
    /// The manifest's real directory, which its paths are relative to.
    pub(crate) root: PathBuf,
    pub(crate) source: Source,
    pub(crate) suite: Suite,
    pub(crate) groups: Vec<Group>,
    pub(crate) expectations: Vec<Expectation>,
    pub(crate) defaults: RunDefaults,
    /// What detection has to tell besides needs.
    pub(crate) detected: Detected,
    /// Why the tests of suites are not known that could not be listed.
    pub(crate) not_listed: Vec<ListingError>,
}

impl Project {
    /// A project without a manifest: it has nothing yet, and lies where the nearest lock file is.
    pub(crate) fn without_manifest(environment: &Environment) -> Self {
        let ManifestFile { root, source } = ManifestFile::none(environment);
        Self {
            root,
            source,
            suite: Suite::default(),
            groups: Vec::new(),
            expectations: Vec::new(),
            defaults: RunDefaults::default(),
            detected: Detected::default(),
            not_listed: Vec::new(),
        }
    }

    /// Whether it has a manifest, rather than only what is detected.
    pub(crate) fn has_manifest(&self) -> bool {
        self.root.join(MANIFEST).is_file() || !self.source.text.is_empty()
    }

    /// Adds the libraries that the project's lock files have, or else its sources, and returns what is needed.
    ///
    /// # Errors
    ///
    /// This machine is none that a manifest can name.
    pub(crate) fn detect_everything(
        &mut self,
        environment: &Environment,
    ) -> Result<Vec<Need>, ProjectError> {
        let platform = platform::host().map_err(ProjectError::Platform)?;
        let surroundings = Surroundings::new(&self.root);
        let sources = || sources(&self.root);
        let is_set = |variable: &str| environment.says(variable);
        let (mut needs, detected) =
            surroundings.detect_everything(&mut self.suite, is_set, &platform, sources);
        self.detected = detected;
        needs.retain(|need| is_wanted(&self.suite, need, environment));
        Ok(needs)
    }

    /// Finds and reads the manifest for its libraries alone: no directory is walked, no tests are listed.
    ///
    /// # Errors
    ///
    /// All mistakes of the manifest at once, or why it could not be read.
    pub(crate) fn of_libraries(
        arguments: &ProjectArguments,
        environment: &Environment,
    ) -> Result<Self, ProjectError> {
        let file = ManifestFile::find(arguments, environment)?;
        let platform = platform::host().map_err(ProjectError::Platform)?;
        let manifest = file.read(&platform).map_err(ProjectError::Mistakes)?;
        let defaults =
            manifest.defaults(arguments.profile.as_deref()).map_err(ProjectError::Profile)?;
        Ok(Self {
            root: file.root,
            source: file.source,
            suite: Suite {
                libraries: manifest.libraries,
                services: manifest.services,
                ..Suite::default()
            },
            groups: manifest.groups,
            expectations: manifest.expectations,
            defaults,
            detected: Detected::default(),
            not_listed: Vec::new(),
        })
    }

    /// What holds for `test`.
    pub(crate) fn limits(&self, test: &Test) -> TestLimits {
        TestLimits::new(&test.limits.or(&self.defaults.limits))
    }
}

/// The files below `root` that detection reads.
pub(crate) fn sources(root: &Path) -> Vec<String> {
    let mut names = own_files(root);
    names.retain(|name| Survey::reads(name));
    names
}

/// Whether a need stays. One that nobody has declared must not stop a run that could do without it.
fn is_wanted(suite: &Suite, need: &Need, environment: &Environment) -> bool {
    let library = &suite.libraries[need.library.index()];
    let is_own_idea = matches!(need.because, Because::Detected(_)) && library.line.is_none();
    !is_own_idea || Unsupported::check_library(library, environment).is_ok()
}
