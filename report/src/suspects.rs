//! What the command of `exec` has perhaps raced for. Does not know how that is found out, nor how it is said.

use probe_run::{Doubled, Stray};

use super::proposal::Proposals;

/// What may have been raced for.
#[derive(Debug)]
pub struct Suspects {
    /// Those that speak most come first.
    pub files: Vec<Stray>,
    /// The URLs of what the command has fetched through plug.
    pub fetched: Vec<String>,
    /// Libraries that only tests make, with the lines by which they are known.
    pub made_by_tests: Vec<(String, String)>,
    /// Files in caches that were written several times meanwhile.
    pub doubled: Vec<Doubled>,
    /// What would declare the files and what was fetched.
    pub proposals: Proposals,
}
