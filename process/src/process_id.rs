//! The number of a process. Does not know whether there is such a process.

use std::fmt;
use std::num::NonZeroU32;
use std::process::Child;

/// The number by which the system knows a process, and a group by its leader. Never 0, which means something else to most
/// calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct ProcessId(NonZeroU32);

impl ProcessId {
    /// The process with this number; none has 0.
    pub(crate) fn from_number(number: u32) -> Option<Self> {
        NonZeroU32::new(number).map(Self)
    }

    /// Of a child that is not reaped yet.
    pub(crate) fn of(child: &Child) -> Self {
        Self::from_number(child.id()).expect("no process has the number 0")
    }

    /// This process.
    #[cfg(test)]
    pub(crate) fn mine() -> Self {
        Self::from_number(std::process::id()).expect("no process has the number 0")
    }

    pub(crate) fn number(self) -> u32 {
        self.0.get()
    }
}

impl fmt::Display for ProcessId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
