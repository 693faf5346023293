//! The report `jsonl`: every event as a line of JSON, flushed at once. Keeps nothing.

mod line;
mod process;

use std::io::{self, Write};
use std::time::Duration;

use probe_loader::How;
use probe_process::sift::escape_json;
use probe_run::{Event, ImportFailure, Stop, Summary, Work};
use probe_scenario::{Suite, TestId};

use super::Report;
use super::clock::rfc3339;
use super::describe::{self, signal_name};
use super::outlet::Stream;
use super::status::Status;
use line::{Holder, ImportAttempt, Line, Said, Seconds, Text, VERSION};
use process::process;

/// The JSON Schema of a line.
pub(crate) const SCHEMA: &str = include_str!("events.schema.json");

/// Writes lines.
#[derive(Debug)]
pub(super) struct Jsonl<'a> {
    suite: &'a Suite,
    out: Stream,
    /// One line: what is written reaches the file in one piece.
    line: Vec<u8>,
}

impl<'a> Jsonl<'a> {
    pub(super) fn new(suite: &'a Suite, out: Stream) -> Self {
        Self { suite, out, line: Vec::new() }
    }
}

impl Report for Jsonl<'_> {
    fn event(&mut self, at: Duration, event: &Event<'_>) -> io::Result<()> {
        let Some(said) = said(self.suite, event) else { return Ok(()) };
        let line = Line { at: Seconds(at), said };
        self.line.clear();
        serde_json::to_writer(&mut self.line, &line)?;
        escape_json(&mut self.line);
        self.line.push(b'\n');
        self.out.write_all(&self.line)?;
        self.out.flush()
    }
}

/// What an event says; `None` for those that are about the terminal.
fn said<'e>(suite: &'e Suite, event: &Event<'e>) -> Option<Said<'e>> {
    Some(match *event {
        Event::LibraryOpened { .. } | Event::Suspending | Event::Resumed => return None,
        Event::Started { extent, clock } => Said::RunStarted {
            version: VERSION,
            probe: env!("CARGO_PKG_VERSION"),
            run: format!("{:016x}", extent.run_id),
            clock: rfc3339(clock),
            tests: extent.tests,
            libraries: extent.libraries,
            skipped: extent.skipped,
            jobs: extent.jobs,
        },
        Event::PreloadStarted { library, .. } => Said::PreloadStarted { library: &library.name },
        Event::Importing { library, work, .. } => {
            let (does, what) = match work {
                Work::Build(command, _) => (line::Work::Build, command),
                Work::Fetch(origin) => (line::Work::Fetch, origin),
            };
            Said::PreloadWorking { library: &library.name, does, what }
        }
        Event::Transferred { library, bytes, total, .. } => {
            Said::PreloadTransferred { library: &library.name, bytes, total }
        }
        Event::PreloadParked { library, .. } => Said::PreloadParked { library: &library.name },
        Event::PreloadResumed { library, .. } => Said::PreloadResumed { library: &library.name },
        Event::PreloadWaiting { library, holder, waited, .. } => Said::PreloadWaiting {
            library: &library.name,
            holder: holder.map(Holder::from),
            waited: Seconds(waited),
        },
        Event::PreloadRetrying { library, cause, delay, .. } => {
            Said::PreloadRetrying { library: &library.name, cause, delay: Seconds(delay) }
        }
        Event::PreloadPassed { library, imported, took, .. } => Said::PreloadPassed {
            library: &library.name,
            how: how(imported.how),
            path: imported.path.as_path().into(),
            sha256: imported.digest.to_string(),
            size: imported.size,
            waited: Seconds(imported.waited),
            took: Seconds(took),
        },
        Event::PreloadFailed { library, failure, took, blocked, .. } => {
            let ImportFailure { cause, message, attempts, help } = failure;
            let attempts =
                attempts.iter().map(|(origin, cause)| ImportAttempt { origin, cause }).collect();
            Said::PreloadFailed {
                library: &library.name,
                cause,
                message,
                help: help.as_deref(),
                attempts,
                blocked: names(suite, blocked),
                took: Seconds(took),
            }
        }
        Event::Looked { library, is_known, .. } => {
            Said::PreloadLooked { library: &library.name, is_known }
        }
        Event::MovedAside { library, aside } => Said::LibraryMovedAside {
            library: &library.name,
            condition: aside.why.clone(),
            from: aside.from.as_path().into(),
            to: aside.to.as_path().into(),
        },
        Event::LedElsewhere { library, holder, waited, tests } => Said::TestsWaitingForLeader {
            library: &library.name,
            holder: holder.map(Holder::from),
            tests,
            waited: Seconds(waited),
        },
        Event::TestLeads { test, library, .. } => {
            Said::TestLeads { test: test.to_string(), library: &library.name }
        }
        Event::TestStarted { test, number, slot, .. } => {
            Said::TestStarted { test: test.to_string(), attempt: number, slot }
        }
        Event::TestSlow { test, running, .. } => {
            Said::TestSlow { test: test.to_string(), running: Seconds(running) }
        }
        Event::TestExamined { test, .. } => Said::TestExamined { test: test.to_string() },
        Event::TestAwaits { test, path, waited, .. } => Said::TestAwaits {
            test: test.to_string(),
            path: Text::from(path),
            waited: Seconds(waited),
        },
        Event::TestPostponed { test, reason, delay, .. } => {
            Said::TestPostponed { test: test.to_string(), reason, delay: Seconds(delay) }
        }
        Event::TestRaced { test, attempt, number, finding, delay, whole, .. } => Said::TestRaced {
            test: test.to_string(),
            attempt: number,
            process: process(suite, attempt, Some(finding), whole),
            delay: Seconds(delay),
        },
        Event::TestRetried { test, attempt, number, of, delay, finding, whole, .. } => {
            Said::TestRetried {
                test: test.to_string(),
                attempt: number,
                attempts: of,
                process: process(suite, attempt, finding, whole),
                delay: Seconds(delay),
            }
        }
        Event::TestEnded { test, attempt, number, races, finding, whole, .. } => Said::TestEnded {
            test: test.to_string(),
            status: Status::new(attempt, number, races).word(),
            attempt: number,
            races,
            process: process(suite, attempt, finding, whole),
        },
        Event::TestGivenUp { test, .. } => Said::TestGivenUp { test: test.to_string() },
        Event::TestsBlocked { by, blocked } => Said::TestsBlocked {
            by: suite.tests[by.index()].to_string(),
            tests: names(suite, blocked),
        },
        Event::Warning(text) => Said::Warning { text: text.into() },
        Event::CommandLeft { command, left } => {
            let left: Vec<String> = left.iter().map(describe::process).collect();
            let text =
                format!("`{command}` left behind, and they were killed: {}", left.join(", "));
            Said::Warning { text: text.into() }
        }
        Event::BuildCutShort { cut, library } => {
            let text = format!("library `{}`: {}", library.name, describe::cut_short(cut));
            Said::Warning { text: text.into() }
        }
        Event::Stopping(why) => Said::RunStopping {
            why: match why {
                Stop::Signal(signal) => line::Stop::Signal(signal_name(signal)),
                Stop::MaxFailures(failures) => line::Stop::MaxFailures(failures),
            },
        },
        Event::Ended(summary) => ended(summary),
    })
}

fn ended<'e>(summary: &Summary) -> Said<'e> {
    Said::RunEnded {
        exit_code: summary.exit().code(),
        run: summary.run(),
        passed: summary.passed,
        failed: summary.failed.len(),
        flaky: summary.flaky.len(),
        recovered: summary.recovered.len(),
        empty: summary.empty.len(),
        blocked: summary.blocked(),
        not_run: summary.not_run,
        skipped: summary.skipped,
        took: Seconds(summary.took),
    }
}

fn names(suite: &Suite, tests: &[TestId]) -> Vec<String> {
    tests.iter().map(|test| suite.tests[test.index()].to_string()).collect()
}

fn how(how: How) -> line::How {
    match how {
        How::Cached => line::How::Cached,
        How::Placed => line::How::Placed,
        How::Fetched => line::How::Fetched,
        How::Built => line::How::Built,
        How::Adopted | How::Unconfirmed => line::How::Adopted,
        How::FetchedByOther => line::How::FetchedByOther,
        How::BuiltByOther => line::How::BuiltByOther,
    }
}

impl<'a> From<&'a probe_loader::Holder> for Holder<'a> {
    fn from(holder: &'a probe_loader::Holder) -> Self {
        let probe_loader::Holder { pid, host, command, since } = holder;
        Self { pid: *pid, host, command, since: *since }
    }
}
