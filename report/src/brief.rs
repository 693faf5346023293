//! The reporter for commands that run no tests: says what happened to libraries and why it takes time.

use std::collections::BTreeMap;
use std::io::Write;
use std::time::Duration;

use probe_loader::How;
use probe_run::{Event, Reporter};
use probe_scenario::{LibraryId, Suite};

use super::ink::Ink;
use super::lines::Lines;
use super::policy::ShowPolicy;

/// Writes events about libraries only.
#[derive(Debug)]
pub struct Brief<'a, W> {
    lines: Lines<'a, W>,
    detail: BriefDetail,
    /// The lines that show why a detected library is needed.
    reasons: BTreeMap<LibraryId, String>,
    /// Whether a run follows. It reports the libraries that are missing, and these lines have the format of its lines.
    is_before_run: bool,
}

/// How much the reporter says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BriefDetail {
    /// What the user waits for or must know. Nothing if there was nothing to do.
    News,
    /// A line for every library, however it was prepared.
    All,
}

impl<'a, W: Write> Brief<'a, W> {
    /// Writes to `out`. `reasons` has the lines that show why detected libraries are needed.
    pub fn new(
        out: Ink<W>,
        suite: &'a Suite,
        detail: BriefDetail,
        reasons: BTreeMap<LibraryId, String>,
    ) -> Self {
        Self { lines: Lines::new(out, suite), detail, reasons, is_before_run: false }
    }
}

impl<W: Write> Brief<'_, W> {
    /// Says what a run with `policy` says about libraries that are ready. Leaves the other libraries to that run.
    pub fn before_run(self, policy: ShowPolicy) -> Self {
        Self { lines: self.lines.showing(policy), is_before_run: true, ..self }
    }
}

impl<W: Write + Send> Reporter for Brief<'_, W> {
    fn event(&mut self, at: Duration, event: &Event<'_>) {
        match event {
            Event::Started { extent, .. } => self.lines.measure(*extent),
            Event::Ended(_) | Event::PreloadFailed { .. } if self.is_before_run => {}
            _ if self.is_before_run => self.lines.event(at, event),
            Event::PreloadPassed { imported, .. }
                if self.detail == BriefDetail::News && imported.how == How::Cached => {}
            Event::Looked { .. } => {}
            Event::PreloadPassed { id, library, imported, took, done } => {
                self.lines.imported(library, imported, *took, *done, self.reasons.get(id));
            }
            // Said whole at the end.
            Event::PreloadFailed { .. } => {}
            Event::Ended(summary) => self.lines.not_imported(summary, &self.reasons),
            _ => self.lines.event(at, event),
        }
    }
}
