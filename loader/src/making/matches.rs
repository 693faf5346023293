//! What glob patterns match: judged, awaited and collected. It changes nothing, and does not know
//! commands or records.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::whose::Whose;
use crate::errands::{Errand, settle};
use crate::files::{Snapshot, Trace, open_regular};
use crate::interface::ImportCause;
use crate::pattern::Pattern;
use crate::verdict::{FileVerdict, Kind, Tear, fitness};

/// The paths of one library.
#[derive(Clone, Copy)]
pub(crate) struct Matches<'a> {
    pub(crate) errand: &'a Errand<'a>,
    pub(crate) kind: Kind,
    /// Absolute glob patterns.
    pub(crate) patterns: &'a [String],
}

impl Matches<'_> {
    /// Whether what is at `path` is acceptable.
    pub(crate) fn judge(&self, path: &Path) -> Result<(), FileVerdict> {
        let unread = |error: io::Error| FileVerdict::of_failure(&error);
        let metadata = fs::metadata(path).map_err(unread)?;
        if metadata.is_dir() {
            let mut entries = fs::read_dir(path).map_err(unread)?;
            return entries.next().map_or(Err(FileVerdict::Torn(Tear::Empty)), |_| Ok(()));
        }
        let file = open_regular(path).map_err(unread)?;
        let machine = self.errand.settings.machine;
        Ok(fitness::check(self.kind, &file, metadata.len(), machine)?)
    }

    /// Waits until no process writes to a file: for example one that was left behind, or another
    /// tool.
    pub(crate) fn settle(&self, path: &Path) -> Result<(), ImportCause> {
        if path.is_file() { settle(self.errand, path) } else { Ok(()) }
    }

    /// Returns what the patterns match now, without duplicates, in the patterns' order.
    pub(crate) fn resolve(&self) -> Result<Vec<PathBuf>, ImportCause> {
        let mut all = Vec::new();
        for pattern in self.patterns {
            let paths = resolve(pattern)?;
            if paths.is_empty() {
                let pattern = pattern.clone();
                return Err(ImportCause::NothingMatched { pattern });
            }
            for path in paths {
                self.errand.check()?;
                if !all.contains(&path) {
                    all.push(path);
                }
            }
        }
        Ok(all)
    }

    /// Returns what the patterns match now, with its content.
    pub(crate) fn snapshots(&self) -> Result<Vec<(PathBuf, Snapshot)>, ImportCause> {
        self.read(self.resolve()?, Snapshot::of)
    }

    fn read(
        &self,
        paths: Vec<PathBuf>,
        read: impl Fn(&Path) -> io::Result<Snapshot>,
    ) -> Result<Vec<(PathBuf, Snapshot)>, ImportCause> {
        paths
            .into_iter()
            .map(|path| {
                self.errand.check()?;
                let snapshot = read(&path).map_err(ImportCause::disk("read", &path))?;
                Ok((path, snapshot))
            })
            .collect()
    }

    /// Returns what the patterns match now, even if some match nothing.
    pub(crate) fn all(&self) -> Result<Vec<PathBuf>, ImportCause> {
        let mut all: Vec<PathBuf> = Vec::new();
        for pattern in self.patterns {
            for path in resolve(pattern)? {
                if !all.contains(&path) {
                    all.push(path);
                }
            }
        }
        Ok(all)
    }

    /// Returns what is there now, by stamps.
    pub(crate) fn traces(&self) -> Result<BTreeMap<PathBuf, Trace>, ImportCause> {
        let mut traces = BTreeMap::new();
        for path in self.all()? {
            self.errand.check()?;
            if let Some(trace) = Trace::of(&path).map_err(ImportCause::disk("look at", &path))? {
                traces.insert(path, trace);
            }
        }
        Ok(traces)
    }

    /// Returns how the file at `path` is incomplete, when no process writes to it any more.
    pub(crate) fn tear(&self, path: &Path, whose: &Whose<'_>) -> Option<Tear> {
        if self.kind == Kind::Data || !path.is_file() {
            return None;
        }
        whose.tear(path, &self.judge(path))
    }

    /// Returns what is there after a make. Every pattern must match something complete, and nothing
    /// that was made may be incomplete.
    pub(crate) fn collect(
        &self,
        whose: &Whose<'_>,
    ) -> Result<Vec<(PathBuf, Snapshot)>, ImportCause> {
        let mut outputs = Vec::new();
        for pattern in self.patterns {
            let mut unfit = None;
            let mut whole = Vec::new();
            for path in resolve(pattern)? {
                self.settle(&path)?;
                let judged = self.judge(&path);
                let is_torn = self.kind != Kind::Data
                    && whose.tear(&path, &judged).is_some()
                    && whose.shelf(&path).is_some();
                match judged {
                    Ok(()) => whole.push(path),
                    Err(verdict) => {
                        let incomplete = ImportCause::Incomplete { path, verdict };
                        if is_torn {
                            return Err(incomplete);
                        }
                        unfit.get_or_insert(incomplete);
                    }
                }
            }
            if whole.is_empty() {
                let pattern = pattern.clone();
                return Err(unfit.unwrap_or(ImportCause::NothingMatched { pattern }));
            }
            outputs.extend(whole);
        }
        self.read(outputs, Snapshot::of_made)
    }
}

/// Returns what a pattern matches, sorted.
pub(crate) fn resolve(pattern: &str) -> Result<Vec<PathBuf>, ImportCause> {
    let parsed = Pattern::parse(pattern)
        .map_err(|cause| ImportCause::BadPattern { pattern: pattern.to_owned(), cause })?;
    parsed.matches().map_err(|(folder, error)| ImportCause::disk("list", &folder)(error))
}
