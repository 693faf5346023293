//! The interface of a report that is a stream: it writes facts as they come, and keeps none of them.

use std::io;

use super::facts::{Fact, Seconds};

/// A report that writes facts as they come.
pub(super) trait StreamReport: Send {
    /// Takes a fact, `at` this time since the start of the run. Not called again after an error.
    fn fact(&mut self, at: Seconds, fact: &Fact<'_>) -> io::Result<()>;

    /// Ends the report of a run without an end.
    fn cut_off(&mut self) -> io::Result<()>;
}
