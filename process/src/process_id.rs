//! The number of a process. Does not know whether the process exists.

use std::fmt;
use std::num::NonZeroU32;
use std::process::Child;

/// The number of a process, and of the group that it leads. Never 0, which has another meaning for most system calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct ProcessId(NonZeroU32);

impl ProcessId {
    /// The process with this number; `None` for 0.
    pub(crate) fn from_number(number: u32) -> Option<Self> {
        NonZeroU32::new(number).map(Self)
    }

    /// The number of a child that is not reaped yet.
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
