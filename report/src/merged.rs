//! The results of a run on several machines, for people: the counts, the failures and their machines, and machines that
//! were cut off. Knows facts only.

use std::io::{self, Write};

use super::below::INDENT;
use super::counted::tests;
use super::facts::Fact;
use super::{describe, style};

/// Tests of a machine that are named; the rest is counted.
const NAMED: usize = 5;

/// The facts that are worth a line, collected as they come.
#[derive(Debug, Default)]
pub struct Merged {
    failed: Vec<u8>,
    counts: Option<String>,
    took: f64,
}

impl Merged {
    /// Takes a fact.
    pub fn fact(&mut self, fact: &Fact<'_>) {
        // Memory takes everything.
        let _ = self.hear(fact);
    }

    fn hear(&mut self, fact: &Fact<'_>) -> io::Result<()> {
        match fact {
            Fact::TestEnded { test, status, attempt, process, .. } if status.is_failure() => {
                let (verb, colour) = describe::verb(&process.ending);
                let detail = describe::detail(&process.ending, *attempt);
                let detail = if detail.is_empty() { detail } else { format!(": {detail}") };
                let (time, name) = (process.took.duration().as_secs_f64(), style::NAME);
                writeln!(
                    self.failed,
                    "{colour}{verb:>12}{colour:#} [{time:>8.3}s] {name}{test}{name:#}{detail}"
                )?;
            }
            Fact::PreloadFailed { library, cause, blocked, is_spared: false, .. } => {
                let (colour, name, count) = (style::FAIL, style::NAME, tests(blocked.len()));
                writeln!(
                    self.failed,
                    "{colour}{:>12}{colour:#} {count} by library {name}{library}{name:#}: {cause}",
                    "BLOCKED"
                )?;
            }
            Fact::ServiceFailed { service, cause, blocked, .. }
            | Fact::ServiceDied { service, cause, blocked, .. } => {
                let (colour, name, count) = (style::FAIL, style::NAME, tests(blocked.len()));
                writeln!(
                    self.failed,
                    "{colour}{:>12}{colour:#} {count} by service {name}{service}{name:#}: {cause}",
                    "BLOCKED"
                )?;
            }
            Fact::RunEnded {
                run, passed, failed, blocked, not_run, skips, empty, took, ..
            } => {
                let counts = [
                    (*failed, "failed"),
                    (*blocked, "blocked"),
                    (*not_run, "not run"),
                    (skips + empty, "skipped"),
                ];
                let counts = counts.iter().filter(|(count, _)| *count > 0);
                let counts: String =
                    counts.map(|(count, what)| format!(", {count} {what}")).collect();
                self.counts = Some(format!("{} run: {passed} passed{counts}", tests(*run)));
                self.took = took.duration().as_secs_f64();
            }
            _ => {}
        }
        Ok(())
    }

    /// Writes the results. `cut_off` are the machines on which probe was killed, by number, with the tests that have no
    /// result there.
    ///
    /// # Errors
    ///
    /// Fails if `out` does.
    pub fn write<'n>(
        &self,
        out: &mut dyn Write,
        shards: usize,
        cut_off: impl IntoIterator<Item = (u32, Vec<&'n str>)>,
    ) -> io::Result<()> {
        out.write_all(&self.failed)?;
        for (number, lost) in cut_off {
            let (colour, count) = (style::FAIL, tests(lost.len()));
            writeln!(
                out,
                "{colour}{:>12}{colour:#} shard {number}: probe was killed there, and {count} came to nothing",
                "CUT OFF"
            )?;
            for name in lost.iter().take(NAMED) {
                writeln!(out, "{INDENT}- {name}")?;
            }
            if let Some(more @ 1..) = lost.len().checked_sub(NAMED) {
                writeln!(out, "{INDENT}- and {more} more")?;
            }
        }
        if let Some(counts) = &self.counts {
            let is_good = self.failed.is_empty();
            let (colour, time) = (if is_good { style::PASS } else { style::FAIL }, self.took);
            writeln!(
                out,
                "{colour}{:>12}{colour:#} [{time:>8.3}s] {counts}, on {shards} machines",
                "SUMMARY"
            )?;
        }
        Ok(())
    }
}
