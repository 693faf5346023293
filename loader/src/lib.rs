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
//! use probe_loader::{ImportSpec, Loader, Settings, ImportSource};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let loader = Loader::new(Settings::new("/home/me/.cache/probe"))?;
//! let library = ImportSpec::new("duckdb", ImportSource::url("https://example.org/libduckdb.so"));
//! let imported = loader.import(&library, &())?;
//! println!("{} is at {}", library.name, imported.path.display());
//! # Ok(())
//! # }
//! ```
//!
//! The crate knows no tests and no terminal, prints nothing, and reads no environment: [`Settings`] carry all that varies, and a
//! [`Host`] is told what goes on.
//!
//! Its rooms, each of which knows only those before it: `platform`, `files`, `pattern`, `verdict`, `archives`, `interface`, `errands`,
//! `store`, `locks`, `shelves`, `places`, `making`, `watch`, `fetching`, `pins`; and then the loader itself.

#[cfg(not(any(target_os = "linux", target_os = "macos")))]
compile_error!(
    "probe imports libraries on Linux and macOS only so far: a port adds a file for its system to `loader/src/platform`"
);

mod archives;
mod backoff;
mod digest;
mod errands;
mod fetching;
mod files;
#[doc(hidden)]
pub mod fuzz;
mod interface;
mod known;
mod lead;
mod loader;
mod locks;
mod machine;
mod making;
mod mend;
mod pattern;
mod pins;
mod places;
mod platform;
mod shelves;
mod store;
mod store_key;
mod uses;
mod verdict;
mod watch;
#[cfg(doctest)]
#[doc = include_str!("../../docs/loader.md")]
struct Book;

pub use backoff::Backoff;
pub use digest::{ParseDigestError, Sha256};
pub use fetching::http::GITHUB_HOSTS;
pub use files::{Shape, open_regular, read_regular};
pub use interface::{
    Aside, CertificateFlaw, CommandEnd, CommandFailure, CommandLimits, CommandLine, Credential,
    Holder, Host, ImportAttempt, ImportCause, ImportError, ImportEvent, ImportSource, ImportSpec,
    NetworkLimits, Occupant, Pin, Proxies, ProxyAddress, ProxyName, ProxyProblem, Refusal,
    RetryPolicy, Rewrite, Settings, StoreError, Until, Verify,
};
pub use known::MadeInputs;
pub use lead::{Lead, Leading, Led, LedInputs};
pub use loader::{How, Imported, Loader};
pub use locks::using::{Use, Used, Using};
pub use machine::{Architecture, Machine, System};
pub use mend::{Mended, Repair};
pub use pattern::Pattern;
pub use pins::{Flaw, FlawKind, Pins, PinsError};
pub use places::plug_place;
pub use shelves::{Checked, Pruned, StoreItem, Upkeep};
pub use store::usage::Usage;
pub use store_key::store_key;
pub use verdict::{
    ArchiveKind, FileVerdict, Format, FoundInstead, Kind, Linkage, Object, Tear, Zeros,
    archive_tear, inspect, inspect_for, is_program, linkage, longest_zeros,
};
pub use watch::{Change, Condition, Facts, FileWatch, Observation, changes};
