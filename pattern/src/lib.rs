//! The file patterns of a manifest: their syntax, and which names they match.
//!
//! - `*` and `?` match within one name; they also match names that begin with a dot.
//! - `**` as a whole part of a path matches any number of folders, including none; at the end it matches all files below.
//! - `{a,b}` is a choice: the pattern stands for each of its options, even if an option contains a slash. An empty option matches
//!   nothing: `{,a}b` matches only `ab`.
//! - `[ab]` is a class, `[a-z]` a range, `[!ab]` or `[^ab]` everything else; none of them matches a slash. Question marks and
//!   classes match ASCII characters only. Other characters match themselves or a star.
//! - `\` makes the next character literal, and so does a class of that one character: `[*]`.
//! - A part that is `.`, or empty between two slashes, has no effect. A pattern that ends with a slash matches a folder.
//!
//! All patterns in a manifest use this syntax. [`PatternSet`] matches given names. [`routes`] returns the routes for a search on
//! a disk. `table.toml` has a case for every rule, and the tests of both use it.
//!
//! The crate does not know manifests, directories, files, environments or clocks: its input and output are texts.
#![forbid(unsafe_code)]

mod route;
mod set;
mod signs;

pub use route::{Names, Part, Route, routes};
pub use set::PatternSet;
pub use signs::escape;

#[cfg(test)]
mod tests;
