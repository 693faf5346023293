//! The reporter where no tests are run: says what was done about libraries and why it takes time.

use std::io::Write;
use std::time::Duration;

use probe_loader::How;
use probe_scenario::Suite;

use super::ink::Ink;
use super::lines::Lines;
use crate::run::{Event, Reporter};

/// Writes what is to be said of libraries alone.
#[derive(Debug)]
pub(crate) struct Brief<'a, W> {
    lines: Lines<'a, W>,
    detail: Detail,
}

/// How much is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Detail {
    /// What a person waits for or must know, and nothing where there was nothing to do.
    News,
    /// A line for every library, however it came to be there.
    All,
}

impl<'a, W: Write> Brief<'a, W> {
    pub(crate) fn new(out: Ink<W>, suite: &'a Suite, detail: Detail) -> Self {
        Self { lines: Lines::new(out, suite), detail }
    }
}

impl<W: Write> Reporter for Brief<'_, W> {
    fn event(&mut self, at: Duration, event: &Event<'_>) {
        match event {
            Event::Started { extent, .. } => self.lines.measure(*extent),
            Event::PreloadPassed { imported, .. }
                if self.detail == Detail::News && imported.how == How::Cached => {}
            Event::Looked { .. } => {}
            // Said whole at the end.
            Event::PreloadFailed { .. } => {}
            Event::Ended(summary) => self.lines.not_imported(summary),
            _ => self.lines.event(at, event),
        }
    }
}
