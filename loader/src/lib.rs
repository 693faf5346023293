//! Imports native libraries once per machine: locked, retried, verified, published atomically.
//!
//! Processes that start at the same time and need the same shared library often download it at the same time, to the same place.
//! Then one loads a file that another has only begun to write. [`Loader::import`] prepares a library before anything needs it,
//! and guarantees:
//!
//! - After a success the file is complete and matches its digest. This crate never modifies it in place.
//! - A file gets its name in one step, when it is complete. This makes the result correct. Locks only prevent double work: on a
//!   file system without locks, nothing breaks.
//! - If a process is killed at any moment, it leaves nothing that another process would trust.
//! - Processes and threads that share a store never fetch anything twice.
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
//! The crate does not know tests or terminals, prints nothing, and does not read the environment. [`Settings`] contain everything
//! that varies. A [`Host`] gets an event for each step.
//!
//! The modules, each of which knows only those before it: `platform`, `files`, `pattern`, `verdict`, `archives`, `interface`,
//! `errands`, `store`, `locks`, `shelves`, `places`, `making`, `watch`, `fetching`, `pins`; and then the loader itself.

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
