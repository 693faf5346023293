//! How many tests a process contains, by outcome.

/// The tests within one process, as its runner counts them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Tests that passed.
    pub passed: u64,
    /// Tests that failed or had an error.
    pub failed: u64,
    /// Tests that were skipped, ignored or not yet written.
    pub skipped: u64,
}

impl Tally {
    /// The sum of all.
    #[must_use]
    pub fn all(self) -> u64 {
        self.passed.saturating_add(self.failed).saturating_add(self.skipped)
    }

    /// The sum of both tallies.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            passed: self.passed.saturating_add(other.passed),
            failed: self.failed.saturating_add(other.failed),
            skipped: self.skipped.saturating_add(other.skipped),
        }
    }
}
