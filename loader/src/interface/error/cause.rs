//! What went wrong in the end, in plain values. It does not know who noticed it.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use super::network::{CertificateFlaw, ProxyName, ProxyProblem, Refusal, Until};
use crate::digest::Sha256;
use crate::interface::aside::Aside;
use crate::interface::command::CommandFailure;
use crate::interface::holder::Holder;
use crate::verdict::FileVerdict;
use crate::verdict::fitness::Unfit;

/// What went wrong in the end.
#[derive(Debug, Clone)]
pub enum ImportCause {
    /// The server does not have it (404 or 410).
    NotFound,
    /// Any other status that is no success.
    Status(u16),
    /// The connection failed, or was lost, or was too slow.
    Network(String),
    /// The server limits how much may be asked for, and that is used up.
    Limited {
        /// The status that it answered with, 403 or 429.
        status: u16,
        /// Until when, if it says so.
        until: Option<Until>,
        /// Whether it is GitHub, which allows more to who has a token, and got none.
        wants_token: bool,
    },
    /// The server wants to be left alone for a while.
    Paused {
        /// The status that it answered with.
        status: u16,
        /// For how long.
        until: Until,
    },
    /// The proxy on the way to the server failed.
    Proxy {
        /// Which.
        proxy: ProxyName,
        /// How.
        problem: ProxyProblem,
    },
    /// The encryption is not acceptable, or there is none.
    Tls(String),
    /// The server's certificate is not acceptable.
    Certificate {
        /// Why not.
        flaw: CertificateFlaw,
        /// The files and directories of certificates that are trusted in place of the system's.
        trusted: Vec<PathBuf>,
    },
    /// The server ended early.
    Short {
        /// Bytes that came.
        received: u64,
        /// Bytes that were announced.
        announced: u64,
    },
    /// What was sent as the rest of a file does not belong to what came before.
    NoRest {
        /// Why not.
        reason: &'static str,
    },
    /// The bytes are not those that were pinned.
    DigestMismatch {
        /// What was pinned.
        expected: Sha256,
        /// What came.
        found: Sha256,
    },
    /// More bytes than allowed.
    TooLarge {
        /// What is allowed.
        limit: u64,
    },
    /// Something other than a whole library for this machine.
    Unfit(FileVerdict),
    /// Data of no bytes.
    Empty,
    /// A URL that is not to be asked.
    Refused(Refusal),
    /// Not in the store, and there is to be no network.
    Offline,
    /// Another one has held the lock for too long.
    LockTimeout {
        /// Who, if that is known.
        holder: Option<Holder>,
        /// How long was waited.
        waited: Duration,
    },
    /// This very thread is importing the same library already.
    Reentered,
    /// A file operation failed.
    Disk {
        /// What was done: `create`, `read` and so on.
        action: &'static str,
        /// To what.
        path: PathBuf,
        /// What the system said.
        error: Arc<io::Error>,
    },
    /// The library's command failed.
    Command(CommandFailure),
    /// A pattern of `paths` or `inputs` matches nothing.
    NothingMatched {
        /// The pattern.
        pattern: String,
    },
    /// The command has not made again what was put aside before it ran: it may trust a note of its own that this is done.
    NotMadeAgain {
        /// What was put aside.
        aside: Aside,
        /// What may be such notes: files, or the folder.
        signs: Vec<PathBuf>,
    },
    /// An archive is wanted, and this is none.
    NoArchive(FileVerdict),
    /// The archive is damaged.
    Archive {
        /// What is wrong.
        cause: String,
    },
    /// The archive, or what is wanted of it, is of a kind that is not read, or does what no honest one does.
    Unreadable {
        /// What is in the way.
        cause: String,
    },
    /// The archive cannot give the file that is wanted.
    Member {
        /// What is wanted.
        member: String,
        /// Why not.
        cause: String,
    },
    /// A pattern is none.
    BadPattern {
        /// The pattern.
        pattern: String,
        /// What is wrong with it.
        cause: String,
    },
    /// What a command left at a path is not whole.
    Incomplete {
        /// The path.
        path: PathBuf,
        /// What it is instead.
        verdict: FileVerdict,
    },
    /// A path that is not absolute.
    Relative {
        /// The path.
        path: PathBuf,
    },
    /// The place holds something that is not this library, and that probe did not put there.
    Occupied {
        /// The place.
        path: PathBuf,
        /// What it is.
        occupant: Occupant,
    },
    /// A device, a pipe or the like, where a file is to be copied from.
    NoFile {
        /// The path.
        path: PathBuf,
        /// What it is: `a device`.
        found: &'static str,
    },
    /// A file kept changing while it was copied.
    Changing {
        /// The file.
        path: PathBuf,
    },
    /// The caller gave up.
    Cancelled,
}

/// What occupies a library's place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Occupant {
    /// A whole file with another digest.
    File {
        /// What it holds.
        found: Sha256,
        /// The library's.
        expected: Sha256,
    },
    /// The same, which is known: this URL gave it, for another version of the library.
    Former(String),
    /// A folder, a device or the like, where a file belongs.
    NoFile,
    /// A folder with another content.
    Folder,
    /// A file or the like, where a folder belongs.
    NoFolder,
}

impl ImportCause {
    /// A failed file operation.
    pub(crate) fn disk(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |error| Self::Disk { action, path, error: Arc::new(error) }
    }
}

impl From<Unfit> for ImportCause {
    fn from(unfit: Unfit) -> Self {
        match unfit {
            Unfit::Empty => Self::Empty,
            Unfit::Is(verdict) => Self::Unfit(verdict),
        }
    }
}
