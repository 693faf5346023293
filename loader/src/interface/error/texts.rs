//! The texts of errors: lowercase fragments on one line that fit after "failed to import".

use std::fmt;

use super::cause::{ImportCause, Occupant};
use super::network::{CertificateFlaw, ProxyName, ProxyProblem, Refusal, Until};
use super::store::StoreError;
use crate::interface::secrets::without_secrets;

impl fmt::Display for ImportCause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotFound => f.write_str("the server does not have it"),
            Self::Status(status) => write!(f, "the server answered with status {status}"),
            // The network library's text may quote the target of a redirect.
            Self::Network(cause) => write!(f, "network failure: {}", without_secrets(cause)),
            Self::Limited { status, until: Some(until), .. } => {
                write!(f, "a rate limit of the server (status {status}): nothing more {until}")
            }
            Self::Limited { status, until: None, .. } => {
                write!(f, "a rate limit of the server (status {status}), which says no end of it")
            }
            Self::Paused { status, until } => {
                write!(f, "the server answered with status {status}: nothing {until}")
            }
            Self::Proxy { proxy, problem } => write!(f, "the proxy {proxy} {problem}"),
            Self::Tls(cause) => write!(f, "no trusted connection: {cause}"),
            Self::Certificate { flaw, .. } => write!(f, "no trusted connection: {flaw}"),
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
            Self::Reentered => f.write_str("this thread is preparing it already"),
            Self::Disk { action, path, error } => {
                write!(f, "failed to {action} `{}`: {error}", path.display())
            }
            Self::Command(failure) => write!(f, "the command {}", failure.end),
            Self::NothingMatched { pattern } => write!(f, "nothing matches `{pattern}`"),
            Self::NotMadeAgain { aside, .. } => {
                write!(
                    f,
                    "{aside}; probe has moved it aside, and the command has not made it again"
                )
            }
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
            Self::Proxy { origin: Some(origin) } => {
                return write!(f, "the proxy's URL in `{origin}` cannot be used");
            }
            Self::Proxy { origin: None } => "the proxy's URL cannot be used",
            Self::Encoded(encoding) => {
                return write!(f, "the server sends it in the encoding `{encoding}`, unasked");
            }
        };
        f.write_str(text)
    }
}

impl fmt::Display for Until {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.wait.as_secs();
        match seconds {
            0..120 => write!(f, "for {} s", seconds.max(1))?,
            120..7200 => write!(f, "for {} min", seconds.div_ceil(60))?,
            7200..172_800 => write!(f, "for {} h", seconds.div_ceil(3600))?,
            _ => write!(f, "for {} days", seconds.div_ceil(86_400))?,
        }
        write!(f, ", until {}", httpdate::fmt_http_date(self.time))
    }
}

impl fmt::Display for ProxyName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`", self.address)?;
        match &self.origin {
            Some(origin) => write!(f, " (from `{origin}`)"),
            None => Ok(()),
        }
    }
}

impl fmt::Display for ProxyProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreachable(cause) => write!(f, "cannot be reached: {cause}"),
            Self::Lost(cause) => write!(f, "lost the connection: {cause}"),
            Self::Unauthorised => {
                f.write_str("refuses: it wants a name and a password (status 407)")
            }
            Self::Status(status) => write!(f, "does not connect: status {status}"),
        }
    }
}

impl fmt::Display for CertificateFlaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let date = |time| httpdate::fmt_http_date(time);
        f.write_str(match self {
            Self::UnknownIssuer => "nobody who is trusted here vouches for the server's certificate",
            Self::Authority => {
                "the server's certificate is self-signed, or that of an authority, which cannot stand for a \
                 server"
            }
            Self::Expired { at: Some(at) } => {
                return write!(f, "the server's certificate expired on {}", date(*at));
            }
            Self::Expired { at: None } => "the server's certificate has expired",
            Self::NotYetValid { from: Some(from) } => {
                return write!(f, "the server's certificate is not valid before {}", date(*from));
            }
            Self::NotYetValid { from: None } => "the server's certificate is not valid yet",
            Self::WrongName { names } if names.is_empty() => {
                "the server's certificate is for another host"
            }
            Self::WrongName { names } => {
                let names = names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>();
                return write!(f, "the server's certificate is for {} alone", names.join(", "));
            }
            Self::Revoked => "the server's certificate was revoked",
            Self::WrongPurpose => "the server's certificate is not one for servers",
            Self::NoRoots => "this machine has no certificates of authorities",
            Self::Other(text) => return write!(f, "the server's certificate is not accepted: {text}"),
        })
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
