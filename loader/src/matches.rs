//! What glob patterns match: judged, awaited and swept. It does not know commands or records.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::aside::{self, Aside};
use crate::errand::Errand;
use crate::error::Cause;
use crate::fitness;
use crate::library::Kind;
use crate::pattern::Pattern;
use crate::regular::open_regular;
use crate::settle::settle;
use crate::snapshot::Snapshot;
use crate::store::Store;

/// The paths of one library.
#[derive(Clone, Copy)]
pub(crate) struct Matches<'a> {
    pub(crate) errand: &'a Errand<'a>,
    pub(crate) kind: Kind,
    /// Absolute glob patterns.
    pub(crate) patterns: &'a [String],
}

impl Matches<'_> {
    /// Whether what is at `path` will do.
    pub(crate) fn judge(&self, path: &Path) -> Result<(), Cause> {
        let read = Cause::disk("read", path);
        let metadata = match fs::metadata(path) {
            Ok(metadata) => metadata,
            Err(error) => return Err(read(error)),
        };
        if metadata.is_dir() {
            let mut entries = fs::read_dir(path).map_err(read)?;
            return entries.next().map_or(Err(Cause::Empty), |_| Ok(()));
        }
        let file = open_regular(path).map_err(read)?;
        fitness::check(self.kind, &file, metadata.len(), self.errand.settings.machine)
    }

    /// Waits for whoever writes to a file: a process that was left behind, or another tool.
    fn settle(&self, path: &Path) -> Result<(), Cause> {
        if path.is_file() { settle(self.errand, path) } else { Ok(()) }
    }

    /// What the patterns match now, without duplicates, in the patterns' order.
    pub(crate) fn resolve(&self) -> Result<Vec<PathBuf>, Cause> {
        let mut all = Vec::new();
        for pattern in self.patterns {
            let paths = resolve(pattern)?;
            if paths.is_empty() {
                let pattern = pattern.clone();
                return Err(Cause::NothingMatched { pattern });
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

    /// What the patterns match now, with its content.
    pub(crate) fn snapshots(&self) -> Result<Vec<(PathBuf, Snapshot)>, Cause> {
        self.read(self.resolve()?, Snapshot::of)
    }

    fn read(
        &self,
        paths: Vec<PathBuf>,
        read: impl Fn(&Path) -> io::Result<Snapshot>,
    ) -> Result<Vec<(PathBuf, Snapshot)>, Cause> {
        paths
            .into_iter()
            .map(|path| {
                self.errand.check()?;
                let snapshot = read(&path).map_err(Cause::disk("read", &path))?;
                Ok((path, snapshot))
            })
            .collect()
    }

    /// Whether there is a torn file, which a sweep would remove.
    pub(crate) fn any_torn(&self) -> Result<bool, Cause> {
        for pattern in self.patterns {
            if resolve(pattern)?.iter().any(|path| self.is_sweepable(path)) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn is_sweepable(&self, path: &Path) -> bool {
        let torn = |cause: Cause| fitness::verdict(&cause).is_torn();
        self.kind != Kind::Data && path.is_file() && self.judge(path).is_err_and(torn)
    }

    /// Removes torn files from where new ones will be left: most tools take a file that is there for a good one.
    pub(crate) fn sweep(&self) -> Result<(), Cause> {
        self.clear("remove the torn", |path| fs::remove_file(path)).map(drop)
    }

    /// The same, but keeps them in the store: what tests make is not probe's to remove.
    pub(crate) fn put_away(&self, store: &Store) -> Result<Vec<Aside>, Cause> {
        self.clear("move aside the torn", |path| {
            let to = aside::put_away(store, "found-", path)?;
            Ok(Aside { from: path.to_owned(), to })
        })
    }

    /// Does `clear` to every torn file that nobody writes to any more.
    fn clear<T>(
        &self,
        action: &'static str,
        clear: impl Fn(&Path) -> io::Result<T>,
    ) -> Result<Vec<T>, Cause> {
        let mut cleared = Vec::new();
        if self.kind == Kind::Data {
            return Ok(cleared);
        }
        for pattern in self.patterns {
            for path in resolve(pattern)? {
                self.settle(&path)?;
                if !self.is_sweepable(&path) {
                    continue;
                }
                match clear(&path) {
                    Ok(done) => cleared.push(done),
                    Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                    Err(error) => return Err(Cause::disk(action, &path)(error)),
                }
            }
        }
        Ok(cleared)
    }

    /// What is there now that something was made: for every pattern something whole, and nothing torn.
    pub(crate) fn collect(&self) -> Result<Vec<(PathBuf, Snapshot)>, Cause> {
        let mut outputs = Vec::new();
        for pattern in self.patterns {
            let mut unfit = None;
            let mut whole = Vec::new();
            for path in resolve(pattern)? {
                self.settle(&path)?;
                match self.judge(&path) {
                    Ok(()) => whole.push(path),
                    Err(cause) => {
                        let verdict = fitness::verdict(&cause);
                        let torn = verdict.is_torn();
                        let incomplete = Cause::Incomplete { path, verdict };
                        if torn && self.kind != Kind::Data {
                            return Err(incomplete);
                        }
                        unfit.get_or_insert(incomplete);
                    }
                }
            }
            if whole.is_empty() {
                let pattern = pattern.clone();
                return Err(unfit.unwrap_or(Cause::NothingMatched { pattern }));
            }
            outputs.extend(whole);
        }
        self.read(outputs, Snapshot::of_made)
    }
}

/// What a pattern matches, sorted.
pub(crate) fn resolve(pattern: &str) -> Result<Vec<PathBuf>, Cause> {
    let parsed = Pattern::parse(pattern)
        .map_err(|cause| Cause::BadPattern { pattern: pattern.to_owned(), cause })?;
    parsed.matches().map_err(|(folder, error)| Cause::disk("list", &folder)(error))
}
