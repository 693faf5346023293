//! Finds out what tests need, from their sources and from the project's own lock files.
//!
//! ```text
//! ProjectFile::parse ──▶ ProjectFiles: what names stand for, and versions
//! Recogniser: the libraries of the manifest, and presets
//! names of tests ──Survey::start──▶ names to read ──Survey::scan──▶ Scanned ──Survey::add──▶ further names …
//! Survey::finish ──▶ Findings ──Suite::detect──▶ tests that need libraries, each with its chain of links
//! ```
//!
//! Nothing here reads the disk. The caller reads the files, as many at once as it likes, and implements [`ProjectTree`] to
//! say which files exist. All names are relative to one base, with `/`. A specifier is recognised only after it is
//! resolved: a name in an import map becomes its target, in the version of the lock file.

mod apply;
#[cfg(test)]
mod by_lock;
mod config;
mod ecosystem;
mod governing;
mod implied;
mod late_regex;
mod lock;
mod path;
mod project;
mod reach;
mod recognise;
mod resolve;
mod scan;
mod specifier;
mod survey;
mod tree;

pub use apply::{Detected, Unversioned};
pub use ecosystem::LockScope;
pub use governing::Governed;
pub use project::{ProjectFile, ProjectFiles};
pub use reach::{Reach, Way};
pub use recognise::Recogniser;
pub use survey::{Scanned, Survey};
pub use tree::ProjectTree;
