//! Why an import failed, as plain values. It does not know which code noticed it.

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

/// Why an import failed.
#[derive(Debug, Clone)]
pub enum ImportCause {
    /// The server does not have the file (404 or 410).
    NotFound,
    /// The server answered with any other error status.
    Status(u16),
    /// The connection failed, was lost, or was too slow.
    Network(String),
    /// The server's rate limit is used up.
    Limited {
        /// The status of the answer, 403 or 429.
        status: u16,
        /// When the limit ends, if the server says so.
        until: Option<Until>,
        /// Whether the server is GitHub and got no token: with a token it allows more requests.
        wants_token: bool,
    },
    /// The server asks for a pause.
    Paused {
        /// The status of the answer.
        status: u16,
        /// The end of the pause.
        until: Until,
    },
    /// The proxy on the way to the server failed.
    Proxy {
        /// The proxy.
        proxy: ProxyName,
        /// How it failed.
        problem: ProxyProblem,
    },
    /// The encryption is not acceptable, or there is none.
    Tls(String),
    /// The server's certificate is not acceptable.
    Certificate {
        /// What is wrong with it.
        flaw: CertificateFlaw,
        /// The certificate files and directories that are trusted instead of the system's.
        trusted: Vec<PathBuf>,
    },
    /// The server ended the answer early.
    Short {
        /// The number of bytes received.
        received: u64,
        /// The number of bytes announced.
        announced: u64,
    },
    /// The server sent a rest that does not continue the file that came before.
    NoRest {
        /// Why not.
        reason: &'static str,
    },
    /// The bytes do not match the pin.
    DigestMismatch {
        /// The pinned digest.
        expected: Sha256,
        /// The digest of the bytes received.
        found: Sha256,
    },
    /// The file is larger than the limit.
    TooLarge {
        /// The limit in bytes.
        limit: u64,
    },
    /// The file is not a complete library for this machine.
    Unfit(FileVerdict),
    /// The file is empty.
    Empty,
    /// probe does not request this URL.
    Refused(Refusal),
    /// The library is not in the store, and the network is off.
    Offline,
    /// Another process or thread has held the lock for too long.
    LockTimeout {
        /// The holder, if known.
        holder: Option<Holder>,
        /// How long this import waited.
        waited: Duration,
    },
    /// The same thread is already importing this library.
    Reentered,
    /// A file operation failed.
    Disk {
        /// The operation: `create`, `read` and so on.
        action: &'static str,
        /// The path.
        path: PathBuf,
        /// The system's error.
        error: Arc<io::Error>,
    },
    /// The library's command failed.
    Command(CommandFailure),
    /// A pattern of `paths` or `inputs` matches nothing.
    NothingMatched {
        /// The pattern.
        pattern: String,
    },
    /// The command did not make again what was moved aside before it ran. It may have a marker of
    /// its own that says it is done.
    NotMadeAgain {
        /// What was moved aside.
        aside: Aside,
        /// What may be such markers: files, or the folder.
        signs: Vec<PathBuf>,
    },
    /// The file should be an archive, but is not.
    NoArchive(FileVerdict),
    /// The archive is damaged.
    Archive {
        /// What is wrong.
        cause: String,
    },
    /// probe does not read this kind of archive or member, or the archive does something that no
    /// honest archive does.
    Unreadable {
        /// What is wrong.
        cause: String,
    },
    /// The archive cannot provide the requested file.
    Member {
        /// The requested member.
        member: String,
        /// Why not.
        cause: String,
    },
    /// A pattern is invalid.
    BadPattern {
        /// The pattern.
        pattern: String,
        /// What is wrong with it.
        cause: String,
    },
    /// A command left something incomplete at a path.
    Incomplete {
        /// The path.
        path: PathBuf,
        /// What it is instead.
        verdict: FileVerdict,
    },
    /// A path is not absolute.
    Relative {
        /// The path.
        path: PathBuf,
    },
    /// The place holds something that is not this library, and that probe did not put there.
    Occupied {
        /// The place.
        path: PathBuf,
        /// What is there.
        occupant: Occupant,
    },
    /// The source of a copy is a device, a pipe or something similar.
    NoFile {
        /// The path.
        path: PathBuf,
        /// What it is, for example `a device`.
        found: &'static str,
    },
    /// A file kept changing during the copy.
    Changing {
        /// The file.
        path: PathBuf,
    },
    /// The caller cancelled the import.
    Cancelled,
}

/// What occupies a library's place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Occupant {
    /// A complete file with another digest.
    File {
        /// The digest of the file.
        found: Sha256,
        /// The digest of the library.
        expected: Sha256,
    },
    /// A complete file with another digest that is known: this URL gave it, for another version of
    /// the library.
    Former(String),
    /// A folder, a device or something similar, instead of a file.
    NoFile,
    /// A folder with other content.
    Folder,
    /// A file or something similar, instead of a folder.
    NoFolder,
}

impl ImportCause {
    /// Makes the error of a failed file operation.
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
