//! The format of the text: status lines with 12 columns for the verb, the time, a counter and the name, and the lines below
//! them. Knows no event.

use std::io::{self, Write};
use std::path::PathBuf;
use std::time::Duration;

use anstyle::Style;
use probe_process::Stream;
use probe_run::{Attempt, Extent, Finding};
use probe_scenario::{Suite, Test};

use crate::below::INDENT;
use crate::bytes::Bytes;
use crate::describe;
use crate::github::Quoted;
use crate::ink::Ink;
use crate::policy::Output;
use crate::style;
use crate::took::took;
use crate::verdict;

/// The margin before each line that a test printed.
const MARGIN: &str = "    ";

/// A stream of status lines.
#[derive(Debug)]
pub(super) struct Sheet<'a, W> {
    pub(super) out: Ink<W>,
    /// Says how wide columns are.
    pub(super) extent: Extent,
    /// Of the terminal, if there is one.
    pub(super) columns: Option<usize>,
    /// Tests that will not run. They count like tests that have ended, so that the last test has the total as its number.
    pub(super) blocked: usize,
    /// The names of tests and libraries.
    pub(super) suite: &'a Suite,
    /// Where the runner of GitHub Actions reads along.
    pub(super) quoted: Option<Quoted>,
}

impl<W: Write> Sheet<'_, W> {
    /// A status line: `        PASS [   0.004s] ( 3/28) name detail`.
    pub(super) fn line(
        &mut self,
        verb: &str,
        colour: Style,
        time: Duration,
        counter: Option<(usize, usize)>,
        name: &str,
        detail: &str,
    ) -> io::Result<()> {
        let width = digits(self.extent.tests.max(self.extent.libraries));
        let counter = counter.map_or_else(
            // A line without a counter keeps the column, so that names stay below each other.
            || " ".repeat(2 * width + 3),
            |(done, of)| {
                format!("{:>w$}", format!("({done:>n$}/{of})", n = digits(of)), w = 2 * width + 3)
            },
        );
        let detail = if detail.is_empty() { String::new() } else { format!(": {detail}") };
        let rest = format!(" {counter} {}{name}{:#}{detail}", style::NAME, style::NAME);
        let time = took(time, self.columns, &rest);
        writeln!(self.out, "{colour}{verb:>12}{colour:#} {time}{rest}")
    }

    /// A line about something that has no duration yet.
    pub(super) fn note(
        &mut self,
        verb: &str,
        colour: Style,
        name: &str,
        detail: &str,
    ) -> io::Result<()> {
        let blank = 12 + 2 * digits(self.extent.tests.max(self.extent.libraries)) + 3;
        write!(
            self.out,
            "{colour}{verb:>12}{colour:#} {:blank$}{}{name}{:#}",
            "",
            style::NAME,
            style::NAME
        )?;
        if detail.is_empty() { writeln!(self.out) } else { writeln!(self.out, ": {detail}") }
    }

    /// The processes that a test left behind, and its output if that is shown.
    pub(super) fn output(
        &mut self,
        test: &Test,
        attempt: &Attempt,
        whole: &[PathBuf],
        output: Output,
    ) -> io::Result<()> {
        for leak in &attempt.left {
            let colour = style::WARN;
            writeln!(self.out, "    {colour}left behind:{colour:#} {}", describe::process(leak))?;
        }
        if let Some(aside) = &attempt.aside {
            writeln!(self.out, "    {}{aside}{:#}", style::WARN, style::WARN)?;
        }
        if output == Output::Hidden {
            return Ok(());
        }
        let is_folded = !attempt.services.is_empty()
            || attempt.output.streams().any(|(_, stream)| !stream.is_empty());
        let quoted = self.quoted.as_ref().filter(|_| is_folded);
        if let Some(quoted) = quoted {
            quoted.fold(&mut self.out, &format!("output of {test}"))?;
        }
        for (name, stream) in attempt.output.streams() {
            Self::stream(&mut self.out, name, stream)?;
        }
        for said in &attempt.services {
            let strong = style::STRONG;
            writeln!(self.out, "  {strong}service {} said last ───{strong:#}", said.service)?;
            said.lines
                .iter()
                .for_each(|line| self.out.quote(format!("{line}\n").as_bytes(), MARGIN));
        }
        if let Some(quoted) = quoted {
            quoted.unfold(&mut self.out)?;
        }
        for file in whole {
            writeln!(
                self.out,
                "    {}the whole of it: {}{:#}",
                style::DIM,
                file.display(),
                style::DIM
            )?;
        }
        Ok(())
    }

    /// The verdict on a failure, below the test's own output.
    pub(super) fn verdict(&mut self, finding: Option<&Finding>) -> io::Result<()> {
        let lines = finding.map(|finding| verdict::explanation(self.suite, finding));
        match lines {
            Some(lines) if !lines.is_empty() => {
                writeln!(self.out, "  {}verdict ───{:#}", style::STRONG, style::STRONG)?;
                lines.iter().try_for_each(|line| writeln!(self.out, "    {line}"))
            }
            _ => Ok(()),
        }
    }

    /// Lines that belong to a status line, below its name.
    pub(super) fn indented(&mut self, lines: &[String]) -> io::Result<()> {
        lines.iter().try_for_each(|line| writeln!(self.out, "{INDENT}{line}"))
    }

    fn stream(out: &mut Ink<W>, name: &str, stream: &Stream) -> io::Result<()> {
        if stream.is_empty() {
            return Ok(());
        }
        writeln!(out, "  {}{name} ───{:#}", style::STRONG, style::STRONG)?;
        let excerpt = stream.excerpt();
        out.quote(excerpt.head, MARGIN);
        if excerpt.omitted > 0 {
            writeln!(
                out,
                "    {}… {} left out …{:#}",
                style::DIM,
                Bytes(excerpt.omitted),
                style::DIM
            )?;
        }
        out.quote(excerpt.tail, MARGIN);
        Ok(())
    }
}

fn digits(number: usize) -> usize {
    number.checked_ilog10().map_or(1, |log| log as usize + 1)
}
