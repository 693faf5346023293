//! Lock files: which version of a package a project has. Knows no importer and no import map.
//!
//! Every format becomes the same thing: packages, and for Deno also specifiers and dependencies.

mod deno;
mod lines;
mod npm;
mod python;

use std::collections::BTreeMap;
use std::sync::OnceLock;

/// How the text of one format is read.
type Reader = fn(&str) -> Contents;

/// A lock file's name without its directory, and how it is read.
const READERS: [(&str, Reader); 8] = [
    ("deno.lock", deno::read),
    ("package-lock.json", npm::read),
    ("npm-shrinkwrap.json", npm::read),
    ("pnpm-lock.yaml", lines::pnpm),
    ("yarn.lock", lines::yarn),
    ("uv.lock", python::toml_packages),
    ("poetry.lock", python::toml_packages),
    ("requirements.txt", python::requirements),
];

/// What a lock file says.
#[derive(Debug)]
pub(super) struct Lock {
    /// Its name, relative to the base.
    pub(super) file: String,
    text: String,
    contents: Contents,
}

/// The same of every format.
#[derive(Debug, Default)]
struct Contents {
    /// By `jsr:@db/sqlite`, `npm:esbuild` or `pypi:torch` what versions there are; the first is the one that most of the
    /// project gets.
    packages: BTreeMap<String, Vec<Locked>>,
    /// What is asked for without a version, with the range that is.
    ranges: Vec<(String, Locked)>,
    /// By a specifier as written, `jsr:@db/sqlite@^0.12`, the version that it has come to.
    specifiers: BTreeMap<String, Locked>,
    /// By an address where it leads.
    redirects: BTreeMap<String, String>,
    /// The addresses whose contents are locked.
    addresses: Vec<String>,
    /// By `jsr:@db/sqlite@0.12.0` the specifiers that it imports, and the place of that list.
    dependencies: BTreeMap<String, (Vec<String>, Place)>,
}

/// A version and where it is said.
#[derive(Debug)]
pub(super) struct Locked {
    pub(super) version: String,
    place: Place,
}

/// A place in a lock file.
#[derive(Debug)]
enum Place {
    /// A 1-based line.
    Line(usize),
    /// Where this text stands first; looked for when somebody asks, and then remembered.
    Text(String, OnceLock<usize>),
}

impl Place {
    fn of(text: impl Into<String>) -> Self {
        Self::Text(text.into(), OnceLock::new())
    }
}

impl Lock {
    /// Whether a file of this name is a lock file.
    pub(super) fn is_one(name: &str) -> bool {
        reader(name).is_some()
    }

    /// Reads `file`, whose name without its directory is `name`. Whatever is not as it should be is left out.
    ///
    /// # Errors
    ///
    /// The text, if it is no lock file.
    pub(super) fn parse(file: &str, name: &str, text: String) -> Result<Self, String> {
        let Some(reader) = reader(name) else {
            return Err(text);
        };
        let contents = reader(&text);
        Ok(Self { file: file.to_owned(), text, contents })
    }

    /// The version of `package`, as `npm:esbuild`; the first of several.
    pub(super) fn version(&self, package: &str) -> Option<&Locked> {
        self.contents.packages.get(package)?.first()
    }

    /// The version that `specifier`, as `jsr:@db/sqlite@^0.12`, has come to.
    pub(super) fn specifier(&self, specifier: &str) -> Option<&Locked> {
        self.contents.specifiers.get(specifier)
    }

    /// The specifier that a dependency is written for, which names a version only where there are several.
    pub(super) fn dependency(&self, written: &str) -> Option<(&str, &Locked)> {
        if let Some((specifier, locked)) = self.contents.specifiers.get_key_value(written) {
            return Some((specifier, locked));
        }
        let prefix = format!("{written}@");
        let (specifier, locked) = self.contents.specifiers.range(prefix.clone()..).next()?;
        specifier.starts_with(&prefix).then_some((specifier, locked))
    }

    /// What `package`, as `jsr:@db/sqlite@0.12.0`, imports, with the line of its entry.
    pub(super) fn dependencies(&self, package: &str) -> Option<(&[String], usize)> {
        let (dependencies, place) = self.contents.dependencies.get(package)?;
        (!dependencies.is_empty()).then(|| (dependencies.as_slice(), self.line_of(place)))
    }

    /// Where an address leads.
    pub(super) fn redirect(&self, address: &str) -> Option<&str> {
        self.contents.redirects.get(address).map(String::as_str)
    }

    /// Whether it names nothing: a file that somebody has left half merged, or that asks for nothing.
    pub(super) fn is_empty(&self) -> bool {
        self.packages().next().is_none() && self.contents.specifiers.is_empty()
    }

    /// Every package as a specifier with its version, in a fixed order; then those with a range, and every address.
    pub(super) fn packages(&self) -> impl Iterator<Item = (String, Option<&Locked>)> {
        let packages = self.contents.packages.iter().flat_map(|(name, versions)| {
            versions.iter().map(move |locked| (format!("{name}@{}", locked.version), Some(locked)))
        });
        let ranges = self.contents.ranges.iter();
        let ranges =
            ranges.map(|(name, locked)| (format!("{name}@{}", locked.version), Some(locked)));
        let packages = packages.chain(ranges);
        packages.chain(self.contents.addresses.iter().map(|address| (address.clone(), None)))
    }

    /// The 1-based line on which a version is said.
    pub(super) fn line(&self, locked: &Locked) -> usize {
        self.line_of(&locked.place)
    }

    /// The 1-based line on which an address stands first.
    pub(super) fn line_of_address(&self, address: &str) -> usize {
        self.find(&format!("\"{address}\""))
    }

    fn line_of(&self, place: &Place) -> usize {
        match place {
            Place::Line(line) => *line,
            Place::Text(text, line) => *line.get_or_init(|| self.find(text)),
        }
    }

    fn find(&self, text: &str) -> usize {
        let before = &self.text[..self.text.find(text).unwrap_or(0)];
        1 + before.bytes().filter(|&byte| byte == b'\n').count()
    }
}

fn reader(name: &str) -> Option<Reader> {
    let is_requirements = name.starts_with("requirements") && name.ends_with(".txt");
    let name = if is_requirements { "requirements.txt" } else { name };
    READERS.iter().find(|(known, _)| *known == name).map(|&(_, reader)| reader)
}

impl Contents {
    fn add(&mut self, package: String, version: &str, place: Place) {
        let versions = self.packages.entry(package).or_default();
        if versions.iter().all(|locked| locked.version != version) {
            versions.push(Locked { version: version.to_owned(), place });
        }
    }
}

#[cfg(test)]
mod tests;
