//! What was imported before a run began, since the tests of a suite could not be listed without it. The run neither makes
//! nor tells it again.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use probe_loader::Imported;
use probe_scenario::LibraryId;

use crate::import_failure::ImportFailure;
use crate::summary::Summary;
use crate::verdict::Watched;

/// Libraries with what their import came to.
#[derive(Debug, Default)]
pub struct Early {
    imports: BTreeMap<LibraryId, EarlyImport>,
    /// What the files of those are watched by that are there.
    watched: Vec<Arc<Watched>>,
}

/// An import that is over.
#[derive(Clone, Debug)]
pub(crate) struct EarlyImport {
    pub(crate) result: Result<Imported, ImportFailure>,
    pub(crate) took: Duration,
}

impl Early {
    /// What a run of libraries alone came to: `imported` has what it told of those that are there.
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

    /// The libraries, whether they are there or not.
    pub fn libraries(&self) -> impl Iterator<Item = LibraryId> {
        self.imports.keys().copied()
    }

    /// Whether the library's import is over.
    pub fn has(&self, library: LibraryId) -> bool {
        self.imports.contains_key(&library)
    }

    /// Where the library is, or why it is not there; `None` if nobody has imported it.
    pub fn result(&self, library: LibraryId) -> Option<Result<&Path, &str>> {
        let EarlyImport { result, .. } = self.imports.get(&library)?;
        Some(match result {
            Ok(imported) => Ok(&imported.path),
            Err(failure) => Err(&failure.cause),
        })
    }

    /// What the files of those are watched by that are there.
    pub(crate) fn watched(&self) -> impl Iterator<Item = Arc<Watched>> {
        self.watched.iter().cloned()
    }

    pub(crate) fn import(&self, library: LibraryId) -> Option<EarlyImport> {
        self.imports.get(&library).cloned()
    }
}
