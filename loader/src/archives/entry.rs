//! What an archive says of one thing in it. It does not know whether that is true.

use std::io::Read;

use super::failure::ArchiveFailure;
use crate::files::Permission;

/// One thing in an archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    /// Its path, as the archive has it.
    pub(crate) path: String,
    pub(crate) kind: EntryKind,
    /// How large its content is to be, in bytes, if the archive says so.
    pub(crate) size: Option<u64>,
}

/// What it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum EntryKind {
    File(Permission),
    Folder,
    /// A symbolic link, to a path beside it.
    Link(String),
    /// Another name for an earlier entry.
    Same(String),
    /// A device, a pipe, or what nobody knows.
    Special,
    /// Something whose content cannot be had, and why: a fragment that begins with `it`.
    Unreadable(String),
}

/// Is shown every entry, and may read its content.
pub(crate) type Visitor<'a> = dyn FnMut(&Entry, &mut dyn Read) -> Result<(), ArchiveFailure> + 'a;
