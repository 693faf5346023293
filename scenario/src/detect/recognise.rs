//! Which libraries a resolved specifier means: those of the manifest by their `detect`, else the presets by theirs.

use regex::Regex;

use super::pattern::Pattern;
use super::project::ProjectFiles;
use super::resolve::without_version;
use crate::read::{Preset, Presets};
use crate::relative::relative;
use crate::{Known, Library, LibraryId};

/// Knows what to look for.
#[derive(Debug)]
pub struct Recogniser {
    libraries: Vec<(LibraryId, Regex)>,
    /// The patterns of presets, each with the preset that it belongs to.
    presets: Vec<(Pattern, String)>,
}

/// What a specifier means.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Meaning {
    /// A library of the manifest.
    Library(LibraryId),
    /// A library that only a preset describes.
    Preset {
        /// The preset's name.
        name: String,
        /// The version, if it is said exactly.
        version: Option<String>,
        /// The lock file that says so.
        lock: Option<String>,
    },
}

impl Recogniser {
    /// Looks for `libraries`, and for every preset except those for which one of its variables is set in the environment of
    /// the tests: there, the project's owner has said where the library is.
    #[must_use]
    pub fn new(libraries: &[Library], is_set: impl Fn(&str) -> bool) -> Self {
        let is_asked = |preset: &Preset| !preset.unless.iter().any(|variable| is_set(variable));
        let by_preset = Presets::known().all().filter(is_asked).flat_map(|preset| {
            let Preset { name, detect, .. } = preset;
            detect.into_iter().map(move |pattern| (Pattern::new(pattern), name.clone()))
        });
        let by_library = libraries.iter().enumerate().flat_map(|(index, library)| {
            let id = LibraryId::new(index);
            library.detect.iter().map(move |pattern| (id, pattern.clone()))
        });
        Self { libraries: by_library.collect(), presets: by_preset.collect() }
    }

    /// What `specifier` means; `lock` is the lock file that says its version.
    pub(super) fn meanings(&self, specifier: &str, lock: Option<&str>) -> Vec<Meaning> {
        let fitting = self.libraries.iter().filter(|(_, pattern)| pattern.is_match(specifier));
        let mut meanings: Vec<Meaning> = fitting.map(|&(id, _)| Meaning::Library(id)).collect();
        meanings.dedup();
        if !meanings.is_empty() {
            return meanings;
        }
        let mut presets: Vec<&String> = self.presets_of(specifier).collect();
        presets.dedup();
        let meaning = |name: &String| Meaning::Preset {
            name: name.clone(),
            version: exact_version(specifier).map(str::to_owned),
            lock: lock.map(str::to_owned),
        };
        presets.into_iter().map(meaning).collect()
    }

    /// The presets that have a pattern for `specifier`, by name, as often as they have one.
    fn presets_of<'s>(&'s self, specifier: &'s str) -> impl Iterator<Item = &'s String> {
        let fitting = self.presets.iter().filter(move |(pattern, _)| pattern.is_match(specifier));
        fitting.map(|(_, owner)| owner)
    }

    /// What the project's lock files say of the preset called `name`; the first of several versions. The file is named as
    /// seen from `directory`.
    #[must_use]
    pub fn locked_version(
        &self,
        project: &ProjectFiles,
        name: &str,
        directory: &str,
    ) -> Option<Known> {
        project.all_locks().find_map(|lock| {
            lock.packages().find_map(|(package, _)| {
                let is_meant = self.presets_of(&package).any(|owner| owner == name);
                let version = exact_version(&package).filter(|_| is_meant)?;
                let lock = relative(directory, &lock.file)?;
                Some(Known { version: version.to_owned(), lock })
            })
        })
    }
}

/// The version in a specifier, if it is one and no range: `1.4.2-r.1` of `npm:@duckdb/node-api@1.4.2-r.1/lib`.
fn exact_version(specifier: &str) -> Option<&str> {
    // Behind the last part of an address that has one: `https://deno.land/x/sqlite3@0.12.0/mod.ts`.
    let from = specifier.find("://").map_or(0, |at| at + 3);
    let name = without_version(&specifier[from..]);
    let version = specifier[from + name.len()..].strip_prefix('@')?;
    let version = version.split('/').next()?;
    let version = version.strip_prefix('v').unwrap_or(version);
    let is_exact = version.starts_with(|first: char| first.is_ascii_digit())
        && version.split(['-', '+']).next().is_some_and(|core| core.split('.').count() >= 3)
        && version.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-+".contains(&byte))
        && !version.contains(".x");
    is_exact.then_some(version)
}

#[cfg(test)]
mod tests {
    use super::exact_version;

    #[test]
    fn a_version_is_exact_or_none() {
        let check = |specifier, expected: Option<&str>| {
            assert_eq!(exact_version(specifier), expected, "of `{specifier}`");
        };
        check("jsr:@db/sqlite@0.12.0", Some("0.12.0"));
        check("jsr:@db/sqlite@0.12.0/unstable", Some("0.12.0"));
        check("npm:@duckdb/node-api@1.4.2-r.1", Some("1.4.2-r.1"));
        check("npm:esbuild@0.21.5/lib/main.js", Some("0.21.5"));
        check("https://deno.land/x/sqlite3@0.12.0/mod.ts", Some("0.12.0"));
        check("https://deno.land/x/esbuild@v0.21.5/mod.js", Some("0.21.5"));
        check("jsr:@db/sqlite@^0.12", None);
        check("jsr:@db/sqlite@0.12", None);
        check("npm:esbuild@0.21.x", None);
        check("npm:esbuild", None);
        check("python:torch.utils", None);
        check("", None);
    }
}
