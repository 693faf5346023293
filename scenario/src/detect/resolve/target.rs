//! The target of an import. Knows no language.

use crate::Link;

/// The target of an import.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::detect) enum Target {
    /// A file of the project.
    File(String),
    /// A package.
    Package(Resolved),
}

/// A package as `detect` sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::detect) struct Resolved {
    /// `jsr:@db/sqlite@0.12.0/unstable`, `npm:esbuild@0.21.5`, `python:torch.utils`, an address, or `sql:load httpfs`.
    pub(in crate::detect) specifier: String,
    /// The places that say so, in the order in which they were asked.
    pub(in crate::detect) via: Vec<Link>,
}

/// A package, with the places that name it.
pub(super) fn package(specifier: &str, via: Vec<Link>) -> Target {
    Target::Package(Resolved { specifier: specifier.to_owned(), via })
}
