//! Why something cannot be taken from an archive. It does not know what anybody wanted it for.

use std::io;
use std::path::{Path, PathBuf};

use crate::verdict::FileVerdict;

/// Why something cannot be taken from an archive.
#[derive(Debug)]
pub(crate) enum ArchiveFailure {
    /// It is none, but this.
    NoArchive(FileVerdict),
    /// It is damaged.
    Damaged {
        /// What is wrong.
        cause: String,
    },
    /// It, or what is wanted of it, is of a kind that is not read, or does what no honest one does.
    Unreadable {
        /// What is in the way.
        cause: String,
    },
    /// It cannot give what is wanted.
    Member {
        /// What is wanted.
        member: String,
        /// Why not.
        cause: String,
    },
    /// It unpacks to more bytes than allowed.
    TooLarge {
        /// What is allowed.
        limit: u64,
    },
    /// What is taken cannot be written.
    Disk {
        /// What was done.
        action: &'static str,
        /// To what.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
    },
}

impl ArchiveFailure {
    /// A failed file operation.
    pub(crate) fn disk(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |error| Self::Disk { action, path, error }
    }
}
