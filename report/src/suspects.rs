//! What the command of `exec` has perhaps raced for. Does not know how that is found out, nor how it is said.

use probe_run::Stray;

/// What may have been raced for.
#[derive(Debug)]
pub struct Suspects {
    /// Those that speak most come first.
    pub files: Vec<Stray>,
    /// Libraries that only tests make, with the lines by which they are known.
    pub made_by_tests: Vec<(String, String)>,
}
