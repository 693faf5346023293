//! The reporter of `exec`: says what was done and why it takes time, and nothing where there was nothing to do.

use std::io::Write;

use probe_loader::How;
use probe_scenario::Suite;

use super::ink::Ink;
use super::lines::Lines;
use crate::run::{Event, Reporter};

/// Writes only what a person waits for or must know.
#[derive(Debug)]
pub(crate) struct Brief<'a, W> {
    lines: Lines<'a, W>,
}

impl<'a, W: Write> Brief<'a, W> {
    pub(crate) fn new(out: Ink<W>, suite: &'a Suite) -> Self {
        Self { lines: Lines::new(out, suite) }
    }
}

impl<W: Write> Reporter for Brief<'_, W> {
    fn event(&mut self, event: &Event<'_>) {
        match event {
            Event::Started(extent) => self.lines.measure(*extent),
            Event::PreloadPassed { imported, .. } if imported.how == How::Cached => {}
            // Said whole at the end.
            Event::PreloadFailed { .. } => {}
            Event::Ended(summary) => self.lines.not_imported(summary),
            _ => self.lines.event(event),
        }
    }
}
