//! Why something cannot be taken from an archive. It does not know its purpose.

use std::io;
use std::path::{Path, PathBuf};

use crate::verdict::FileVerdict;

/// Why something cannot be taken from an archive.
#[derive(Debug)]
pub(crate) enum ArchiveFailure {
    /// It is not an archive, but this.
    NoArchive(FileVerdict),
    /// It is damaged.
    Damaged {
        /// What is wrong.
        cause: String,
    },
    /// probe does not read this kind of archive or entry, or the archive does something that no
    /// honest archive does.
    Unreadable {
        /// What is wrong.
        cause: String,
    },
    /// It cannot provide the requested member.
    Member {
        /// The requested member.
        member: String,
        /// Why not.
        cause: String,
    },
    /// It unpacks to more bytes than the limit.
    TooLarge {
        /// The limit in bytes.
        limit: u64,
    },
    /// The content cannot be written.
    Disk {
        /// The operation.
        action: &'static str,
        /// The path.
        path: PathBuf,
        /// The system's error.
        error: io::Error,
    },
}

impl ArchiveFailure {
    /// Makes the failure of a file operation.
    pub(crate) fn disk(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |error| Self::Disk { action, path, error }
    }
}
