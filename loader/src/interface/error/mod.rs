//! Why an import failed. It does not know how a message is shown: every text is a lowercase fragment on one line, and the way
//! out is apart from it.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use super::host::{CommandFailure, Holder};
use crate::digest::Sha256;
use crate::store::aside::Aside;
use crate::verdict::Verdict;

mod help;
mod texts;

/// An import that failed: which library, where from, why, and what was tried.
#[derive(Debug, Clone)]
pub struct ImportError(Arc<Report>);

#[derive(Debug)]
struct Report {
    library: String,
    place: String,
    cause: Cause,
    attempts: Vec<Attempt>,
}

/// One attempt that failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    /// Where from, without secrets.
    pub origin: String,
    /// What went wrong.
    pub cause: String,
    /// How long was waited before the next attempt, if there was one.
    pub delay: Option<Duration>,
}

/// What went wrong in the end.
#[derive(Debug, Clone)]
pub enum Cause {
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
    Unfit(Verdict),
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
    NoArchive(Verdict),
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
        verdict: Verdict,
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

/// Why a URL is not asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// Plain http to another machine without a pinned digest.
    Plain,
    /// A redirect from https to http.
    Downgrade,
    /// Neither http nor https, or no URL at all.
    Unsupported,
    /// Redirects without end.
    RedirectLoop,
    /// The proxy's URL is none, or of an unknown kind.
    Proxy {
        /// Where the URL comes from: `https_proxy`.
        origin: Option<String>,
    },
    /// A content in this encoding, which nobody asked for.
    Encoded(String),
}

/// The end of a wait, as a server wants it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Until {
    /// How long it was when the server said so.
    pub wait: Duration,
    /// By this machine's clock.
    pub time: SystemTime,
}

/// A proxy, as it may be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProxyName {
    /// Its URL without name and password: `http://proxy.example.org:3128`.
    pub address: String,
    /// Where that comes from: `https_proxy`.
    pub origin: Option<String>,
    /// Whether it is given a name and a password.
    pub has_credentials: bool,
}

/// How a proxy fails.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProxyProblem {
    /// There is no connection to it.
    Unreachable(String),
    /// The connection through it failed.
    Lost(String),
    /// It wants a name and a password, or others than it is given (407).
    Unauthorised,
    /// It answered the wish for a connection with this status.
    Status(u16),
}

impl From<u16> for ProxyProblem {
    fn from(status: u16) -> Self {
        if status == 407 { Self::Unauthorised } else { Self::Status(status) }
    }
}

/// What is wrong with a server's certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CertificateFlaw {
    /// Nobody who is trusted vouches for it: it is signed by another authority, or by itself.
    UnknownIssuer,
    /// It is that of an authority, which cannot stand for a server: most that sign themselves are such.
    Authority,
    /// It was good once.
    Expired {
        /// Until then.
        at: Option<SystemTime>,
    },
    /// It will be good.
    NotYetValid {
        /// From then on.
        from: Option<SystemTime>,
    },
    /// It is for other hosts.
    WrongName {
        /// For these, if they are known.
        names: Vec<String>,
    },
    /// Its authority has taken it back.
    Revoked,
    /// It is for something else than servers.
    WrongPurpose,
    /// There are no certificates of authorities on this machine.
    NoRoots,
    /// Something else, in words.
    Other(String),
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

/// Why a store cannot be used.
#[derive(Debug, Clone)]
pub enum StoreError {
    /// A file operation failed.
    Disk {
        /// What was done.
        action: &'static str,
        /// To what.
        path: PathBuf,
        /// What the system said.
        error: Arc<io::Error>,
    },
    /// The directory belongs to another user.
    Foreign {
        /// The directory.
        path: PathBuf,
    },
    /// A part of the store is a symbolic link or no directory.
    NoDirectory {
        /// That part.
        path: PathBuf,
    },
    /// The path is not absolute.
    Relative {
        /// The path.
        path: PathBuf,
    },
    /// Somebody prunes it.
    Pruning {
        /// The store.
        path: PathBuf,
        /// Who, if that is known.
        holder: Option<Holder>,
    },
    /// Its file system has no locks, so that nobody can tell what is in use.
    NoLocks {
        /// The store.
        path: PathBuf,
    },
}

impl ImportError {
    pub(crate) fn new(library: &str, place: String, cause: Cause, attempts: Vec<Attempt>) -> Self {
        Self(Arc::new(Report { library: library.to_owned(), place, cause, attempts }))
    }

    /// The library's name.
    #[must_use]
    pub fn library(&self) -> &str {
        &self.0.library
    }

    /// Where the library should have come from, or gone to: a URL without secrets, a path, or a command line.
    #[must_use]
    pub fn place(&self) -> &str {
        &self.0.place
    }

    /// What went wrong in the end.
    #[must_use]
    pub fn cause(&self) -> &Cause {
        &self.0.cause
    }

    /// Every attempt that failed, in order.
    #[must_use]
    pub fn attempts(&self) -> &[Attempt] {
        &self.0.attempts
    }

    /// The way out, as a sentence for the user; nothing where the cause says it all.
    #[must_use]
    pub fn help(&self) -> Option<String> {
        help::help(&self.0.cause)
    }
}

impl StoreError {
    /// The way out, as a sentence for the user; nothing where the message says it all.
    #[must_use]
    pub fn help(&self) -> Option<&'static str> {
        help::store_help(self)
    }

    /// A failed file operation.
    pub(crate) fn disk(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |error| Self::Disk { action, path, error: Arc::new(error) }
    }
}

impl Cause {
    /// A failed file operation.
    pub(crate) fn disk(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |error| Self::Disk { action, path, error: Arc::new(error) }
    }
}

impl fmt::Display for ImportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Report { library, place, cause, attempts } = &*self.0;
        write!(f, "import `{library}` from `{place}`: {cause}")?;
        if attempts.len() > 1 {
            write!(f, " (after {} attempts)", attempts.len())?;
        }
        Ok(())
    }
}

impl std::error::Error for ImportError {}

impl std::error::Error for StoreError {}
