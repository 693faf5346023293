//! A lock file: finds its format by its name, and answers questions about it.

use super::contents::{Contents, Locked, Place};
use super::{bun, deno, lines, npm, python};
use crate::detect::path::file_name;
use crate::detect::specifier::without_version;

/// How the text of one format is read.
pub(super) type Reader = fn(&str) -> Contents;

/// A lock file's name without its directory, and how it is read.
pub(super) const READERS: [(&str, Reader); 12] = [
    ("deno.lock", deno::read),
    ("package-lock.json", npm::read),
    ("npm-shrinkwrap.json", npm::read),
    ("pnpm-lock.yaml", lines::pnpm),
    ("yarn.lock", lines::yarn),
    ("bun.lock", bun::read),
    ("uv.lock", python::toml_packages),
    ("poetry.lock", python::toml_packages),
    ("pdm.lock", python::toml_packages),
    ("pylock.toml", python::toml_packages),
    ("Pipfile.lock", python::pipfile),
    ("requirements.txt", python::requirements),
];

/// The content of a lock file.
#[derive(Debug)]
pub(in crate::detect) struct Lock {
    /// Whether it is Deno's.
    is_deno: bool,
    /// Its name, relative to the base.
    pub(in crate::detect) file: String,
    text: String,
    contents: Contents,
}

impl Lock {
    /// Whether a file of this name is a lock file.
    pub(in crate::detect) fn is_one(name: &str) -> bool {
        reader(name).is_some()
    }

    /// Reads `file`, whose name without its directory is `name`. Whatever is not as it should be is left out. That of Deno may
    /// have any name.
    ///
    /// # Errors
    ///
    /// The text, if it is no lock file.
    pub(in crate::detect) fn parse(file: &str, name: &str, text: String) -> Result<Self, String> {
        let Some(reader) =
            reader(name).or_else(|| deno::is_one(&text).then_some(deno::read as Reader))
        else {
            return Err(text);
        };
        let contents = reader(&text);
        let is_deno = std::ptr::fn_addr_eq(reader, deno::read as Reader);
        Ok(Self { is_deno, file: file.to_owned(), text, contents })
    }

    /// The version of `package`, as `npm:esbuild`; the first of several.
    pub(in crate::detect) fn version(&self, package: &str) -> Option<&Locked> {
        self.contents.packages.get(package)?.first()
    }

    /// The requested range of versions of `package`, as `pypi:torch`, if no version is pinned.
    pub(in crate::detect) fn range(&self, package: &str) -> Option<&Locked> {
        self.contents.ranges.iter().find(|(name, _)| name == package).map(|(_, range)| range)
    }

    /// Whether it lists only direct requests, written by hand. Sources may need packages that it does not list.
    pub(in crate::detect) fn is_partial(&self) -> bool {
        file_name(&self.file).starts_with("requirements")
    }

    /// The version that `specifier`, as `jsr:@db/sqlite@^0.12`, resolves to.
    pub(in crate::detect) fn specifier(&self, specifier: &str) -> Option<&Locked> {
        self.contents.specifiers.get(specifier)
    }

    /// The specifier that a dependency is written for, which names a version only where there are several.
    pub(in crate::detect) fn dependency(&self, written: &str) -> Option<(&str, &Locked)> {
        if let Some((specifier, locked)) = self.contents.specifiers.get_key_value(written) {
            return Some((specifier, locked));
        }
        let prefix = format!("{written}@");
        let (specifier, locked) = self.contents.specifiers.range(prefix.clone()..).next()?;
        specifier.starts_with(&prefix).then_some((specifier, locked))
    }

    /// The imports of `package`, as `jsr:@db/sqlite@0.12.0`, with the line of its entry.
    pub(in crate::detect) fn dependencies(&self, package: &str) -> Option<(&[String], usize)> {
        let (dependencies, place) = self.contents.dependencies.get(package)?;
        (!dependencies.is_empty()).then(|| (dependencies.as_slice(), self.line_of(place)))
    }

    /// Where an address leads.
    pub(in crate::detect) fn redirect(&self, address: &str) -> Option<&str> {
        self.contents.redirects.get(address).map(String::as_str)
    }

    /// Whether it is Deno's, under whatever name.
    pub(in crate::detect) fn is_deno(&self) -> bool {
        self.is_deno
    }

    /// Whether it is of Python's packages.
    pub(in crate::detect) fn is_python(&self) -> bool {
        let ranges = self.contents.ranges.iter().map(|(name, _)| name);
        self.contents.packages.keys().chain(ranges).any(|package| package.starts_with("pypi:"))
    }

    /// Whether something that it has imports `package`, as `jsr:@denosaurs/plug@1.1.0`, and all that does is `known`.
    pub(in crate::detect) fn is_imported_by(
        &self,
        package: &str,
        known: impl Fn(&str) -> bool,
    ) -> bool {
        let imports = |dependencies: &[String]| {
            dependencies.iter().any(|written| {
                self.dependency(written).is_some_and(|(specifier, locked)| {
                    format!("{}@{}", without_version(specifier), locked.version) == package
                })
            })
        };
        let by_package = self.contents.dependencies.iter();
        let mut importers =
            by_package.filter(|(_, (dependencies, _))| imports(dependencies)).peekable();
        importers.peek().is_some() && importers.all(|(importer, _)| known(importer))
    }

    /// Whether it names nothing: it has merge conflicts, or asks for nothing.
    pub(in crate::detect) fn is_empty(&self) -> bool {
        self.packages().next().is_none() && self.contents.specifiers.is_empty()
    }

    /// Every package as a specifier with its version, in a fixed order; then those with a range, and every address.
    pub(in crate::detect) fn packages(&self) -> impl Iterator<Item = (String, Option<&Locked>)> {
        let packages = self.contents.packages.iter().flat_map(|(name, versions)| {
            versions.iter().map(move |locked| (format!("{name}@{}", locked.version), Some(locked)))
        });
        let ranges = self.contents.ranges.iter();
        let ranges =
            ranges.map(|(name, locked)| (format!("{name}@{}", locked.version), Some(locked)));
        let packages = packages.chain(ranges);
        packages.chain(self.contents.addresses.iter().map(|address| (address.clone(), None)))
    }

    /// The 1-based line of a version.
    pub(in crate::detect) fn line(&self, locked: &Locked) -> usize {
        self.line_of(&locked.place)
    }

    /// The 1-based line on which an address stands first.
    pub(in crate::detect) fn line_of_address(&self, address: &str) -> usize {
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
    let is_like = |beginning: &str, end: &str| name.starts_with(beginning) && name.ends_with(end);
    let name = match name {
        _ if is_like("requirements", ".txt") => "requirements.txt",
        // One of several: `pylock.dev.toml`.
        _ if is_like("pylock.", ".toml") => "pylock.toml",
        name => name,
    };
    READERS.iter().find(|(known, _)| *known == name).map(|&(_, reader)| reader)
}
