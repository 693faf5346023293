//! The report `tap`: TAP 14, a line as soon as a test has ended or is known not to run. Libraries are test points as well, so
//! that one that could not be imported is a failure and its tests are skipped. Keeps nothing but numbers.

use std::io::{self, Write};
use std::time::Duration;

use probe_process::sift::{escape_json, plain};
use probe_run::{Attempt, Event, Finding, Stop};
use probe_scenario::{Suite, TestId};

use super::outlet::Stream;
use super::status::Status;
use super::{Report, describe, verdict};

/// Lines of output in the diagnostics of a failure.
const LAST: usize = 20;

/// Writes test points.
#[derive(Debug)]
pub(super) struct Tap<'a> {
    suite: &'a Suite,
    out: Stream,
    /// By test, whether it belongs to the run and has no test point yet.
    open: Vec<bool>,
    points: usize,
    stop: Option<Stop>,
}

/// Whether a test point is good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Point {
    Ok,
    NotOk,
}

impl<'a> Tap<'a> {
    pub(super) fn new(suite: &'a Suite, tests: &[TestId], out: Stream) -> Self {
        let mut open = vec![false; suite.tests.len()];
        tests.iter().for_each(|test| open[test.index()] = true);
        Self { suite, out, open, points: 0, stop: None }
    }

    fn point(&mut self, point: Point, name: &str, directive: &str) -> io::Result<()> {
        self.points += 1;
        let word = match point {
            Point::Ok => "ok",
            Point::NotOk => "not ok",
        };
        let text = format!("{word} {} - {}{directive}\n", self.points, escaped(name));
        self.out.write_all(text.as_bytes())
    }

    /// A test that did not run has a point that is skipped.
    fn skipped(&mut self, test: TestId, why: &str) -> io::Result<()> {
        self.open[test.index()] = false;
        let name = self.suite.tests[test.index()].to_string();
        self.point(Point::Ok, &name, &format!(" # SKIP {}", escaped(why)))
    }

    /// A block of YAML below a test point. JSON is YAML, too, and has no way to end the block.
    fn diagnostics(&mut self, entries: &[(&str, serde_json::Value)]) -> io::Result<()> {
        let mut text = "  ---\n".to_owned();
        for (key, value) in entries {
            let mut json = value.to_string().into_bytes();
            escape_json(&mut json);
            text += &format!("  {key}: {}\n", String::from_utf8_lossy(&json));
        }
        text += "  ...\n";
        self.out.write_all(text.as_bytes())
    }

    fn ended(
        &mut self,
        test: TestId,
        attempt: &Attempt,
        status: Status,
        finding: Option<&Finding>,
    ) -> io::Result<()> {
        if status == Status::Empty {
            return self.skipped(test, "nothing ran in it");
        }
        self.open[test.index()] = false;
        let name = self.suite.tests[test.index()].to_string();
        if !status.is_failure() {
            self.point(Point::Ok, &name, "")?;
            let milliseconds = attempt.took.as_secs_f64() * 1e3;
            return self.diagnostics(&[
                ("status", status.word().into()),
                ("duration_ms", milliseconds.into()),
            ]);
        }
        self.point(Point::NotOk, &name, "")?;
        let (verb, _) = describe::verb(&attempt.ending);
        let detail = describe::detail(&attempt.ending, 1);
        let message =
            if detail.is_empty() { verb.into_owned() } else { format!("{verb}: {detail}") };
        let mut entries = vec![
            ("message", message.into()),
            ("status", status.word().into()),
            ("duration_ms", (attempt.took.as_secs_f64() * 1e3).into()),
        ];
        if let Some(finding) = finding {
            entries.push(("verdict", verdict::explanation(self.suite, finding).into()));
        }
        let words = attempt.output.last_words();
        let last: Vec<&str> = words.lines().rev().take(LAST).collect();
        if !last.is_empty() {
            let last: Vec<&str> = last.into_iter().rev().collect();
            entries.push(("output", last.into()));
        }
        self.diagnostics(&entries)
    }

    fn write(&mut self, event: &Event<'_>) -> io::Result<()> {
        match *event {
            Event::Started { .. } => self.out.write_all(b"TAP version 14\n"),
            Event::PreloadPassed { library, .. } | Event::Looked { library, .. } => {
                self.point(Point::Ok, &format!("@preload:{}", library.name), "")
            }
            Event::PreloadFailed { library, failure, blocked, .. } => {
                self.point(Point::NotOk, &format!("@preload:{}", library.name), "")?;
                self.diagnostics(&[("message", failure.message.as_str().into())])?;
                let why = format!("dependency failed: library {}", library.name);
                blocked.iter().try_for_each(|&test| self.skipped(test, &why))
            }
            Event::TestEnded { id, attempt, number, races, finding, .. } => {
                self.ended(id, attempt, Status::new(attempt, number, races), finding)
            }
            Event::TestGivenUp { id, test } => {
                self.open[id.index()] = false;
                self.point(Point::NotOk, &test.to_string(), "")?;
                self.diagnostics(&[("message", "failed, and the run was stopped".into())])
            }
            Event::TestsBlocked { by, blocked } => {
                let why = format!("dependency failed: test {}", self.suite.tests[by.index()]);
                blocked.iter().try_for_each(|&test| self.skipped(test, &why))
            }
            Event::Stopping(stop) => {
                self.stop = Some(stop);
                Ok(())
            }
            Event::Ended(_) => self.end(),
            _ => Ok(()),
        }
    }

    /// What did not run is skipped; a run that a signal has ended is no result, and has no plan.
    fn end(&mut self) -> io::Result<()> {
        if let Some(Stop::Signal(signal)) = self.stop {
            return writeln!(self.out, "Bail out! stopped by {}", describe::signal_name(signal));
        }
        for index in 0..self.open.len() {
            if self.open[index] {
                self.skipped(TestId::new(index), "not run")?;
            }
        }
        writeln!(self.out, "1..{}", self.points)
    }
}

impl Report for Tap<'_> {
    fn event(&mut self, _: Duration, event: &Event<'_>) -> io::Result<()> {
        self.write(event)?;
        self.out.flush()
    }
}

/// A description, in which nothing is taken for a directive.
fn escaped(text: &str) -> String {
    let one_line = plain(text).replace(['\n', '\r'], " ");
    one_line.replace('\\', "\\\\").replace('#', "\\#")
}
