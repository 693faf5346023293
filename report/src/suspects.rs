//! Files that the command of `exec` may have raced for. Does not know how they are found, nor how the reporter shows them.

use probe_run::{Doubled, Stray};

use super::proposal::Proposals;

/// Possible causes of a race.
#[derive(Debug)]
pub struct Suspects {
    /// The files, those with the most evidence first.
    pub files: Vec<Stray>,
    /// The URLs that the command fetched through plug.
    pub fetched: Vec<String>,
    /// Libraries that only tests make, with the lines that need them.
    pub made_by_tests: Vec<(String, String)>,
    /// Files in caches that were written several times during the command.
    pub doubled: Vec<Doubled>,
    /// The lines that would declare these files and URLs.
    pub proposals: Proposals,
}
