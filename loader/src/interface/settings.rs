//! Everything that a loader is told once. It does not know where the values come from: the caller reads the environment.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use crate::machine::Machine;

/// How a [`Loader`](crate::Loader) behaves.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The store's directory; created when it is missing, with access for its owner alone.
    pub store: PathBuf,
    /// Stores of other users, or read-only ones: looked at in this order before anything is fetched. What is in them is hashed
    /// before it is first used; nothing is written to them, and no lock is taken there. Whoever can write to one can say what a
    /// URL without a digest gives.
    pub lower: Vec<PathBuf>,
    /// How long to wait for another process or thread that prepares the same library.
    pub lock_timeout: Duration,
    /// How long to wait before saying so.
    pub announce_after: Duration,
    /// When to try again, and when to give up.
    pub retry: RetryPolicy,
    /// Where all jitter comes from. Processes that start together should not share it.
    pub seed: u64,
    /// No network: what is not in the store already is an error.
    pub offline: bool,
    /// A download is fetched although it is in the store: what its server sends now is what counts.
    pub refetch: bool,
    /// A file that is found at a library's place, and that contradicts its digest, is replaced instead of refused.
    pub replace: bool,
    /// What is read of a library that is there before it is trusted.
    pub verify: Verify,
    /// A whole file that is found at the place of a library without a digest is taken for the library, if the place is named by
    /// the URL ([`ImportSpec::named_by_url`](crate::ImportSpec::named_by_url)).
    pub adopt_unpinned: bool,
    /// The greatest download, in bytes.
    pub max_size: u64,
    /// Limits on single network operations.
    pub network: NetworkLimits,
    /// The way through proxies; by default there are none.
    pub proxies: Proxies,
    /// Addresses that are asked for elsewhere first, in this order.
    pub rewrites: Vec<Rewrite>,
    /// Names and passwords for hosts, from a netrc file for example. A URL's own count more.
    pub credentials: Vec<Credential>,
    /// Files of certificates (PEM), and directories of such files, that are trusted in place of the system's; none: the system's.
    pub certificates: Vec<PathBuf>,
    /// What libraries must be made for.
    pub machine: Machine,
    /// What others are told about a process that holds a lock, such as `probe run`.
    pub command: String,
    /// The directory of the project that libraries are imported for: written down with the use of each, for people.
    pub project: Option<PathBuf>,
}

/// What is read of a file before it is trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Verify {
    /// Its head, while its size, its time of writing and its inode are those of the file that was hashed once.
    #[default]
    Stamps,
    /// All of it, every time: for disks that are not trusted.
    Always,
}

/// Limits on single network operations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NetworkLimits {
    /// To look up the host, connect, and agree on encryption.
    pub connect: Duration,
    /// From the request to the end of the response's head.
    pub response: Duration,
    /// Without a single byte of the body.
    pub stall: Duration,
}

/// Which proxy is asked for which URL.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Proxies {
    /// The proxy for http.
    pub http: Option<ProxyAddress>,
    /// The proxy for https.
    pub https: Option<ProxyAddress>,
    /// Hosts that are asked directly, as `NO_PROXY` lists them: `*`, a host, or a domain with all below it, perhaps with a port.
    pub bypass: Vec<String>,
}

/// A proxy.
#[derive(Clone, PartialEq, Eq)]
pub struct ProxyAddress {
    /// Its URL, perhaps with a name and a password in it.
    pub url: String,
    /// Where that comes from, for messages: `https_proxy`.
    pub origin: Option<String>,
}

impl From<String> for ProxyAddress {
    fn from(url: String) -> Self {
        Self { url, origin: None }
    }
}

/// A mirror of everything below an address. What a library is called, pinned by and placed as stays as it is: only the
/// bytes come from there, and where they do not, from the address itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rewrite {
    /// How the addresses begin that the mirror has: `https://github.com/`.
    pub from: String,
    /// What stands there instead.
    pub to: String,
}

impl Rewrite {
    /// `url` at the mirror; `None` if the mirror does not have it.
    #[must_use]
    pub fn apply(&self, url: &str) -> Option<String> {
        Some(format!("{}{}", self.to, url.strip_prefix(&self.from)?))
    }
}

/// Who one is to a host.
#[derive(Clone, PartialEq, Eq)]
pub struct Credential {
    /// The host, whole.
    pub host: String,
    /// The user's name there.
    pub user: String,
    /// The password; shown nowhere.
    pub password: String,
}

/// When to try again: exponential back-off with full jitter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RetryPolicy {
    /// How often to try in all; at least once.
    pub attempts: u32,
    /// The upper end of the first delay; it doubles from one delay to the next.
    pub base: Duration,
    /// No delay is longer.
    pub cap: Duration,
    /// No attempt begins later than this after the first.
    pub deadline: Duration,
}

impl Settings {
    /// Defaults for a store at `store`.
    pub fn new(store: impl Into<PathBuf>) -> Self {
        Self {
            store: store.into(),
            lower: Vec::new(),
            lock_timeout: Duration::from_secs(300),
            announce_after: Duration::from_secs(1),
            retry: RetryPolicy::default(),
            seed: 0,
            offline: false,
            rewrites: Vec::new(),
            refetch: false,
            replace: false,
            verify: Verify::Stamps,
            adopt_unpinned: true,
            max_size: 4 << 30,
            network: NetworkLimits::default(),
            proxies: Proxies::default(),
            credentials: Vec::new(),
            certificates: Vec::new(),
            machine: Machine::host(),
            command: String::new(),
            project: None,
        }
    }
}

impl fmt::Debug for ProxyAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProxyAddress").field("origin", &self.origin).finish_non_exhaustive()
    }
}

impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credential")
            .field("host", &self.host)
            .field("user", &self.user)
            .finish_non_exhaustive()
    }
}

impl Default for RetryPolicy {
    /// Five attempts within two minutes: long enough for a server's restart, short enough for a person to wait for.
    fn default() -> Self {
        Self {
            attempts: 5,
            base: Duration::from_millis(500),
            cap: Duration::from_secs(10),
            deadline: Duration::from_secs(120),
        }
    }
}

impl Default for NetworkLimits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(30),
            response: Duration::from_secs(60),
            stall: Duration::from_secs(30),
        }
    }
}
