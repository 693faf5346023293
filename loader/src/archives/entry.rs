//! What an archive says about one entry. It does not know whether that is true.

use std::io::Read;

use super::failure::ArchiveFailure;
use crate::files::Permission;

/// One entry of an archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    /// Its path in the archive, unchanged.
    pub(crate) path: String,
    pub(crate) kind: EntryKind,
    /// The claimed size of its content in bytes, if the archive has it.
    pub(crate) size: Option<u64>,
}

/// The type of an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum EntryKind {
    File(Permission),
    Folder,
    /// A symbolic link with a relative target.
    Link(String),
    /// Another name for an earlier entry.
    Same(String),
    /// A device, a pipe, or an unknown type.
    Special,
    /// An entry whose content cannot be read, with the reason: a fragment that begins with `it`.
    Unreadable(String),
}

/// Called for every entry; may read its content.
pub(crate) type Visitor<'a> = dyn FnMut(&Entry, &mut dyn Read) -> Result<(), ArchiveFailure> + 'a;
