//! The reporter for people: a line an event, in the shape of nextest's (12 columns of verb, the time, a counter, the name).

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};
use std::path::PathBuf;
use std::time::Duration;

use anstyle::Style;
use probe_loader::Imported;
use probe_process::{Capture, Stream};
use probe_scenario::{Library, LibraryId, Test};

use super::deferred::Deferred;
use super::github::Quoted;
use super::ink::Ink;
use super::policy::{Now, Output, Policy, Shown};
use super::rerun::Rerun;
use super::{describe, style, summary, tests, verdict};
use probe_run::{Attempt, Ending, Event, Extent, Finding, Reporter, Stop, Summary, Verdict, Work};

/// What stands before each line that a test printed.
const MARGIN: &str = "    ";

/// Writes events to a stream as they happen.
#[derive(Debug)]
pub(crate) struct Lines<'a, W> {
    out: Ink<W>,
    extent: Extent,
    /// The names of the tests, for the summary.
    suite: &'a probe_scenario::Suite,
    policy: Policy,
    deferred: Deferred,
    rerun: Option<Rerun>,
    /// Where the runner of GitHub Actions reads along.
    quoted: Option<Quoted>,
    /// Libraries of which it was said before that they are there.
    told: BTreeSet<LibraryId>,
}

impl<'a, W: Write> Lines<'a, W> {
    pub(crate) fn new(out: Ink<W>, suite: &'a probe_scenario::Suite) -> Self {
        let (extent, policy) = (Extent::default(), Policy::default());
        let (deferred, told) = (Deferred::new(), BTreeSet::new());
        Self { out, extent, suite, policy, deferred, rerun: None, quoted: None, told }
    }

    /// Shows what `policy` says, and nothing else.
    pub(crate) fn showing(self, policy: Policy) -> Self {
        Self { policy, ..self }
    }

    /// Says no more that these libraries are there.
    pub(crate) fn after(self, told: impl Iterator<Item = LibraryId>) -> Self {
        Self { told: told.collect(), ..self }
    }

    /// Ends the summary with the command for what is left.
    pub(crate) fn with_rerun(self, rerun: Option<Rerun>) -> Self {
        Self { rerun, ..self }
    }

    /// Keeps what tests print from being commands to the runner of a job.
    pub(crate) fn quoting(self, quoted: Option<Quoted>) -> Self {
        Self { quoted, ..self }
    }

    /// Sets the widths of columns for a run of this extent, which [`Event::Started`] does too.
    pub(super) fn measure(&mut self, extent: Extent) {
        self.extent = extent;
    }

    /// Says that a library is there and, if nobody has named it, by which lines it is known.
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
        let counter = Some((done, self.extent.libraries));
        let said = self
            .line("PRELOAD", style::PASS, took, counter, &library.name, &detail)
            .and_then(|()| self.out.flush());
        // As in `event`.
        drop(said);
    }

    /// Says which libraries are not there and, of those that nobody has named, by which lines they are known; and nothing
    /// else of the summary.
    pub(super) fn not_imported(
        &mut self,
        summary: &Summary,
        reasons: &BTreeMap<LibraryId, String>,
    ) {
        let mut said = Ok(());
        for cause in &summary.not_imported {
            let reason = reasons.get(&cause.library);
            said =
                said.and_then(|()| summary::not_imported(&mut self.out, self.suite, cause, reason));
        }
        // As in `event`.
        let _ = said.and_then(|()| self.out.flush());
    }

    /// Says of the command of `exec` what its end has to do with its libraries.
    pub(super) fn command_verdict(&mut self, finding: &Finding) {
        let lines = verdict::on_command(self.suite, finding);
        let Some((first, rest)) = lines.split_first() else { return };
        let said = writeln!(self.out, "{}{:>12}{:#} {first}", style::WARN, "VERDICT", style::WARN)
            .and_then(|()| self.indented(rest));
        // As in `event`.
        let _ = said.and_then(|()| self.out.flush());
    }

    /// Shows what is to be shown of an event, now or at the end.
    fn show(&mut self, event: &Event<'_>) -> io::Result<()> {
        match event {
            Event::Started { extent, .. } => {
                self.measure(*extent);
                // What tests print by themselves is between the marks as a whole.
                match &self.quoted {
                    Some(quoted) if self.prints_through() => quoted.begin(&mut self.out)?,
                    _ => {}
                }
            }
            Event::Ended(_) => self.show_deferred()?,
            _ => {}
        }
        let Shown { now, at_end } = self.policy.of(event);
        let is_put_off = at_end && {
            self.write(event, Output::Shown)?;
            let text = self.out.take();
            self.deferred.push(&text).is_ok()
        };
        match now {
            _ if at_end && !is_put_off => self.write(event, Output::Shown)?,
            Now::Nothing => {}
            Now::Line => self.write(event, Output::Hidden)?,
            Now::LineAndOutput => self.write(event, Output::Shown)?,
        }
        self.out.flush()
    }

    fn prints_through(&self) -> bool {
        self.policy.capture == Some(Capture::Through)
    }

    fn show_deferred(&mut self) -> io::Result<()> {
        let Self { deferred, out, .. } = self;
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
        match *event {
            Event::Started { .. } => self.started(),
            Event::Importing { library, work: Work::Build(command, _), .. } => {
                self.note("BUILDING", style::STRONG, &library.name, &format!("`{command}`"))
            }
            Event::Importing { library, work: Work::Fetch(origin), .. } => {
                self.note("FETCHING", style::STRONG, &library.name, &format!("`{origin}`"))
            }
            Event::PreloadWaiting { library, holder, waited, .. } => {
                let holder =
                    holder.map_or_else(|| "another process".to_owned(), ToString::to_string);
                self.line(
                    "WAITING",
                    style::WARN,
                    waited,
                    None,
                    &library.name,
                    &format!("{holder} imports or uses it"),
                )
            }
            Event::PreloadRetrying { library, cause, delay, .. } => {
                let detail = format!("{cause}; {}", describe::again(delay));
                self.note("RETRYING", style::WARN, &library.name, &detail)
            }
            Event::PreloadPassed { id, .. } if self.told.contains(&id) => Ok(()),
            Event::PreloadPassed { library, imported, took, done, .. } => {
                let counter = Some((done, self.extent.libraries));
                self.line(
                    "PRELOAD",
                    style::PASS,
                    took,
                    counter,
                    &library.name,
                    &describe::how(imported),
                )
            }
            Event::PreloadFailed { library, failure, took, done, blocked, .. } => {
                let counter = Some((done, self.extent.libraries));
                let blocks = match blocked.len() {
                    0 => String::new(),
                    count => format!(" (blocks {})", tests(count)),
                };
                let detail = format!("{}{blocks}", failure.cause);
                self.line("PRELOAD FAIL", style::FAIL, took, counter, &library.name, &detail)
            }
            Event::CommandLeft { command, left } => left.iter().try_for_each(|leak| {
                let process = describe::process(leak);
                let detail = format!(
                    "{process} was killed when this command had ended; what is to live on starts by `setsid`"
                );
                self.note("LEFT BEHIND", style::WARN, &format!("`{command}`"), &detail)
            }),
            Event::BuildCutShort { cut, library } => {
                let (took, detail) = (cut.running, describe::cut_short(cut));
                self.line("INTERRUPTED", style::WARN, took, None, &library.name, &detail)
            }
            Event::Looked { library, is_known, done, .. } => {
                let counter = Some((done, self.extent.libraries));
                let detail = if is_known {
                    "already there, and as it was when a test had made it"
                } else {
                    "not known to be there: tests that need it run one at a time until one has passed"
                };
                self.line("PRELOAD", style::PASS, Duration::ZERO, counter, &library.name, detail)
            }
            Event::MovedAside { library, aside } => {
                let detail =
                    format!("{aside}, and is made anew; `{}` moves it back", aside.way_back());
                self.note("MOVED ASIDE", style::WARN, &library.name, &detail)
            }
            Event::TestLeads { test, library, .. } => {
                let detail =
                    format!("others that need `{}` wait until it has passed", library.name);
                self.note("LEADING", style::STRONG, &test.to_string(), &detail)
            }
            Event::LedElsewhere { library, holder, waited, tests: waiting } => {
                let holder =
                    holder.map_or_else(|| "another process".to_owned(), ToString::to_string);
                let wait = if waiting == 1 { "waits" } else { "wait" };
                let detail =
                    format!("{holder} runs a test that may make it; {} {wait}", tests(waiting));
                self.line("WAITING", style::WARN, waited, None, &library.name, &detail)
            }
            Event::TestStarted { test, number, .. } => {
                let attempt = if number > 1 { format!("attempt {number}") } else { String::new() };
                self.note("START", style::STRONG, &test.to_string(), &attempt)
            }
            Event::TestSlow { test, running, .. } => {
                self.line("SLOW", style::WARN, running, None, &test.to_string(), "")
            }
            Event::TestRaced { test, attempt, number, finding, delay, whole, .. } => {
                let (verb, _) = describe::verb(&(&attempt.ending).into());
                let by = verdict::by(finding.symptom.as_ref(), &verb);
                let detail = format!("{by} at attempt {number}; {}", describe::again(delay));
                self.line("RACE", style::WARN, attempt.took, None, &test.to_string(), &detail)?;
                let lines = match finding.verdict() {
                    Verdict::Undeclared => verdict::explanation(self.suite, finding),
                    _ => verdict::files(self.suite, finding),
                };
                self.indented(&lines)?;
                self.output(test, attempt, whole, output)
            }
            Event::TestAwaits { test, path, waited, .. } => {
                let detail = format!("somebody writes to `{}`", path.display());
                self.line("WAITING", style::WARN, waited, None, &test.to_string(), &detail)
            }
            Event::TestRetried { test, attempt, number, of, delay, finding, whole, .. } => {
                let (verb, _) = describe::verb(&(&attempt.ending).into());
                let detail =
                    format!("{verb} at attempt {number} of {of}; {}", describe::again(delay));
                let took = attempt.took;
                self.line("RETRY", style::WARN, took, None, &test.to_string(), &detail)?;
                self.output(test, attempt, whole, output)?;
                self.verdict(finding)
            }
            Event::TestPostponed { test, reason, delay, .. } => {
                let detail = format!("{reason}; {}", describe::again(delay));
                self.note("POSTPONED", style::WARN, &test.to_string(), &detail)
            }
            Event::TestEnded { test, attempt, number, races, done, finding, whole, .. } => {
                let (verb, colour) = match attempt.ending {
                    Ending::Passed if races > 0 => ("RACE".into(), style::WARN),
                    _ => describe::status(attempt),
                };
                let counter = Some((done, self.extent.tests));
                let detail = describe::detail(&(&attempt.ending).into(), number);
                self.line(&verb, colour, attempt.took, counter, &test.to_string(), &detail)?;
                self.output(test, attempt, whole, output)?;
                self.verdict(finding)
            }
            Event::Warning(text) => {
                writeln!(self.out, "{}{:>12}{:#} {text}", style::WARN, "WARNING", style::WARN)
            }
            Event::Stopping(stop) => {
                let why = match stop {
                    Stop::Signal(signal) => {
                        let what = if self.extent.tests == 0 { "commands" } else { "tests" };
                        format!(
                            "{}: running {what} are told to end; once more kills them",
                            describe::signal_name(signal)
                        )
                    }
                    Stop::MaxFailures(failures) => {
                        format!("{} failed: nothing more is started", tests(failures as usize))
                    }
                };
                writeln!(self.out, "{}{:>12}{:#} {why}", style::WARN, "STOPPING", style::WARN)
            }
            Event::Ended(ended) => self.summary(ended),
            // What goes as it should is said when it is done; what is blocked, in the summary.
            Event::PreloadStarted { .. }
            | Event::Transferred { .. }
            | Event::PreloadParked { .. }
            | Event::PreloadResumed { .. }
            | Event::TestExamined { .. }
            | Event::TestGivenUp { .. }
            | Event::TestsBlocked { .. }
            | Event::LibraryOpened { .. }
            | Event::Suspending
            | Event::Resumed => Ok(()),
        }
    }

    fn started(&mut self) -> io::Result<()> {
        let Extent { tests: selected, libraries, skipped, jobs, run_id } = self.extent;
        let libraries = match libraries {
            0 => String::new(),
            1 => " with 1 library".to_owned(),
            _ => format!(" with {libraries} libraries"),
        };
        let skipped = if skipped == 0 { String::new() } else { format!(", {skipped} skipped") };
        writeln!(
            self.out,
            "{}{:>12}{:#} {}{libraries}, {jobs} at once{skipped} {}(run {run_id:016x}){:#}",
            style::PASS,
            "STARTING",
            style::PASS,
            tests(selected),
            style::DIM,
            style::DIM
        )
    }

    /// The end. What a command has printed that leaves a library somewhere is in there.
    fn summary(&mut self, ended: &Summary) -> io::Result<()> {
        let is_begun = self.prints_through();
        let Self { out, quoted, .. } = self;
        match quoted {
            Some(quoted) if !is_begun => quoted.begin(out)?,
            _ => {}
        }
        summary::write(out, self.suite, ended, self.rerun.as_ref())?;
        quoted.as_ref().map_or(Ok(()), |quoted| quoted.end(out))
    }

    /// A status line: `        PASS [   0.004s] ( 3/28) name detail`.
    fn line(
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
        write!(
            self.out,
            "{colour}{verb:>12}{colour:#} [{:>8.3}s] {counter} {}{name}{:#}",
            time.as_secs_f64(),
            style::NAME,
            style::NAME
        )?;
        if detail.is_empty() { writeln!(self.out) } else { writeln!(self.out, ": {detail}") }
    }

    /// A line about something that has no duration yet.
    fn note(&mut self, verb: &str, colour: Style, name: &str, detail: &str) -> io::Result<()> {
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

    /// What a test left behind, and what it printed if that is shown.
    fn output(
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
        if output == Output::Hidden {
            return Ok(());
        }
        let is_folded = attempt.output.streams().any(|(_, stream)| !stream.is_empty());
        let quoted = self.quoted.as_ref().filter(|_| is_folded);
        if let Some(quoted) = quoted {
            quoted.fold(&mut self.out, &format!("output of {test}"))?;
        }
        for (name, stream) in attempt.output.streams() {
            Self::stream(&mut self.out, name, stream)?;
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

    /// What the evidence says of a failure, below the test's own words.
    fn verdict(&mut self, finding: Option<&Finding>) -> io::Result<()> {
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
    fn indented(&mut self, lines: &[String]) -> io::Result<()> {
        lines.iter().try_for_each(|line| writeln!(self.out, "{}{line}", summary::INDENT))
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
                super::bytes::Bytes(excerpt.omitted),
                style::DIM
            )?;
        }
        out.quote(excerpt.tail, MARGIN);
        Ok(())
    }
}

impl<W: Write + Send> Reporter for Lines<'_, W> {
    fn event(&mut self, _: Duration, event: &Event<'_>) {
        // A terminal that is gone must not end the run: its exit code still says how it went.
        let _ = self.show(event);
    }
}

fn digits(number: usize) -> usize {
    number.checked_ilog10().map_or(1, |log| log as usize + 1)
}
