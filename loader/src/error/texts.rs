//! What went wrong, in words: lowercase fragments on one line that fit after "failed to import".

use std::fmt;

use super::{Cause, Occupant, Refusal, StoreError};

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotFound => f.write_str("the server does not have it"),
            Self::Status(status) => write!(f, "the server answered with status {status}"),
            Self::Network(cause) => write!(f, "network failure: {cause}"),
            Self::Tls(cause) => write!(f, "no trusted connection: {cause}"),
            Self::Short { received, announced } => {
                write!(f, "the transfer ended at {received} of {announced} bytes")
            }
            Self::NoRest { reason } => {
                write!(f, "the rest was not taken for the rest of this file: {reason}")
            }
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
            Self::Disk { action, path, error } => {
                write!(f, "failed to {action} `{}`: {error}", path.display())
            }
            Self::Command(failure) => write!(f, "the command {}", failure.end),
            Self::NothingMatched { pattern } => write!(f, "nothing matches `{pattern}`"),
            Self::NoArchive(verdict) => write!(f, "no archive, but {verdict}"),
            Self::Archive { cause } => write!(f, "the archive cannot be unpacked: {cause}"),
            Self::Unreadable { cause } => write!(f, "the archive is not unpacked: {cause}"),
            Self::Member { member, cause } => write!(f, "no member `{member}`: {cause}"),
            Self::BadPattern { pattern, cause } => write!(f, "bad pattern `{pattern}`: {cause}"),
            Self::Incomplete { path, verdict } => write!(f, "`{}` is {verdict}", path.display()),
            Self::Relative { path } => write!(f, "`{}` is not absolute", path.display()),
            Self::Occupied { path, occupant } => match occupant {
                Occupant::File { found, expected } => write!(
                    f,
                    "`{}` holds another file: sha256 `{found}`, expected is `{expected}`",
                    path.display()
                ),
                Occupant::Former(url) => {
                    write!(f, "`{}` is another version, from `{url}`", path.display())
                }
                Occupant::NoFile => write!(f, "`{}` is no file", path.display()),
                Occupant::Folder => write!(f, "`{}` is another folder", path.display()),
                Occupant::NoFolder => write!(f, "`{}` is no folder", path.display()),
            },
            Self::NoFile { path, found } => {
                write!(f, "`{}` is {found}, and no file", path.display())
            }
            Self::Changing { path } => write!(f, "`{}` keeps changing", path.display()),
            Self::Cancelled => f.write_str("cancelled"),
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match self {
            Self::Plain => "plain http without a pinned digest is refused",
            Self::Downgrade => "a redirect from https to http is refused",
            Self::Unsupported => "only http and https URLs can be fetched",
            Self::RedirectLoop => "too many redirects",
            Self::Proxy => "the proxy's URL cannot be used",
            Self::Encoded(encoding) => {
                return write!(f, "the server sends it in the encoding `{encoding}`, unasked");
            }
        };
        f.write_str(text)
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Disk { action, path, error } => {
                write!(f, "{action} `{}`: {error}", path.display())
            }
            Self::Foreign { path } => {
                write!(f, "use `{}` as store: it belongs to another user", path.display())
            }
            Self::NoDirectory { path } => {
                write!(f, "use `{}` as store: it is no directory", path.display())
            }
            Self::Pruning { path, holder: Some(holder) } => {
                write!(f, "prune `{}`: {holder} prunes it", path.display())
            }
            Self::Pruning { path, holder: None } => {
                write!(f, "prune `{}`: another process prunes it", path.display())
            }
            Self::NoLocks { path } => {
                let path = path.display();
                write!(f, "prune `{path}`: without locks nobody can tell what is in use")
            }
            Self::Relative { path } => {
                write!(f, "use `{}` as store: it is not absolute", path.display())
            }
        }
    }
}
