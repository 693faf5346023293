//! Imports native libraries once per machine: locked, retried, verified, published atomically.
//!
//! Processes that start together and need the same shared library tend to fetch it together, into one place, and to load what
//! another one has only begun to write. [`Loader::import`] makes a library present before it is needed, and these things hold:
//!
//! - After a success the file is whole, matches its digest, and is never modified in place by this crate.
//! - A file gets its name in one step, when it is whole. That is what makes it correct; locks only keep work from being done
//!   twice, and where a file system has none, nothing breaks.
//! - A process that is killed at any moment leaves nothing that another one would trust.
//! - Nothing is fetched twice by processes or threads that share a store.
//!
//! ```no_run
//! use probe_loader::{Library, Loader, Settings, Source};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let loader = Loader::new(Settings::new("/home/me/.cache/probe"))?;
//! let library = Library::new("duckdb", Source::url("https://example.org/libduckdb.so"));
//! let imported = loader.import(&library, &())?;
//! println!("{} is at {}", library.name, imported.path.display());
//! # Ok(())
//! # }
//! ```
//!
//! The crate knows no tests and no terminal, prints nothing, and reads no environment: [`Settings`] carry all that varies, and a
//! [`Host`] is told what goes on.

#[cfg(not(unix))]
compile_error!("this crate has been written for Unix only, so far");

mod archive;
mod aside;
mod backoff;
mod build;
mod clearing;
mod digest;
mod download;
mod draft;
mod errand;
mod error;
mod fitness;
mod flusher;
#[doc(hidden)]
pub mod fuzz;
mod history;
mod holds;
mod host;
mod http;
mod lead;
mod lease;
mod library;
mod listing;
mod litter;
mod living;
mod loader;
mod local;
mod lock;
mod machine;
mod making;
mod matches;
mod mend;
mod observation;
mod once;
mod pattern;
mod pins;
mod place;
mod plug;
mod regular;
mod remote;
mod retry;
mod run_command;
mod secrets;
mod settings;
mod settle;
mod shelf;
mod slot;
mod snapshot;
mod staging;
mod stamp;
mod stamps;
mod store;
mod store_key;
mod suspects;
mod trace;
mod turns;
mod unpack;
mod upkeep;
mod usage;
mod using;
mod verdict;
mod watch;
mod whose;
#[cfg(doctest)]
#[doc = include_str!("../../docs/loader.md")]
struct Book;

pub use aside::Aside;
pub use backoff::Backoff;
pub use digest::{ParseDigestError, Sha256};
pub use error::{
    Attempt, Cause, CertificateFlaw, ImportError, Occupant, ProxyName, ProxyProblem, Refusal,
    StoreError, Until,
};
pub use host::{CommandEnd, CommandFailure, Event, Holder, Host};
pub use http::GITHUB_HOSTS;
pub use lead::{Lead, Leading, Led, LedInputs};
pub use library::{CommandLimits, CommandLine, Kind, Library, Source};
pub use loader::{How, Imported, Loader};
pub use machine::{Architecture, Machine, System};
pub use mend::{Mended, Repair};
pub use observation::{Change, Condition, Facts, Observation, changes};
pub use pattern::Pattern;
pub use pins::{Flaw, FlawKind, Pins, PinsError};
pub use plug::plug_place;
pub use regular::{open_regular, read_regular};
pub use settings::{
    Credential, NetworkLimits, Proxies, ProxyAddress, RetryPolicy, Rewrite, Settings, Verify,
};
pub use shelf::{Pin, Shape};
pub use store_key::store_key;
pub use upkeep::{Checked, Pruned, StoreItem, Upkeep};
pub use usage::Usage;
pub use using::{Use, Used, Using};
pub use verdict::{
    ArchiveKind, Format, Found, Linkage, Object, Tear, Verdict, Zeros, archive_tear, inspect,
    inspect_for, is_program, linkage, longest_zeros,
};
pub use watch::Watch;
