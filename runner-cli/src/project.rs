//! The project: its manifest read, its directories walked, its tests known.
//!
//! Does not know what is run, nor what is on the command line besides the manifest's path.

mod opening;

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use miette::Diagnostic;
use probe_scenario::{
    Because, Detected, Group, Leaks, Limits, Mistakes, Need, RunDefaults, Streams, Suite, Survey,
    Test, UnknownWord,
};

use crate::args::ProjectArguments;
use crate::detection::Surroundings;
use crate::discovery::{DiscoveryError, all_files};
use crate::environment::Environment;
use crate::listing::ListingError;
use crate::manifest_file::{MANIFEST, ManifestFile, Source};
use crate::plan::Unsupported;
use crate::platform;
use crate::ui::Ends;

pub(crate) use self::opening::Opening;

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
    /// Why the tests of suites are not known that could not be listed.
    pub(crate) not_listed: Vec<ListingError>,
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
    Mistakes(Mistakes),
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
            not_listed: Vec::new(),
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
            Self::Mistakes(mistakes) => mistakes.fmt(f),
        }
    }
}

impl std::error::Error for ProjectError {}

impl Ends for ProjectError {}

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
