//! Libraries imported before a run begins, because probe could not list a suite's tests without them. The run does not import
//! or report them again.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use probe_loader::Imported;
use probe_scenario::LibraryId;

use crate::import_failure::ImportFailure;
use crate::summary::Summary;
use crate::verdict::Watched;

/// The libraries imported before the run, each with its result.
#[derive(Debug, Default)]
pub struct Early {
    imports: BTreeMap<LibraryId, EarlyImport>,
    /// Watches the files of the libraries that are there.
    watched: Vec<Arc<Watched>>,
}

/// A finished import.
#[derive(Clone, Debug)]
pub(crate) struct EarlyImport {
    pub(crate) result: Result<Imported, ImportFailure>,
    pub(crate) took: Duration,
}

impl Early {
    /// Takes the result of a run that only imports libraries. `imported` has what that run reported of each library that is
    /// there.
    pub fn of(summary: Summary, imported: BTreeMap<LibraryId, (Imported, Duration)>) -> Self {
        let there = imported
            .into_iter()
            .map(|(id, (imported, took))| (id, EarlyImport { result: Ok(imported), took }));
        let mut imports: BTreeMap<_, _> = there.collect();
        imports.extend(summary.not_imported.into_iter().map(|not| {
            let import = EarlyImport { result: Err(not.failure), took: Duration::ZERO };
            (not.library, import)
        }));
        Self { imports, watched: summary.watched.into_iter().flatten().collect() }
    }

    /// The libraries, also those whose import failed.
    pub fn libraries(&self) -> impl Iterator<Item = LibraryId> {
        self.imports.keys().copied()
    }

    /// Whether the library's import has ended, well or not.
    pub fn has(&self, library: LibraryId) -> bool {
        self.imports.contains_key(&library)
    }

    /// The path of the library, or why its import failed; `None` if it was not imported early.
    pub fn result(&self, library: LibraryId) -> Option<Result<&Path, &str>> {
        let EarlyImport { result, .. } = self.imports.get(&library)?;
        Some(match result {
            Ok(imported) => Ok(&imported.path),
            Err(failure) => Err(&failure.cause),
        })
    }

    /// Watches the files of the libraries that are there.
    pub(crate) fn watched(&self) -> impl Iterator<Item = Arc<Watched>> {
        self.watched.iter().cloned()
    }

    pub(crate) fn import(&self, library: LibraryId) -> Option<EarlyImport> {
        self.imports.get(&library).cloned()
    }
}
