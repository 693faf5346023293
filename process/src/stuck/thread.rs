//! A thread and its current state. Does not know where that comes from.

/// A thread of a process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Thread {
    pub(crate) id: u32,
    pub(crate) name: String,
    /// The state in words: `sleeps in futex_do_wait`.
    pub(crate) does: String,
}

impl Thread {
    pub(crate) fn does_the_same(&self, other: &Self) -> bool {
        self.name == other.name && self.does == other.does
    }
}
