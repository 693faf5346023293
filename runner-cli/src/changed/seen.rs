//! The changes as who walks through imports meets them: whether a file counts as changed, and why.
//!
//! Knows no test.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use probe_scenario::{Governed, Survey};

use super::git::Changes;
use crate::detection::{Beside, MEMBER};

/// Why a file counts as changed.
pub(super) enum Cause {
    /// This file has changed, be it itself or what it stands for.
    File(String),
    /// This one has, which bears on it.
    Governing(String),
    /// A sentence for itself.
    Said(String),
}

/// The changes as who walks through imports meets them.
pub(super) struct Seen<'a> {
    changes: &'a Changes,
    beside: &'a Beside,
    governing: &'a [(Governed, &'a str, &'a str)],
    /// Where directories really are.
    real: RefCell<BTreeMap<String, Option<PathBuf>>>,
}

impl<'a> Seen<'a> {
    pub(super) fn new(
        changes: &'a Changes,
        beside: &'a Beside,
        governing: &'a [(Governed, &'a str, &'a str)],
    ) -> Self {
        Self { changes, beside, governing, real: RefCell::default() }
    }

    /// Why the file counts as changed. `described` are those that say what names stand for.
    pub(super) fn cause(&self, file: &str, described: &BTreeSet<String>) -> Option<Cause> {
        if let Some(package) = file.strip_prefix(MEMBER) {
            let member = self.beside.members.get(package)?;
            let mut directories = member.directories.iter();
            let changed = directories.find_map(|directory| self.changes.first_below(directory))?;
            return Some(Cause::File(changed.to_owned()));
        }
        if file.contains(':') && !self.changes.base.join(file).exists() {
            return None;
        }
        if self.changes.files.contains_key(file) {
            return Some(Cause::File(file.to_owned()));
        }
        let real = self.real(file)?;
        match real.strip_prefix(&self.changes.base) {
            Ok(real) => {
                let real = real.to_str()?;
                if real != file && self.changes.files.contains_key(real) {
                    return Some(Cause::File(real.to_owned()));
                }
            }
            Err(_) => {
                let real = real.display();
                return Some(Cause::Said(format!(
                    "`{file}` is {real}, of which Git knows nothing"
                )));
            }
        }
        let mut governing = self.governing.iter();
        let governed =
            governing.find(|(governed, place, _)| governed.has(file) && is_below(place, file));
        let described = || {
            let mut changed = self.changes.files.keys();
            let is_one =
                |name: &&String| described.contains(*name) && Governed::by(name).next().is_none();
            changed.find(is_one).map(String::as_str)
        };
        if let Some(governing) = governed.map(|(_, _, name)| *name).or_else(described) {
            return Some(Cause::Governing(governing.to_owned()));
        }
        let closed = Survey::is_closed(file);
        closed.then(|| Cause::Said(format!("uses `{file}`, whose imports are not followed")))
    }

    /// Where a file really is; `None` if it is not there.
    fn real(&self, file: &str) -> Option<PathBuf> {
        let (directory, name) = file.rsplit_once('/').unwrap_or(("", file));
        let mut known = self.real.borrow_mut();
        let place = match known.get(directory) {
            Some(place) => place.clone(),
            None => {
                let place = self.changes.base.join(directory).canonicalize().ok();
                known.insert(directory.to_owned(), place.clone());
                place
            }
        };
        let path = place?.join(name);
        if path.is_symlink() { path.canonicalize().ok() } else { Some(path) }
    }
}

/// Whether a file lies in `place`, or is that.
pub(super) fn is_below(place: &str, file: &str) -> bool {
    match file.strip_prefix(place) {
        Some(rest) => place.is_empty() || rest.is_empty() || rest.starts_with('/'),
        None => false,
    }
}
