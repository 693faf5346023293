//! The file patterns of a manifest: how they are written, and which names they match.
//!
//! - `*` and `?` stay within a name; names that begin with a dot are matched like others.
//! - `**` as a whole part of a path stands for any folders, or none, and at the end for all files below.
//! - `{a,b}` is a choice: the pattern stands for all that come of it, also where a choice has a slash in it. A choice of
//!   nothing is none.
//! - `[ab]` is a class, `[a-z]` a range, `[!ab]` or `[^ab]` all others; a slash is in none of them. Question marks and classes
//!   know letters of ASCII alone; others stand as they are, or are matched by a star.
//! - `\` takes a sign as it is, and so does a class of that sign alone: `[*]`.
//! - A part that is `.`, or empty between two slashes, says nothing. What ends with a slash is a folder.
//!
//! There is one language wherever a manifest has patterns. [`PatternSet`] matches names that are given; [`routes`] are the
//! ways to walk for who looks on a disk. `table.toml` has a case for every rule, which the tests of both go through.
//!
//! The crate knows no manifest, directory, file, environment or clock: it is texts in and answers out.
#![forbid(unsafe_code)]

mod route;
mod set;
mod signs;

pub use route::{Names, Part, Route, routes};
pub use set::PatternSet;
pub use signs::escape;

#[cfg(test)]
mod tests;
