//! The project: its manifest read, its directories walked, its tests known.
//!
//! Does not know what is run, nor what is on the command line besides the manifest's path.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use miette::Diagnostic;
use probe_scenario::{
    Because, Detected, Detection, Found, Group, Leaks, Limits, Mistakes, Need, RunDefaults,
    Streams, Suite, Survey, Test, UnknownWord,
};

use crate::args::ProjectArguments;
use crate::detection::Surroundings;
use crate::discovery::{DiscoveryError, all_files, test_files};
use crate::environment::Environment;
use crate::exit::Exit;
use crate::listing::{self, Listed, ListingError};
use crate::manifest_file::{MANIFEST, ManifestFile, Source};
use crate::plan::Unsupported;
use crate::platform;
use crate::project_view::OnDisk;
use crate::ui::Ends;

/// A project that can be run: its manifest has no mistakes.
#[derive(Debug)]
pub(crate) struct Project {
    /// The manifest's real directory, which its paths are relative to.
    pub(crate) root: PathBuf,
    pub(crate) source: Source,
    pub(crate) suite: Suite,
    pub(crate) groups: Vec<Group>,
    pub(crate) defaults: RunDefaults,
    /// What detection has to tell besides needs.
    pub(crate) detected: Detected,
}

/// What holds for one test, after defaults.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TestLimits {
    pub(crate) timeout: Duration,
    pub(crate) grace: Duration,
    pub(crate) slow: Duration,
    /// Further attempts after a failure.
    pub(crate) retries: u32,
    /// What becomes of processes that a test leaves behind.
    pub(crate) leaks: Leaks,
    /// How what it prints is kept.
    pub(crate) output: Streams,
}

/// Why there is no project.
#[derive(Debug)]
pub(crate) enum ProjectError {
    /// No directory from here upward holds a manifest.
    NoManifest {
        from: PathBuf,
    },
    Unreadable {
        path: PathBuf,
        source: io::Error,
    },
    /// The test files are not known.
    Discovery(DiscoveryError),
    /// This machine is none that a manifest can name.
    Platform(platform::Unknown),
    /// The manifest has no profile of the name that was asked for.
    Profile(UnknownWord),
    /// The tests of a suite could not be listed.
    Listing(ListingError),
    Mistakes(Mistakes),
}

impl Project {
    /// Finds, reads and expands the manifest.
    ///
    /// # Errors
    ///
    /// All mistakes of the manifest at once, or why it could not be read.
    pub(crate) fn open(
        arguments: &ProjectArguments,
        environment: &Environment,
    ) -> Result<Self, ProjectError> {
        let file = ManifestFile::find(arguments, environment)?;
        let platform = platform::host().map_err(ProjectError::Platform)?;
        let mut manifest = file.read(&platform).map_err(ProjectError::Mistakes)?;
        let unsettled = manifest.settle(&OnDisk { root: &file.root, environment });
        if let Some(mistakes) = file.mistakes(unsettled) {
            return Err(ProjectError::Mistakes(mistakes));
        }
        let defaults =
            manifest.defaults(arguments.profile.as_deref()).map_err(ProjectError::Profile)?;
        let mut found = Found::default();
        found.add_files(test_files(&file.root, &manifest).map_err(ProjectError::Discovery)?);
        let limits = TestLimits::new(&defaults.limits);
        let listed = listing::list_all(&file.root, &manifest, limits, environment);
        for (suite, listed) in listed.map_err(ProjectError::Listing)? {
            match listed {
                Listed::Output(output) => found.add_listing(suite, output),
                Listed::Cargo(binaries) => found.add_cargo(suite, binaries),
            }
        }
        let expansion = manifest.expand(&found);
        if let Some(mistakes) = file.mistakes(expansion.mistakes) {
            return Err(ProjectError::Mistakes(mistakes));
        }
        let mut suite = expansion.suite;
        let by_default = defaults.limits.detect.unwrap_or(Detection::On);
        let surroundings = Surroundings::new(&file.root);
        let detected = surroundings.detect(&mut suite, environment, &platform, by_default);
        let mut tests = std::mem::take(&mut suite.tests);
        for test in &mut tests {
            test.needs.retain(|need| is_wanted(&suite, need, environment));
        }
        suite.tests = tests;
        Ok(Self {
            root: file.root,
            source: file.source,
            suite,
            groups: manifest.groups,
            defaults,
            detected,
        })
    }

    /// A project without a manifest: it has nothing yet, and lies where the nearest lock file is.
    pub(crate) fn without_manifest(environment: &Environment) -> Self {
        let ManifestFile { root, source } = ManifestFile::none(environment);
        Self {
            root,
            source,
            suite: Suite::default(),
            groups: Vec::new(),
            defaults: RunDefaults::default(),
            detected: Detected::default(),
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
        let is_set = |name: &str| environment.has(name);
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
            suite: Suite { libraries: manifest.libraries, ..Suite::default() },
            groups: manifest.groups,
            defaults,
            detected: Detected::default(),
        })
    }

    /// What holds for `test`.
    pub(crate) fn limits(&self, test: &Test) -> TestLimits {
        TestLimits::new(&test.limits.or(&self.defaults.limits))
    }

    /// What holds where no test says otherwise.
    pub(crate) fn default_limits(&self) -> TestLimits {
        TestLimits::new(&self.defaults.limits)
    }
}

impl TestLimits {
    fn new(limits: &Limits) -> Self {
        Self {
            timeout: limits.timeout.unwrap_or(Duration::from_secs(5 * 60)),
            grace: limits.grace.unwrap_or(Duration::from_secs(10)),
            slow: limits.slow.unwrap_or(Duration::from_secs(60)),
            retries: limits.retries.unwrap_or(0),
            leaks: limits.leaks.unwrap_or(Leaks::Kill),
            output: limits.output.unwrap_or(Streams::Split),
        }
    }
}

/// The files below `root` that detection reads.
pub(crate) fn sources(root: &Path) -> Vec<String> {
    let mut names = all_files(root);
    names.retain(|name| Survey::reads(name));
    names
}

/// Whether a need stays. One that nobody has declared must not stop a run that could do without it.
fn is_wanted(suite: &Suite, need: &Need, environment: &Environment) -> bool {
    let library = &suite.libraries[need.library.index()];
    let is_own_idea = matches!(need.because, Because::Detected(_)) && library.line.is_none();
    !is_own_idea || Unsupported::check_library(library, environment).is_ok()
}

impl fmt::Display for ProjectError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoManifest { from } => {
                write!(f, "there is no `{MANIFEST}` in `{}` or above", from.display())
            }
            Self::Unreadable { path, source } => {
                write!(f, "cannot read `{}`: {source}", path.display())
            }
            Self::Discovery(error) => error.fmt(f),
            Self::Platform(unknown) => unknown.fmt(f),
            Self::Profile(unknown) => unknown.fmt(f),
            Self::Listing(error) => error.fmt(f),
            Self::Mistakes(mistakes) => mistakes.fmt(f),
        }
    }
}

impl std::error::Error for ProjectError {}

impl Ends for ProjectError {
    fn exit(&self) -> Exit {
        match self {
            Self::Listing(error) => error.exit(),
            _ => Exit::Setup,
        }
    }
}

impl Diagnostic for ProjectError {
    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        match self {
            Self::NoManifest { .. } => {
                Some(Box::new("`probe init` writes one; `--manifest-path FILE` names one"))
            }
            Self::Discovery(error) => {
                error.help().map(|help| Box::new(help) as Box<dyn fmt::Display>)
            }
            Self::Mistakes(mistakes) => mistakes.help(),
            Self::Listing(error) => error.help(),
            Self::Unreadable { source, .. } => match source.kind() {
                io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => {
                    Some(Box::new("correct `--manifest-path`, or PROBE_MANIFEST_PATH"))
                }
                io::ErrorKind::PermissionDenied => {
                    Some(Box::new("make it readable, or name another one by `--manifest-path`"))
                }
                io::ErrorKind::InvalidData => Some(Box::new("save it as UTF-8")),
                io::ErrorKind::IsADirectory => {
                    Some(Box::new(format!("name the file in it, as `{MANIFEST}`")))
                }
                _ => None,
            },
            Self::Profile(unknown) if unknown.known.is_empty() => {
                Some(Box::new("`[profile.NAME]` in the manifest defines one"))
            }
            Self::Platform(_) | Self::Profile(_) => None,
        }
    }

    fn source_code(&self) -> Option<&dyn miette::SourceCode> {
        if let Self::Mistakes(mistakes) = self { mistakes.source_code() } else { None }
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = miette::LabeledSpan> + '_>> {
        if let Self::Mistakes(mistakes) = self { mistakes.labels() } else { None }
    }

    fn related<'a>(&'a self) -> Option<Box<dyn Iterator<Item = &'a dyn Diagnostic> + 'a>> {
        if let Self::Mistakes(mistakes) = self { mistakes.related() } else { None }
    }
}
