//! What the command of `exec` has perhaps raced for. Does not know how that is found out, nor how it is said.

use probe_run::Stray;

/// What may have been raced for.
#[derive(Debug)]
pub struct Suspects {
    /// Those that speak most come first.
    pub files: Vec<Stray>,
    /// What the command has fetched through plug.
    pub fetched: Vec<Fetched>,
    /// Libraries that only tests make, with the lines by which they are known.
    pub made_by_tests: Vec<(String, String)>,
}

/// A library that came through plug, which nobody declares.
#[derive(Debug)]
pub struct Fetched {
    /// Where from.
    pub url: String,
    /// The lines of a manifest that declare it.
    pub declaration: Vec<String>,
}
