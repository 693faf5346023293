//! Lock files: which version of a package a project has. Knows no importer and no import map.
//!
//! Every format is read into the same form: packages, and for Deno also specifiers and dependencies.

mod bun;
mod contents;
mod deno;
mod file;
mod lines;
mod npm;
mod python;

pub(super) use contents::Locked;
pub(super) use file::Lock;

#[cfg(test)]
mod tests;
