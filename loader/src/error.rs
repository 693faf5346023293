//! Why an import failed. It does not know how a message is shown: every text is a lowercase fragment on one line, and the way
//! out is apart from it.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use crate::digest::Sha256;
use crate::host::{CommandFailure, Holder};
use crate::verdict::{Found, Verdict};

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
    /// The server's certificate, or the encryption, is not acceptable.
    Tls(String),
    /// The server ended early.
    Short {
        /// Bytes that came.
        received: u64,
        /// Bytes that were announced.
        announced: u64,
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
}

/// What occupies a library's place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Occupant {
    /// A whole file with another digest.
    File(Sha256),
    /// A folder, a device or the like.
    NoFile,
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
}

impl ImportError {
    pub(crate) fn new(library: &str, place: String, cause: Cause, attempts: Vec<Attempt>) -> Self {
        Self(Arc::new(Report {
            library: library.to_owned(),
            place,
            cause,
            attempts,
        }))
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
        self.0.cause.help()
    }
}

impl Cause {
    /// A failed file operation.
    pub(crate) fn disk(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |error| Self::Disk {
            action,
            path,
            error: Arc::new(error),
        }
    }

    fn help(&self) -> Option<String> {
        let help = match self {
            Self::NotFound => "check the URL and the version in it",
            Self::Status(401 | 403 | 407) => {
                "the server wants credentials, or refuses this machine"
            }
            Self::Tls(_) => {
                "check the machine's clock, and that its certificate store has your organisation's authority"
            }
            Self::Network(_) | Self::Status(_) | Self::Short { .. } => {
                "check the connection, or give the library `mirrors`"
            }
            Self::DigestMismatch { .. } => {
                "if the publisher replaced the file on purpose, pin the new digest; if not, do not trust it"
            }
            Self::TooLarge { .. } => "raise the size limit if the file is meant to be that large",
            Self::Unfit(Verdict::NotALibrary(Found::Html)) => {
                "open the URL in a browser: it may want a login, or a proxy may answer in its place"
            }
            Self::Unfit(Verdict::NotALibrary(Found::LfsPointer)) => {
                "use the URL of the file itself, not of its Git LFS pointer"
            }
            Self::Unfit(Verdict::NotALibrary(Found::Archive(_))) => {
                "name the file in the archive by `member`"
            }
            Self::Unfit(Verdict::NotALibrary(Found::Script)) => {
                "a script is no native library: say `kind = \"executable\"`"
            }
            Self::Unfit(Verdict::NotALibrary(_)) => {
                "if it is not meant to be native code, say `kind = \"data\"`"
            }
            Self::Unfit(Verdict::WrongMachine { .. }) => {
                "use the URL of the file for this platform"
            }
            Self::Unfit(Verdict::Torn(_)) => "the publisher's file is incomplete; try a mirror",
            Self::Refused(Refusal::Plain) => "use https, or pin the digest by `sha256`",
            Self::Refused(Refusal::Downgrade) => "use a URL that stays with https",
            Self::Refused(Refusal::Unsupported) => "use an https URL, or a local path",
            Self::Offline => "import it once with the network",
            Self::LockTimeout { .. } => "end that process if it is stuck, or allow a longer wait",
            Self::Disk { error, .. } => match error.kind() {
                io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
                    "free space there, or move the store"
                }
                io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
                    "make it writable, or move the store"
                }
                _ => return None,
            },
            Self::Command(failure) => {
                return (!failure.output.is_empty()).then(|| failure.output.clone());
            }
            Self::NothingMatched { .. } => {
                "correct the pattern, or the command that should create the file"
            }
            Self::Occupied {
                occupant: Occupant::File(_),
                ..
            } => "replace it on purpose, or correct the pinned digest",
            Self::Occupied { .. } => "move it away, or choose another place",
            _ => return None,
        };
        Some(help.to_owned())
    }
}

impl fmt::Display for ImportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Report {
            library,
            place,
            cause,
            attempts,
        } = &*self.0;
        write!(f, "import `{library}` from `{place}`: {cause}")?;
        if attempts.len() > 1 {
            write!(f, " (after {} attempts)", attempts.len())?;
        }
        Ok(())
    }
}

impl std::error::Error for ImportError {}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotFound => f.write_str("the server does not have it"),
            Self::Status(status) => write!(f, "the server answered with status {status}"),
            Self::Network(cause) => write!(f, "network failure: {cause}"),
            Self::Tls(cause) => write!(f, "no trusted connection: {cause}"),
            Self::Short {
                received,
                announced,
            } => write!(f, "the transfer ended at {received} of {announced} bytes"),
            Self::DigestMismatch { expected, found } => {
                write!(f, "wrong content: sha256 `{found}`, pinned is `{expected}`")
            }
            Self::TooLarge { limit } => write!(f, "larger than the limit of {limit} bytes"),
            Self::Unfit(verdict) => verdict.fmt(f),
            Self::Empty => f.write_str("empty"),
            Self::Refused(refusal) => refusal.fmt(f),
            Self::Offline => f.write_str("not in the store, and the network is not to be used"),
            Self::LockTimeout { holder, waited } => {
                let seconds = waited.as_secs_f64();
                match holder {
                    Some(holder) => write!(f, "waited {seconds:.1} s for {holder}"),
                    None => write!(f, "waited {seconds:.1} s for another process"),
                }
            }
            Self::Reentered => f.write_str("this thread is importing it already"),
            Self::Disk {
                action,
                path,
                error,
            } => write!(f, "failed to {action} `{}`: {error}", path.display()),
            Self::Command(failure) => write!(f, "the command {}", failure.end),
            Self::NothingMatched { pattern } => write!(f, "nothing matches `{pattern}`"),
            Self::Member { member, cause } => write!(f, "no member `{member}`: {cause}"),
            Self::BadPattern { pattern, cause } => write!(f, "bad pattern `{pattern}`: {cause}"),
            Self::Incomplete { path, verdict } => write!(f, "`{}` is {verdict}", path.display()),
            Self::Relative { path } => write!(f, "`{}` is not absolute", path.display()),
            Self::Occupied { path, occupant } => match occupant {
                Occupant::File(digest) => {
                    write!(
                        f,
                        "`{}` holds another file, sha256 `{digest}`",
                        path.display()
                    )
                }
                Occupant::NoFile => write!(f, "`{}` is no file", path.display()),
            },
            Self::Changing { path } => write!(f, "`{}` keeps changing", path.display()),
            Self::Cancelled => f.write_str("cancelled"),
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Plain => "plain http without a pinned digest is refused",
            Self::Downgrade => "a redirect from https to http is refused",
            Self::Unsupported => "only http and https URLs can be fetched",
            Self::RedirectLoop => "too many redirects",
        })
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Disk {
                action,
                path,
                error,
            } => write!(f, "{action} `{}`: {error}", path.display()),
            Self::Foreign { path } => {
                write!(
                    f,
                    "use `{}` as store: it belongs to another user",
                    path.display()
                )
            }
            Self::NoDirectory { path } => {
                write!(f, "use `{}` as store: it is no directory", path.display())
            }
            Self::Relative { path } => {
                write!(f, "use `{}` as store: it is not absolute", path.display())
            }
        }
    }
}

impl std::error::Error for StoreError {}
