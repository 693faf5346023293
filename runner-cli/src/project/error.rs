//! Why there is no project, and the way out.

use std::fmt;
use std::io;
use std::path::PathBuf;

use miette::Diagnostic;
use probe_scenario::{Mistakes, UnknownWord};

use crate::discovery::DiscoveryError;
use crate::file_names::MANIFEST;
use crate::platform;
use crate::ui::Ends;

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
