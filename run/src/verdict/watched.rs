//! The files of a library while tests run: what to look at before and after an attempt. Knows no attempt.

use std::path::{Path, PathBuf};

use parking_lot::RwLock;
use probe_loader::{Condition, FileWatch, ImportSource, Kind, Led, Loader, Observation, Verify};
use probe_scenario::LibraryId;

use super::strays::patterns_of;

/// An imported library whose files can be looked at and mended.
#[derive(Debug)]
pub struct Watched {
    /// The library.
    pub id: LibraryId,
    pub(crate) kept: Kept,
    watch: RwLock<FileWatch>,
}

/// How a library's files are put right.
#[derive(Debug)]
pub(crate) enum Kept {
    /// By importing it again.
    Imported(Box<probe_loader::ImportSpec>),
    /// By moving aside what is torn: tests make it.
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

    /// What it is now counts from now on: it was made anew, by this run or another one, and may have another content.
    pub fn renew(&self, loader: &Loader) {
        if let Kept::Imported(library) = &self.kept {
            let watch = loader.watch(library);
            *self.watch.write() = watch;
        }
    }

    /// Whether others than probe may write to its files, so that they are looked at before every attempt. What is only in
    /// the store is probe's own.
    pub fn is_exposed(&self) -> bool {
        match &self.kept {
            Kept::Imported(library) => self.has_patterns() || library.to.is_some(),
            Kept::Made(_) => true,
        }
    }

    /// Looks at every file, in some microseconds for each, or reads them whole.
    pub fn look(&self, verify: Verify) -> Vec<Observation> {
        let mut seen = self.watch.read().observe(verify);
        if self.has_patterns() {
            // A pattern may match what is no part of the library, so that only tearing speaks against a file.
            seen.iter_mut()
                .filter(|file| matches!(file.condition, Condition::Unfit(_)))
                .for_each(|file| file.condition = Condition::Whole);
        }
        seen
    }

    /// What lies in its folders that is no part of it: some paths.
    pub fn beside(&self) -> Vec<PathBuf> {
        self.watch.read().beside()
    }

    /// What it must be to count as whole and the patterns of its files, if they are what patterns match.
    pub fn made_in(&self) -> Option<(Kind, &[String])> {
        match &self.kept {
            Kept::Imported(library) => match &library.source {
                ImportSource::Command { paths, .. } => Some((library.kind, paths)),
                ImportSource::Url { .. } | ImportSource::Path { .. } => None,
            },
            Kept::Made(made) => Some((made.kind, &made.paths)),
        }
    }

    /// Its name, if probe puts it where it is and does not know that it is to be executed.
    pub fn without_permission(&self) -> Option<&str> {
        match &self.kept {
            Kept::Imported(library) if !self.has_patterns() && library.kind != Kind::Executable => {
                Some(&library.name)
            }
            Kept::Imported(_) | Kept::Made(_) => None,
        }
    }

    /// Whether its files are what patterns match.
    fn has_patterns(&self) -> bool {
        self.made_in().is_some()
    }

    /// Patterns of its files, where others may write to them.
    pub fn patterns(&self) -> Vec<String> {
        match &self.kept {
            Kept::Imported(library) => patterns_of(library),
            Kept::Made(made) => made.paths.clone(),
        }
    }

    /// Whether a name in some output is that of one of its files.
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
