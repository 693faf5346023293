//! What of a manifest this version does not do.

use std::fmt;
use std::path::PathBuf;

use miette::Diagnostic;
use probe_loader::plug_place;
use probe_scenario::{Library, LibraryId, Placement, Source, Suite};

use crate::environment::Environment;
use crate::ui::Ends;

/// What the manifest may ask for and this version does not do: said, never passed over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Unsupported {
    what: &'static str,
    name: String,
    key: &'static str,
}

/// The key of a library that tests make.
const LEADER: &str = "leader = true";

/// The key of what a library waits for.
const NEEDS: &str = "needs";

impl Unsupported {
    /// Whether `library` can be imported.
    pub(crate) fn check_library(library: &Library, environment: &Environment) -> Result<(), Self> {
        let unsupported = |key| Err(Self { what: "library", name: library.name.clone(), key });
        match (&library.source, &library.to) {
            (_, Some(Placement::Plug)) if plug(library, environment).is_none() => {
                unsupported("to = \"plug\"")
            }
            _ => Ok(()),
        }
    }

    /// Whether these libraries can be imported, and all that they need.
    pub(super) fn check_all(
        suite: &Suite,
        environment: &Environment,
        mut libraries: impl Iterator<Item = LibraryId>,
    ) -> Result<(), Self> {
        let mut checked = vec![false; suite.libraries.len()];
        libraries.try_for_each(|id| Self::check_needs(suite, environment, &mut checked, id))
    }

    /// As deep as libraries need each other.
    fn check_needs(
        suite: &Suite,
        environment: &Environment,
        checked: &mut [bool],
        id: LibraryId,
    ) -> Result<(), Self> {
        if std::mem::replace(&mut checked[id.index()], true) {
            return Ok(());
        }
        let library = &suite.libraries[id.index()];
        Self::check_library(library, environment)?;
        for need in &library.needs {
            let needed = &suite.libraries[need.library.index()];
            Self::check_not_led(needed, &library.name, NEEDS)?;
            Self::check_needs(suite, environment, checked, need.library)?;
        }
        Ok(())
    }

    /// Whether anything but a test can want `library`.
    pub(super) fn check_alone(library: &Library) -> Result<(), Self> {
        Self::check_not_led(library, &library.name, LEADER)
    }

    /// Whether anything but tests can wait for `library`.
    fn check_not_led(library: &Library, name: &str, key: &'static str) -> Result<(), Self> {
        match library.source {
            Source::Leader { .. } => Err(Self { what: "library", name: name.to_owned(), key }),
            Source::Url(_)
            | Source::Path { .. }
            | Source::Command { .. }
            | Source::Check { .. } => Ok(()),
        }
    }
}

/// Where Deno's `plug` looks for the library; `None` if it has no URL, or there is no Deno cache.
pub(super) fn plug(library: &Library, environment: &Environment) -> Option<PathBuf> {
    let Source::Url(download) = &library.source else { return None };
    plug_place(&environment.deno_cache()?, &download.url)
}

impl fmt::Display for Unsupported {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { what, name, key } = self;
        match *key {
            LEADER => write!(f, "{what} `{name}` says `{key}`, which only `probe run` can do"),
            NEEDS => write!(f, "{what} `{name}` needs a library that only tests make"),
            _ => write!(f, "{what} `{name}` says `{key}`, which this version cannot do"),
        }
    }
}

impl std::error::Error for Unsupported {}

impl Ends for Unsupported {}

impl Diagnostic for Unsupported {
    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        let help = match self.key {
            LEADER => {
                "leave it out here: only tests make it, and only `probe run` lets one of them go first"
            }
            NEEDS => "a library with `leader = true` can only be needed by tests",
            "to = \"plug\"" => "give the library a `url`, and set HOME or DENO_DIR",
            _ => "leave the key out",
        };
        Some(Box::new(help))
    }
}
