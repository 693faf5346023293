//! The interface of a report that is a stream: it writes facts as they come, and keeps none of them.

use std::io;

use super::facts::{Fact, Seconds};

/// Writes what happens as it happens.
pub(super) trait StreamReport: Send {
    /// Takes what has happened, `at` so long after the run began. After an error nothing more is told.
    fn fact(&mut self, at: Seconds, fact: &Fact<'_>) -> io::Result<()>;

    /// Nothing more is known of the run, which has no end.
    fn cut_off(&mut self) -> io::Result<()>;
}
