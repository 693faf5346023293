//! The result of a look at a library's file, and how two looks at one file differ. It does not know how to look at a file, or
//! what a difference means.

use std::fmt;
use std::fs::Metadata;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use crate::digest::Sha256;
use crate::platform;
use crate::verdict::{FileVerdict, Tear};

/// A file or a folder as it was at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Observation {
    /// Its path; the pattern if nothing matches it.
    pub path: PathBuf,
    /// Whether it is acceptable.
    pub condition: Condition,
    /// The data from the file system; `None` if the file does not exist.
    pub facts: Option<Facts>,
    /// The size in bytes that it should have, if known: from the store, or from its own headers.
    pub whole_size: Option<u64>,
}

/// What the file system says about a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Facts {
    /// The size in bytes; for a folder, the sum of its files.
    pub size: u64,
    /// The modification time; for a folder, the latest of its published files.
    pub modified: SystemTime,
    /// The identity within its file system.
    pub inode: u64,
    /// The digest of the content, if it was read, or is known because the file did not change; for a folder, the digest of its
    /// listing.
    pub digest: Option<Sha256>,
    /// For a folder: the digest of every name that counts, with size, time and identity.
    pub(crate) stamps: Option<Sha256>,
}

/// Whether a file is acceptable, as far as it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Condition {
    /// It is complete, and has the right content as far as that is known and was read.
    Whole,
    /// It is incomplete.
    Torn(Tear),
    /// A process has it open for writing.
    Changing,
    /// It is complete, but it is not the library.
    WrongDigest {
        /// The digest of the library.
        expected: Sha256,
        /// The digest of the file; `None` if its size was already wrong, and nothing was read.
        found: Option<Sha256>,
    },
    /// It is something else: for another machine, or not a library.
    Unfit(FileVerdict),
    /// It does not exist.
    Absent,
    /// It cannot be read.
    Unreadable(io::ErrorKind),
}

/// How a file differs from an earlier look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// It was not there.
    Appeared,
    /// It no longer exists.
    Vanished,
    /// Another file has its name: the inode differs.
    Replaced,
    /// Its size, modification time or content differs.
    Written,
}

impl Condition {
    /// Whether nothing is wrong with the file.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        *self == Self::Whole
    }

    /// Whether the file looks like the result of a race, or like a race in progress: incomplete, changing, or with the wrong
    /// digest.
    #[must_use]
    pub fn is_damaged(&self) -> bool {
        matches!(self, Self::Torn(_) | Self::Changing | Self::WrongDigest { .. })
    }
}

impl From<FileVerdict> for Condition {
    fn from(verdict: FileVerdict) -> Self {
        match verdict {
            FileVerdict::Whole(_) => Self::Whole,
            FileVerdict::Torn(tear) => Self::Torn(tear),
            FileVerdict::Absent => Self::Absent,
            FileVerdict::Unreadable(kind) => Self::Unreadable(kind),
            other @ (FileVerdict::WrongMachine { .. } | FileVerdict::NotALibrary(_)) => {
                Self::Unfit(other)
            }
        }
    }
}

impl Observation {
    /// Returns what happened to the file between an earlier look and this one. Compares the digests if both looks have one.
    /// Ignores the time of the last status change, because a new link changes that but not the file.
    #[must_use]
    pub fn change_since(&self, earlier: &Self) -> Option<Change> {
        match (&earlier.facts, &self.facts) {
            (None, None) => None,
            (None, Some(_)) => Some(Change::Appeared),
            (Some(_), None) => Some(Change::Vanished),
            (Some(then), Some(now)) if then.inode != now.inode => Some(Change::Replaced),
            (Some(then), Some(now)) => (!then.agrees(now)).then_some(Change::Written),
        }
    }
}

impl Facts {
    /// Returns what is known without reading.
    pub(super) fn of(metadata: &Metadata) -> Self {
        Self {
            size: metadata.len(),
            modified: metadata.modified().unwrap_or(UNIX_EPOCH),
            inode: platform::inode(metadata),
            digest: None,
            stamps: None,
        }
    }

    fn agrees(&self, other: &Self) -> bool {
        let same = |one: Option<Sha256>, other: Option<Sha256>| match (one, other) {
            (Some(one), Some(other)) => one == other,
            _ => true,
        };
        let untouched = match (self.stamps, other.stamps) {
            // A folder's, which have sizes and times in them.
            (Some(one), Some(other)) => one == other,
            _ => self.size == other.size && self.modified == other.modified,
        };
        untouched && same(self.digest, other.digest)
    }
}

/// Returns what changed between two observations of one [`FileWatch`](crate::FileWatch), in the order of the later one. Files
/// that no longer exist come last.
#[must_use]
pub fn changes<'a>(before: &'a [Observation], after: &'a [Observation]) -> Vec<(&'a Path, Change)> {
    let at = |all: &'a [Observation], path: &Path| all.iter().find(|one| one.path == path);
    let mut changes = Vec::new();
    for now in after {
        let change = match at(before, &now.path) {
            Some(then) => now.change_since(then),
            None => now.facts.map(|_| Change::Appeared),
        };
        changes.extend(change.map(|change| (now.path.as_path(), change)));
    }
    let gone = before.iter().filter(|then| then.facts.is_some() && at(after, &then.path).is_none());
    changes.extend(gone.map(|then| (then.path.as_path(), Change::Vanished)));
    changes
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Whole => f.write_str("whole"),
            Self::Torn(tear) => write!(f, "torn: {tear}"),
            Self::Changing => f.write_str("changing: somebody has it open for writing"),
            Self::WrongDigest { expected, found: Some(found) } => {
                write!(f, "another file: sha256 `{found}`, not `{expected}`")
            }
            Self::WrongDigest { expected, found: None } => {
                write!(f, "another file: its size is not that of sha256 `{expected}`")
            }
            Self::Unfit(verdict) => verdict.fmt(f),
            Self::Absent => f.write_str("absent"),
            Self::Unreadable(kind) => write!(f, "unreadable: {kind}"),
        }
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Appeared => "appeared",
            Self::Vanished => "vanished",
            Self::Replaced => "was replaced",
            Self::Written => "was written to",
        })
    }
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "a test needs any time")]
mod tests {
    use std::time::Duration;

    use super::*;

    fn seen(path: &str, facts: Option<Facts>) -> Observation {
        let condition = if facts.is_some() { Condition::Whole } else { Condition::Absent };
        Observation { path: path.into(), condition, facts, whole_size: None }
    }

    #[test]
    fn every_difference_has_its_name() {
        let then = Facts {
            size: 5,
            modified: SystemTime::UNIX_EPOCH,
            inode: 1,
            digest: None,
            stamps: None,
        };
        let later = SystemTime::UNIX_EPOCH + Duration::from_nanos(1);
        let (one, other) = (Some(Sha256::of(b"1")), Some(Sha256::of(b"2")));
        for (then, now, change) in [
            (None, None, None),
            (None, Some(then), Some(Change::Appeared)),
            (Some(then), None, Some(Change::Vanished)),
            (Some(then), Some(then), None),
            (Some(then), Some(Facts { inode: 2, ..then }), Some(Change::Replaced)),
            (Some(then), Some(Facts { size: 6, ..then }), Some(Change::Written)),
            (Some(then), Some(Facts { modified: later, ..then }), Some(Change::Written)),
            (Some(then), Some(Facts { digest: one, ..then }), None),
            (
                Some(Facts { digest: other, ..then }),
                Some(Facts { digest: one, ..then }),
                Some(Change::Written),
            ),
            (
                Some(Facts { stamps: other, ..then }),
                Some(Facts { stamps: one, ..then }),
                Some(Change::Written),
            ),
        ] {
            let (before, after) = ([seen("f", then)], [seen("f", now)]);
            let expected = change.map(|change| (Path::new("f"), change));
            assert_eq!(changes(&before, &after), Vec::from_iter(expected), "{then:?} {now:?}");
        }
    }

    #[test]
    fn what_a_pattern_matches_later_has_appeared_and_what_it_matches_no_more_has_vanished() {
        let facts =
            Facts { size: 5, modified: SystemTime::now(), inode: 1, digest: None, stamps: None };
        let none = [seen("lib*.so", None)];
        let some = [seen("liba.so", Some(facts)), seen("libb.so", Some(facts))];
        let all = |change| vec![(Path::new("liba.so"), change), (Path::new("libb.so"), change)];
        assert_eq!(changes(&none, &some), all(Change::Appeared));
        assert_eq!(changes(&some, &none), all(Change::Vanished));
    }
}
