//! The project: its manifest read, its directories walked, its tests known.
//!
//! Does not know what is run, nor what is on the command line besides the manifest's path.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use ignore::WalkBuilder;
use miette::Diagnostic;
use probe_scenario::{
    Found, Group, Limits, Manifest, Mistakes, Rule, RunDefaults, Suite, Test, UnknownWord,
};

use crate::args::ProjectArguments;
use crate::environment::Environment;
use crate::exit::Exit;
use crate::listing::{self, ListingError};
use crate::manifest_file::{MANIFEST, ManifestFile, Source};
use crate::platform;
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
}

/// What holds for one test, after defaults.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TestLimits {
    pub(crate) timeout: Duration,
    pub(crate) grace: Duration,
    pub(crate) slow: Duration,
    /// Further attempts after a failure.
    pub(crate) retries: u32,
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
    /// A directory could not be walked for test files.
    Walk {
        directory: PathBuf,
        source: ignore::Error,
    },
    /// A test file's name cannot be written in a manifest.
    NotUtf8 {
        path: PathBuf,
    },
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
        let manifest = file.read(&platform).map_err(ProjectError::Mistakes)?;
        let defaults =
            manifest.defaults(arguments.profile.as_deref()).map_err(ProjectError::Profile)?;
        let mut found = Found::default();
        found.add_files(walk(&file.root, &manifest)?);
        let limits = TestLimits::new(&defaults.limits);
        let listed = listing::list_all(&file.root, &manifest, limits, environment);
        for (suite, output) in listed.map_err(ProjectError::Listing)? {
            found.add_listing(suite, output);
        }
        let expansion = manifest.expand(&found);
        match file.mistakes(expansion.mistakes) {
            Some(mistakes) => Err(ProjectError::Mistakes(mistakes)),
            None => Ok(Self {
                root: file.root,
                source: file.source,
                suite: expansion.suite,
                groups: manifest.groups,
                defaults,
            }),
        }
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
            suite: Suite { libraries: manifest.libraries, tests: Vec::new() },
            groups: manifest.groups,
            defaults,
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
        }
    }
}

/// The names of all files below the directories that suites begin their patterns with, relative to `root`. What
/// `.gitignore` and `.ignore` leave out is no test.
fn walk(root: &Path, manifest: &Manifest) -> Result<Vec<String>, ProjectError> {
    let mut bases: Vec<PathBuf> = Vec::new();
    for suite in manifest.suites() {
        if let Rule::Files(files) = suite.rule {
            bases.extend(files.include.bases().into_iter().map(|base| root.join(base)));
        }
    }
    bases.sort_unstable();
    // A directory below another one is walked with it.
    bases.dedup_by(|later, earlier| later.starts_with(earlier));
    let mut names = Vec::new();
    for base in bases.iter().filter(|base| base.exists()) {
        for entry in walker(base).build() {
            let entry =
                entry.map_err(|source| ProjectError::Walk { directory: base.clone(), source })?;
            if entry.file_type().is_some_and(|kind| !kind.is_dir()) {
                let path = entry.path();
                let name = path.strip_prefix(root).expect("bases are below the root");
                let name =
                    name.to_str().ok_or_else(|| ProjectError::NotUtf8 { path: path.to_owned() })?;
                names.push(name.to_owned());
            }
        }
    }
    Ok(names)
}

/// How a project is walked: hidden files are files, and what `.gitignore` and `.ignore` leave out is not there.
pub(crate) fn walker(base: &Path) -> WalkBuilder {
    let mut builder = WalkBuilder::new(base);
    builder.hidden(false).git_global(false).git_exclude(false).require_git(false);
    builder
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
            Self::Walk { directory, source } => {
                write!(f, "cannot look for test files in `{}`: {source}", directory.display())
            }
            Self::NotUtf8 { path } => write!(f, "the name of `{}` is not UTF-8", path.display()),
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
            Self::NotUtf8 { .. } => {
                Some(Box::new("rename it, or leave it out by `exclude` or an ignore file"))
            }
            Self::Mistakes(mistakes) => mistakes.help(),
            Self::Listing(error) => error.help(),
            Self::Unreadable { .. } | Self::Walk { .. } | Self::Platform(_) | Self::Profile(_) => {
                None
            }
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
