//! The common form of all lock files. Knows none of the formats.

use std::collections::BTreeMap;
use std::sync::OnceLock;

/// The same of every format.
#[derive(Debug, Default)]
pub(super) struct Contents {
    /// By `jsr:@db/sqlite`, `npm:esbuild` or `pypi:torch` what versions there are; the first is the one that most of the
    /// project gets.
    pub(super) packages: BTreeMap<String, Vec<Locked>>,
    /// What is asked for without a version, with the range that is.
    pub(super) ranges: Vec<(String, Locked)>,
    /// By a specifier as written, `jsr:@db/sqlite@^0.12`, the version that it has come to.
    pub(super) specifiers: BTreeMap<String, Locked>,
    /// By an address where it leads.
    pub(super) redirects: BTreeMap<String, String>,
    /// The addresses whose contents are locked.
    pub(super) addresses: Vec<String>,
    /// By `jsr:@db/sqlite@0.12.0` the specifiers that it imports, and the place of that list.
    pub(super) dependencies: BTreeMap<String, (Vec<String>, Place)>,
}

/// A version and where it is said.
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
    /// Where this text stands first; looked for when somebody asks, and then remembered.
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
