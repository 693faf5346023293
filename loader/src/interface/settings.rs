//! The settings of a loader. It does not know where the values come from: the caller reads the environment.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use crate::machine::Machine;

/// How a [`Loader`](crate::Loader) behaves.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The store's directory. If it is missing, the loader creates it with access for its owner only.
    pub store: PathBuf,
    /// Stores of other users, or read-only ones. The loader looks there, in this order, before it fetches anything. It hashes
    /// their content before its first use, writes nothing there and takes no lock there. Anyone who can write to such a store
    /// decides what a URL without a digest gives.
    pub lower: Vec<PathBuf>,
    /// How long to wait for another process or thread that prepares the same library.
    pub lock_timeout: Duration,
    /// How long to wait before reporting the wait.
    pub announce_after: Duration,
    /// When to try again, and when to give up.
    pub retry: RetryPolicy,
    /// The seed of all jitter. Processes that start together should have different seeds.
    pub seed: u64,
    /// Use no network: a library that is not in the store is an error.
    pub offline: bool,
    /// Fetch a download again even if it is in the store: what its server sends now counts.
    pub refetch: bool,
    /// Replace a file at a library's place that contradicts its digest, instead of refusing.
    pub replace: bool,
    /// How much of an existing library to read before trusting it.
    pub verify: Verify,
    /// Take a complete file at the place of a library without a digest for that library, if the URL names the place
    /// ([`ImportSpec::named_by_url`](crate::ImportSpec::named_by_url)).
    pub adopt_unpinned: bool,
    /// The maximum size of a download, in bytes.
    pub max_size: u64,
    /// Limits for single network operations.
    pub network: NetworkLimits,
    /// The proxies; none by default.
    pub proxies: Proxies,
    /// Mirrors to ask before the address itself, in this order.
    pub rewrites: Vec<Rewrite>,
    /// User names and passwords for hosts, for example from a netrc file. Those in a URL take precedence.
    pub credentials: Vec<Credential>,
    /// Certificate files (PEM), and directories of such files, to trust instead of the system's; empty: the system's.
    pub certificates: Vec<PathBuf>,
    /// The machine that libraries must be made for.
    pub machine: Machine,
    /// How this process describes itself to others while it holds a lock, for example `probe run`.
    pub command: String,
    /// The directory of the project that libraries are imported for. The loader records it with each use, for people to read.
    pub project: Option<PathBuf>,
}

/// How much of a file to read before trusting it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Verify {
    /// Its head, as long as its size, modification time and inode are those of the file that was hashed before.
    #[default]
    Stamps,
    /// All of it, every time: for disks that you do not trust.
    Always,
}

/// Time limits for single network operations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NetworkLimits {
    /// To look up the host, connect, and set up the encryption.
    pub connect: Duration,
    /// From the request to the end of the response's head.
    pub response: Duration,
    /// Without a single byte of the body.
    pub stall: Duration,
}

/// Which proxy to use for which URL.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Proxies {
    /// The proxy for http.
    pub http: Option<ProxyAddress>,
    /// The proxy for https.
    pub https: Option<ProxyAddress>,
    /// Hosts to connect to directly, in the notation of `NO_PROXY`: `*`, a host, or a domain with all its subdomains, each with
    /// an optional port.
    pub bypass: Vec<String>,
}

/// A proxy.
#[derive(Clone, PartialEq, Eq)]
pub struct ProxyAddress {
    /// Its URL, which may contain a user name and a password.
    pub url: String,
    /// The origin of the URL, for messages: `https_proxy`.
    pub origin: Option<String>,
}

impl From<String> for ProxyAddress {
    fn from(url: String) -> Self {
        Self { url, origin: None }
    }
}

/// A mirror of everything below an address. The library's name, pin and place do not change: only the bytes come from the mirror,
/// and if it does not have them, from the address itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rewrite {
    /// The prefix of the addresses that the mirror has: `https://github.com/`.
    pub from: String,
    /// The prefix to use instead.
    pub to: String,
}

impl Rewrite {
    /// Returns the URL of `url` at the mirror; `None` if the mirror does not have it.
    #[must_use]
    pub fn apply(&self, url: &str) -> Option<String> {
        Some(format!("{}{}", self.to, url.strip_prefix(&self.from)?))
    }
}

/// A user name and a password for a host.
#[derive(Clone, PartialEq, Eq)]
pub struct Credential {
    /// The full host name.
    pub host: String,
    /// The user name.
    pub user: String,
    /// The password; never shown.
    pub password: String,
}

/// When to try again: exponential back-off with full jitter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RetryPolicy {
    /// The maximum number of attempts; at least 1.
    pub attempts: u32,
    /// The upper end of the first delay. It doubles with each delay.
    pub base: Duration,
    /// The longest delay.
    pub cap: Duration,
    /// No attempt starts later than this after the first one.
    pub deadline: Duration,
}

impl Settings {
    /// Default settings for a store at `store`.
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
    /// Five attempts within two minutes: long enough for a server to restart, short enough for a person to wait.
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
