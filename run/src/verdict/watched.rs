//! The files of a library while tests run: what to look at before and after an attempt. Does not know attempts.

use std::path::{Path, PathBuf};

use parking_lot::RwLock;
use probe_loader::{Condition, FileWatch, ImportSource, Kind, Led, Loader, Observation, Verify};
use probe_scenario::LibraryId;

use super::strays::patterns_of;

/// A library whose files probe can look at and repair.
#[derive(Debug)]
pub struct Watched {
    /// The library.
    pub id: LibraryId,
    pub(crate) kept: Kept,
    watch: RwLock<FileWatch>,
}

/// How to repair a library's files.
#[derive(Debug)]
pub(crate) enum Kept {
    /// Import it again.
    Imported(Box<probe_loader::ImportSpec>),
    /// Move incomplete files aside: tests make the library.
    Made(Led),
}

impl Watched {
    /// Watches a library that tests make.
    pub fn made(loader: &Loader, id: LibraryId, library: Led) -> Self {
        let watch = RwLock::new(loader.watch_led(&library));
        Self { id, kept: Kept::Made(library), watch }
    }

    /// Watches a library that has just been imported.
    pub fn new(loader: &Loader, id: LibraryId, library: probe_loader::ImportSpec) -> Self {
        let watch = RwLock::new(loader.watch(&library));
        Self { id, kept: Kept::Imported(Box::new(library)), watch }
    }

    /// Takes the current files as the correct ones. Called after this run or another one made the library again, possibly with
    /// other content.
    pub fn renew(&self, loader: &Loader) {
        if let Kept::Imported(library) = &self.kept {
            let watch = loader.watch(library);
            *self.watch.write() = watch;
        }
    }

    /// Whether processes other than probe may write to its files, so that workers look at them before every attempt. Files that
    /// are only in the store are probe's own.
    pub fn is_exposed(&self) -> bool {
        match &self.kept {
            Kept::Imported(library) => self.has_patterns() || library.to.is_some(),
            Kept::Made(_) => true,
        }
    }

    /// Looks at every file, which takes some microseconds each, or reads all of it, as `verify` says.
    pub fn look(&self, verify: Verify) -> Vec<Observation> {
        let mut seen = self.watch.read().observe(verify);
        if self.has_patterns() {
            // A pattern may match files that do not belong to the library, so only an incomplete file counts.
            seen.iter_mut()
                .filter(|file| matches!(file.condition, Condition::Unfit(_)))
                .for_each(|file| file.condition = Condition::Whole);
        }
        seen
    }

    /// Returns some paths in its folders that do not belong to it.
    pub fn beside(&self) -> Vec<PathBuf> {
        self.watch.read().beside()
    }

    /// Returns its kind and the patterns of its files, if patterns define them.
    pub fn made_in(&self) -> Option<(Kind, &[String])> {
        match &self.kept {
            Kept::Imported(library) => match &library.source {
                ImportSource::Command { paths, .. } => Some((library.kind, paths)),
                ImportSource::Url { .. } | ImportSource::Path { .. } => None,
            },
            Kept::Made(made) => Some((made.kind, &made.paths)),
        }
    }

    /// Returns its name, if probe puts its file in place and does not know that the file is a program.
    pub fn without_permission(&self) -> Option<&str> {
        match &self.kept {
            Kept::Imported(library) if !self.has_patterns() && library.kind != Kind::Executable => {
                Some(&library.name)
            }
            Kept::Imported(_) | Kept::Made(_) => None,
        }
    }

    /// Whether patterns define its files.
    fn has_patterns(&self) -> bool {
        self.made_in().is_some()
    }

    /// The patterns of its files that processes other than probe may write to.
    pub fn patterns(&self) -> Vec<String> {
        match &self.kept {
            Kept::Imported(library) => patterns_of(library),
            Kept::Made(made) => made.paths.clone(),
        }
    }

    /// Whether a name in some output is one of its files.
    pub fn is_named(&self, name: &str, cwd: &Path, seen: &[Observation]) -> bool {
        let bare = !name.contains('/');
        let named = |path: &Path| {
            if bare {
                path.file_name().is_some_and(|file| file == name)
            } else {
                path == cwd.join(name.strip_prefix("./").unwrap_or(name))
            }
        };
        let place = match &self.kept {
            Kept::Imported(library) => library.to.as_deref(),
            Kept::Made(_) => None,
        };
        seen.iter().any(|file| named(&file.path)) || place.is_some_and(named)
    }
}
