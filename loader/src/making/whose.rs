//! Whose a file is that patterns match, and whether it is torn at all. It decides what may be moved out of the way; it moves nothing.
//!
//! A pattern may match more than the library. What probe did not see being made is the user's, unless the library is that one
//! file; and an empty file is an ordinary file (a marker, an `__init__.py`) unless it was meant to hold a library.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::records::Made;
use crate::files::Trace;
use crate::pattern::Pattern;
use crate::store::aside::{MADE, YOURS};
use crate::verdict::{FileVerdict, Kind, Tear};

/// What tells whether an empty file is torn.
#[derive(Debug, Clone, Default)]
pub(crate) struct Empties {
    kind: Kind,
    /// What a pattern names that matches nothing else.
    named: BTreeSet<PathBuf>,
}

/// What tells whose a file is.
pub(crate) struct Whose<'a> {
    empties: Empties,
    made: &'a Made,
    /// What was there before something began to make it, if it has begun.
    before: Option<&'a BTreeMap<PathBuf, Trace>>,
    /// How much the patterns match.
    count: usize,
}

impl Empties {
    pub(crate) fn new(kind: Kind, patterns: &[String]) -> Self {
        let literal =
            |pattern: &String| Pattern::parse(pattern).ok()?.literal().map(Path::to_owned);
        Self { kind, named: patterns.iter().filter_map(literal).collect() }
    }

    /// Whether a file that is empty is torn for that, where the patterns match `count` paths: if the library is this one file, if it
    /// has had content, or if it is called like a shared library.
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

    /// What is wrong with a file that was judged, if it is torn.
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

    /// Whether probe saw it being made: before, or just now.
    pub(crate) fn saw(&self, path: &Path) -> bool {
        let is_new = |before: &BTreeMap<PathBuf, Trace>| {
            Trace::news(before.get(path), path).is_ok_and(|news| !news.is_empty())
        };
        self.made.knows(path) || self.before.is_some_and(is_new)
    }

    /// Under which name a torn file may be put aside; `None` if it is to stay: it is the user's.
    pub(crate) fn shelf(&self, path: &Path) -> Option<&'static str> {
        if self.saw(path) {
            return Some(MADE);
        }
        let is_library = self.empties.named.contains(path)
            || self.count == 1 && self.empties.is_called_library(path);
        is_library.then_some(YOURS)
    }
}
