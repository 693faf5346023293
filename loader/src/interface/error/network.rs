//! What can go wrong on the way to a server. It does not know requests.

use std::time::{Duration, SystemTime};

/// Why probe does not request a URL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// Plain http to another machine without a pinned digest.
    Plain,
    /// A redirect from https to http.
    Downgrade,
    /// Neither http nor https, or not a URL.
    Unsupported,
    /// A redirect loop.
    RedirectLoop,
    /// The proxy's URL is invalid or of an unknown kind.
    Proxy {
        /// The origin of the URL: `https_proxy`.
        origin: Option<String>,
    },
    /// A content in this encoding, which probe did not ask for.
    Encoded(String),
}

/// The end of a wait that a server asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Until {
    /// The length of the wait when the server asked for it.
    pub wait: Duration,
    /// The end by this machine's clock.
    pub time: SystemTime,
}

/// A proxy, without secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProxyName {
    /// Its URL without user name and password: `http://proxy.example.org:3128`.
    pub address: String,
    /// The origin of the URL: `https_proxy`.
    pub origin: Option<String>,
    /// Whether probe sends it a user name and a password.
    pub has_credentials: bool,
}

/// How a proxy fails.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProxyProblem {
    /// probe cannot connect to it.
    Unreachable(String),
    /// The connection through it failed.
    Lost(String),
    /// It requires a user name and a password, or does not accept those that it got (407).
    Unauthorised,
    /// It answered the CONNECT request with this status.
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
    /// No trusted authority signed it: another authority did, or it is self-signed.
    UnknownIssuer,
    /// It is the certificate of an authority, which cannot stand for a server. Most self-signed
    /// ones are of this kind.
    Authority,
    /// It has expired.
    Expired {
        /// When it expired.
        at: Option<SystemTime>,
    },
    /// It is not valid yet.
    NotYetValid {
        /// When it becomes valid.
        from: Option<SystemTime>,
    },
    /// It is for other hosts.
    WrongName {
        /// Those hosts, if known.
        names: Vec<String>,
    },
    /// Its authority has revoked it.
    Revoked,
    /// It is not for servers.
    WrongPurpose,
    /// This machine has no certificates of authorities.
    NoRoots,
    /// Any other flaw, in words.
    Other(String),
}
