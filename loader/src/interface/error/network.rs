//! What can go wrong on the way to a server. It does not know requests.

use std::time::{Duration, SystemTime};

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
