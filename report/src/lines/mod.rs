//! The reporter for people: one line for each event, in the format of nextest (12 columns for the verb, then the time, a
//! counter and the name).

mod say;
mod sheet;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};
use std::sync::OnceLock;
use std::time::Duration;

use probe_loader::Imported;
use probe_process::Capture;
use probe_run::{Event, Extent, Finding, Reporter, Summary};
use probe_scenario::{Library, LibraryId};

use super::deferred::Deferred;
use super::github::Quoted;
use super::ink::Ink;
use super::policy::{Now, Output, ShowPolicy, Shown};
use super::proposal::Proposals;
use super::rerun::Rerun;
use super::{describe, style, summary, verdict};
use say::say;
use sheet::Sheet;

/// Writes events to a stream as they happen.
#[derive(Debug)]
pub struct Lines<'a, W> {
    sheet: Sheet<'a, W>,
    policy: ShowPolicy,
    deferred: Deferred,
    rerun: Option<Rerun>,
    /// Additions to the manifest, once they are known.
    proposals: Option<&'a OnceLock<Proposals>>,
    /// Libraries that were reported as ready before.
    told: BTreeSet<LibraryId>,
}

impl<'a, W: Write> Lines<'a, W> {
    /// Writes to `out`. `suite` has the names of tests and libraries.
    pub fn new(out: Ink<W>, suite: &'a probe_scenario::Suite) -> Self {
        let sheet = Sheet {
            out,
            extent: Extent::default(),
            columns: None,
            blocked: 0,
            suite,
            quoted: None,
        };
        let (policy, deferred) = (ShowPolicy::default(), Deferred::new());
        Self { sheet, policy, deferred, rerun: None, proposals: None, told: BTreeSet::new() }
    }

    /// Shows only what `policy` asks for.
    pub fn showing(self, policy: ShowPolicy) -> Self {
        Self { policy, ..self }
    }

    /// Keeps lines within the columns of a terminal by shortening the time, if that is enough.
    pub fn within(self, columns: Option<usize>) -> Self {
        Self { sheet: Sheet { columns, ..self.sheet }, ..self }
    }

    /// Does not report again that these libraries are ready.
    pub fn after(self, told: impl Iterator<Item = LibraryId>) -> Self {
        Self { told: told.collect(), ..self }
    }

    /// Ends the summary with the command that runs the failed tests again.
    pub fn with_rerun(self, rerun: Option<Rerun>) -> Self {
        Self { rerun, ..self }
    }

    /// Ends the summary with additions to the manifest that are known by then.
    pub fn with_proposals(self, proposals: &'a OnceLock<Proposals>) -> Self {
        Self { proposals: Some(proposals), ..self }
    }

    /// Quotes the output of tests, so that the runner of a job finds no commands in it.
    pub fn quoting(self, quoted: Option<Quoted>) -> Self {
        Self { sheet: Sheet { quoted, ..self.sheet }, ..self }
    }

    /// Sets the widths of columns for a run of this size, like [`Event::Started`].
    pub(super) fn measure(&mut self, extent: Extent) {
        self.sheet.extent = extent;
    }

    /// Says that a library is ready and, if detection found it, which lines need it.
    pub(super) fn imported(
        &mut self,
        library: &Library,
        imported: &Imported,
        took: Duration,
        done: usize,
        reason: Option<&String>,
    ) {
        let mut detail = describe::how(imported);
        if let Some(reason) = reason {
            detail.push_str(&format!(", for {reason}"));
        }
        let counter = Some((done, self.sheet.extent.libraries));
        let said = self
            .sheet
            .line("PRELOAD", style::PASS, took, counter, &library.name, &detail)
            .and_then(|()| self.sheet.out.flush());
        // As in `event`.
        drop(said);
    }

    /// Says which libraries could not be prepared and, if detection found them, which lines need them. Says nothing else
    /// of the summary.
    pub(super) fn not_imported(
        &mut self,
        summary: &Summary,
        reasons: &BTreeMap<LibraryId, String>,
    ) {
        let mut said = Ok(());
        for cause in &summary.not_imported {
            let reason = reasons.get(&cause.library);
            said = said.and_then(|()| {
                summary::not_imported(&mut self.sheet.out, self.sheet.suite, cause, reason)
            });
        }
        // As in `event`.
        let _ = said.and_then(|()| self.sheet.out.flush());
    }

    /// Says whether the end of the command of `exec` has to do with its libraries.
    pub(super) fn command_verdict(&mut self, finding: &Finding) {
        let lines = verdict::on_command(self.sheet.suite, finding);
        let Some((first, rest)) = lines.split_first() else { return };
        let said =
            writeln!(self.sheet.out, "{}{:>12}{:#} {first}", style::WARN, "VERDICT", style::WARN)
                .and_then(|()| self.sheet.indented(rest));
        // As in `event`.
        let _ = said.and_then(|()| self.sheet.out.flush());
    }

    /// Shows the parts of an event that the policy asks for, now or at the end.
    fn show(&mut self, event: &Event<'_>) -> io::Result<()> {
        match event {
            Event::Started { extent, .. } => {
                self.measure(*extent);
                // With `Through`, all that tests print is between the marks.
                match &self.sheet.quoted {
                    Some(quoted) if self.prints_through() => quoted.begin(&mut self.sheet.out)?,
                    _ => {}
                }
            }
            Event::Ended(_) => self.show_deferred()?,
            Event::PreloadFailed { blocked, .. }
            | Event::ServiceFailed { blocked, .. }
            | Event::ServiceDied { blocked, .. }
            | Event::ServiceBlocks { blocked, .. }
            | Event::TestsBlocked { blocked, .. } => self.sheet.blocked += blocked.len(),
            _ => {}
        }
        let Shown { now, at_end } = self.policy.of(event);
        let is_put_off = at_end && {
            self.write(event, Output::Shown)?;
            let text = self.sheet.out.take();
            self.deferred.push(&text).is_ok()
        };
        match now {
            _ if at_end && !is_put_off => self.write(event, Output::Shown)?,
            Now::Nothing => {}
            Now::Line => self.write(event, Output::Hidden)?,
            Now::LineAndOutput => self.write(event, Output::Shown)?,
        }
        self.sheet.out.flush()
    }

    fn prints_through(&self) -> bool {
        self.policy.capture == Some(Capture::Through)
    }

    fn show_deferred(&mut self) -> io::Result<()> {
        let Self { deferred, sheet: Sheet { out, .. }, .. } = self;
        let mut has_title = false;
        deferred.take(|text| {
            if !has_title {
                writeln!(out, "────────────")?;
                has_title = true;
            }
            out.again(text);
            out.flush()
        })
    }

    fn write(&mut self, event: &Event<'_>, output: Output) -> io::Result<()> {
        match event {
            Event::PreloadPassed { id, .. } if self.told.contains(id) => Ok(()),
            Event::Ended(ended) => self.summary(ended),
            event => say(&mut self.sheet, event, output),
        }
    }

    /// Writes the end of the run, including the output of commands that leave a library somewhere.
    fn summary(&mut self, ended: &Summary) -> io::Result<()> {
        let is_begun = self.prints_through();
        let Sheet { out, suite, quoted, columns, .. } = &mut self.sheet;
        match quoted {
            Some(quoted) if !is_begun => quoted.begin(out)?,
            _ => {}
        }
        let proposals = self.proposals.and_then(OnceLock::get);
        summary::write(out, suite, ended, proposals, self.rerun.as_ref(), *columns)?;
        quoted.as_ref().map_or(Ok(()), |quoted| quoted.end(out))
    }
}

impl<W: Write + Send> Reporter for Lines<'_, W> {
    fn event(&mut self, _: Duration, event: &Event<'_>) {
        // A terminal that is gone must not end the run: its exit code still says how it went.
        let _ = self.show(event);
    }
}
