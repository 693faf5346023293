//! Whether a file that patterns match belongs to the library or the user, and whether it is incomplete. It decides what may be
//! moved aside; it moves nothing.
//!
//! A pattern may match more than the library. What probe did not see being made belongs to the user, unless the library is that
//! one file. An empty file is an ordinary file (a marker, an `__init__.py`) unless it was meant to hold a library.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::records::Made;
use crate::files::Trace;
use crate::pattern::Pattern;
use crate::store::aside::{MADE, YOURS};
use crate::verdict::{FileVerdict, Kind, Tear};

/// Decides whether an empty file is incomplete.
#[derive(Debug, Clone, Default)]
pub(crate) struct Empties {
    kind: Kind,
    /// The paths of patterns that match only one path.
    named: BTreeSet<PathBuf>,
}

/// Decides whether a file belongs to the library or the user.
pub(crate) struct Whose<'a> {
    empties: Empties,
    made: &'a Made,
    /// What was there before the make began, if one has begun.
    before: Option<&'a BTreeMap<PathBuf, Trace>>,
    /// How many paths the patterns match.
    count: usize,
}

impl Empties {
    pub(crate) fn new(kind: Kind, patterns: &[String]) -> Self {
        let literal =
            |pattern: &String| Pattern::parse(pattern).ok()?.literal().map(Path::to_owned);
        Self { kind, named: patterns.iter().filter_map(literal).collect() }
    }

    /// Whether an empty file counts as incomplete, if the patterns match `count` paths: if the library is this one file, if it
    /// has had content, or if it has the name of a shared library.
    pub(crate) fn are_torn(&self, path: &Path, count: usize, had_content: bool) -> bool {
        count == 1 || had_content || self.named.contains(path) || self.is_called_library(path)
    }

    fn is_called_library(&self, path: &Path) -> bool {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        self.kind == Kind::Native
            && (name.contains(".so.")
                || [".so", ".dylib", ".dll", ".node", ".pyd", ".duckdb_extension"]
                    .iter()
                    .any(|suffix| name.ends_with(suffix)))
    }
}

impl<'a> Whose<'a> {
    pub(crate) fn new(
        kind: Kind,
        patterns: &[String],
        count: usize,
        made: &'a Made,
        before: Option<&'a BTreeMap<PathBuf, Trace>>,
    ) -> Self {
        Self { empties: Empties::new(kind, patterns), made, before, count }
    }

    /// Returns how a judged file is incomplete, if it is.
    pub(crate) fn tear(&self, path: &Path, judged: &Result<(), FileVerdict>) -> Option<Tear> {
        let Err(verdict) = judged else { return None };
        match verdict {
            FileVerdict::Torn(Tear::Empty) => {
                let had_content = self.made.knows_content_of(path);
                self.empties.are_torn(path, self.count, had_content).then_some(Tear::Empty)
            }
            FileVerdict::Torn(tear) => Some(*tear),
            _ => None,
        }
    }

    /// Whether probe saw it being made, earlier or just now.
    pub(crate) fn saw(&self, path: &Path) -> bool {
        let is_new = |before: &BTreeMap<PathBuf, Trace>| {
            Trace::news(before.get(path), path).is_ok_and(|news| !news.is_empty())
        };
        self.made.knows(path) || self.before.is_some_and(is_new)
    }

    /// Returns the folder prefix under which an incomplete file may be moved aside; `None` if it must stay because it belongs to
    /// the user.
    pub(crate) fn shelf(&self, path: &Path) -> Option<&'static str> {
        if self.saw(path) {
            return Some(MADE);
        }
        let is_library = self.empties.named.contains(path)
            || self.count == 1 && self.empties.is_called_library(path);
        is_library.then_some(YOURS)
    }
}
