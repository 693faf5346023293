//! How many tests there are within a process, by what became of them.

/// The tests within one process, as its runner counts them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Those that passed.
    pub passed: u64,
    /// Those that failed, or had an error.
    pub failed: u64,
    /// Those that were skipped, ignored, or are still to be written.
    pub skipped: u64,
}

impl Tally {
    /// All of them.
    #[must_use]
    pub fn all(self) -> u64 {
        self.passed.saturating_add(self.failed).saturating_add(self.skipped)
    }

    /// These and others.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            passed: self.passed.saturating_add(other.passed),
            failed: self.failed.saturating_add(other.failed),
            skipped: self.skipped.saturating_add(other.skipped),
        }
    }
}
