//! The terminal while keys are waited for: each is read at once and shown nowhere. It is given back as it was, whenever
//! somebody else may be in front of it.

use crate::system::Modes;

/// The terminal that standard input is.
#[derive(Debug)]
pub(crate) struct Terminal {
    before: Modes,
}

impl Terminal {
    /// The terminal; `None` if standard input is none, or somebody else is in front of it.
    pub(crate) fn of_stdin() -> Option<Self> {
        Modes::of_stdin().map(|before| Self { before })
    }

    /// From now on keys are read one by one.
    pub(crate) fn take(&self) {
        self.before.by_key();
    }

    /// It is as it was.
    pub(crate) fn give_back(&self) {
        self.before.restore();
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        self.give_back();
    }
}
