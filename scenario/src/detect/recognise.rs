//! Which libraries a resolved specifier means: those of the manifest by their `detect`, otherwise presets by theirs.

use regex::Regex;

use super::late_regex::LateRegex;
use super::project::ProjectFiles;
use super::specifier::exact_version;
use crate::needs::meaning::Meaning;
use crate::read::{Preset, Presets};
use crate::text::relative::relative;
use crate::{Known, Library, LibraryId};

/// Maps resolved specifiers to libraries and presets.
#[derive(Debug)]
pub struct Recogniser {
    libraries: Vec<(LibraryId, Regex)>,
    /// The patterns of presets, each with the preset that it belongs to.
    presets: Vec<(LateRegex, String)>,
    /// Presets that only wrap others.
    wrapping: Vec<String>,
    /// Presets for which only sources show whether tests need them.
    imported: Vec<String>,
    /// Presets that serve many libraries. Each library is named after the last word of its specifier.
    many: Vec<String>,
}

impl Recogniser {
    /// Looks for `libraries`, and for every preset, unless one of the preset's variables is set in the environment of
    /// the tests: then the project's owner has said where the library is. `is_set` gets `NAME`, or `NAME=VALUE` if only
    /// that value counts.
    #[must_use]
    pub fn new(libraries: &[Library], is_set: impl Fn(&str) -> bool) -> Self {
        let is_asked = |preset: &Preset| !preset.unless.iter().any(|variable| is_set(variable));
        let by_preset = Presets::known().all().filter(is_asked).flat_map(|preset| {
            let Preset { name, detect, .. } = preset;
            detect.into_iter().map(move |pattern| (LateRegex::new(pattern), name.clone()))
        });
        let by_library = libraries.iter().enumerate().flat_map(|(index, library)| {
            let id = LibraryId::new(index);
            library.detect.iter().map(move |pattern| (id, pattern.clone()))
        });
        let named = |is_one: fn(&Preset) -> bool| {
            Presets::known().all().filter(is_one).map(|preset| preset.name).collect()
        };
        Self {
            libraries: by_library.collect(),
            presets: by_preset.collect(),
            wrapping: named(|preset| preset.wraps),
            imported: named(|preset| preset.is_imported),
            many: named(|preset| preset.library.contains("{name}")),
        }
    }

    /// The meanings of `specifier`. `lock` is the lock file that gives its version.
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
            which: self.many.contains(name).then(|| last_word(specifier)),
        };
        presets.into_iter().map(meaning).collect()
    }

    /// Whether `meaning` is of a preset that only wraps others.
    pub(super) fn is_wrapping(&self, meaning: &Meaning) -> bool {
        matches!(meaning, Meaning::Preset { name, .. } if self.wrapping.contains(name))
    }

    /// Whether `meaning` is a preset for which only sources show whether tests need it.
    pub(super) fn is_imported(&self, meaning: &Meaning) -> bool {
        matches!(meaning, Meaning::Preset { name, .. } if self.imported.contains(name))
    }

    /// The presets that have a pattern for `specifier`, by name, as often as they have one.
    fn presets_of<'s>(&'s self, specifier: &'s str) -> impl Iterator<Item = &'s String> {
        let fitting = self.presets.iter().filter(move |(pattern, _)| pattern.is_match(specifier));
        fitting.map(|(_, owner)| owner)
    }

    /// The version that the project's lock files give for the preset called `name`, the first of several. Names the lock
    /// file as seen from `directory`.
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

/// `h3` of `sql:community h3`.
fn last_word(specifier: &str) -> String {
    specifier.rsplit([' ', ':']).next().unwrap_or_default().to_owned()
}
