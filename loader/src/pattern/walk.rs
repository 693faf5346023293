//! Finds what a pattern matches. Lists only folders that its parts lead to. It does not know the syntax of patterns.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::route::{Route, Step};
use crate::platform;

type Failed = (PathBuf, io::Error);

/// Adds everything that exists and matches.
pub(super) fn collect(route: &Route, found: &mut BTreeSet<PathBuf>) -> Result<(), Failed> {
    let mut walk = Walk { is_folder: route.is_folder, found, above: Vec::new() };
    walk.go(PathBuf::new(), &route.steps)
}

struct Walk<'a> {
    is_folder: bool,
    found: &'a mut BTreeSet<PathBuf>,
    /// The folders of the current search, each inside the one before: a link back to one of them is a circle.
    above: Vec<(u64, u64)>,
}

impl Walk<'_> {
    fn go(&mut self, at: PathBuf, steps: &[Step]) -> Result<(), Failed> {
        let Some((step, rest)) = steps.split_first() else {
            if !self.is_folder || at.is_dir() {
                self.found.insert(at);
            }
            return Ok(());
        };
        match step {
            Step::Name(name) => {
                let next = at.join(name);
                if fs::symlink_metadata(&next).is_ok() {
                    self.go(next, rest)?;
                }
                Ok(())
            }
            Step::Names(names) => {
                for entry in list(&at)? {
                    if names.is_match(entry.file_name()) {
                        self.go(entry.path(), rest)?;
                    }
                }
                Ok(())
            }
            Step::Folders => self.descend(&at, rest, steps),
        }
    }

    /// Continues here and in every folder below, or takes every file.
    fn descend(&mut self, at: &Path, rest: &[Step], steps: &[Step]) -> Result<(), Failed> {
        let Ok(metadata) = fs::metadata(at) else { return Ok(()) };
        let identity = platform::identity(&metadata);
        if self.above.contains(&identity) {
            return Ok(());
        }
        if !rest.is_empty() {
            // Another search begins where these steps lead.
            let above = std::mem::take(&mut self.above);
            self.go(at.to_owned(), rest)?;
            self.above = above;
        }
        self.above.push(identity);
        for entry in list(at)? {
            let path = entry.path();
            let kind = entry.file_type().ok();
            let is_folder = kind.is_some_and(|kind| kind.is_dir())
                || kind.is_some_and(|kind| kind.is_symlink()) && path.is_dir();
            if is_folder {
                if rest.is_empty() && self.is_folder {
                    self.found.insert(path.clone());
                }
                self.go(path, steps)?;
            } else if rest.is_empty() && !self.is_folder {
                self.found.insert(path);
            }
        }
        self.above.pop();
        Ok(())
    }
}

/// Returns what is in a folder; nothing if it is not a folder or no longer exists: other tools create and remove folders
/// meanwhile.
fn list(folder: &Path) -> Result<Vec<fs::DirEntry>, Failed> {
    let entries = fs::read_dir(folder).and_then(Iterator::collect::<io::Result<Vec<_>>>);
    match entries {
        Err(error)
            if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) =>
        {
            Ok(Vec::new())
        }
        result => result.map_err(|error| (folder.to_owned(), error)),
    }
}
