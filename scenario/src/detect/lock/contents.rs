//! The common form of all lock files. Knows none of the formats.

use std::collections::BTreeMap;
use std::sync::OnceLock;

/// The common form of every format.
#[derive(Debug, Default)]
pub(super) struct Contents {
    /// For each package, as `jsr:@db/sqlite`, `npm:esbuild` or `pypi:torch`, its versions. Most of the project uses the
    /// first.
    pub(super) packages: BTreeMap<String, Vec<Locked>>,
    /// Packages without a pinned version, each with its range.
    pub(super) ranges: Vec<(String, Locked)>,
    /// For each specifier as written, `jsr:@db/sqlite@^0.12`, the resolved version.
    pub(super) specifiers: BTreeMap<String, Locked>,
    /// By an address where it leads.
    pub(super) redirects: BTreeMap<String, String>,
    /// The addresses whose contents are locked.
    pub(super) addresses: Vec<String>,
    /// By `jsr:@db/sqlite@0.12.0` the specifiers that it imports, and the place of that list.
    pub(super) dependencies: BTreeMap<String, (Vec<String>, Place)>,
}

/// A version and its place.
#[derive(Debug)]
pub(in crate::detect) struct Locked {
    pub(in crate::detect) version: String,
    pub(super) place: Place,
}

/// A place in a lock file.
#[derive(Debug)]
pub(super) enum Place {
    /// A 1-based line.
    Line(usize),
    /// The first place of this text. Searched on request, then remembered.
    Text(String, OnceLock<usize>),
}

impl Place {
    pub(super) fn of(text: impl Into<String>) -> Self {
        Self::Text(text.into(), OnceLock::new())
    }
}

impl Contents {
    /// Adds a version of a package, unless it is there.
    pub(super) fn add(&mut self, package: String, version: &str, place: Place) {
        let versions = self.packages.entry(package).or_default();
        if versions.iter().all(|locked| locked.version != version) {
            versions.push(Locked { version: version.to_owned(), place });
        }
    }
}
