//! The report `tap`: TAP 14, one line as soon as a test has ended or cannot run any more. Libraries are test points as
//! well: one that could not be prepared is a failure, and its tests are skipped. Keeps nothing but numbers.

use std::io::{self, Write};

use probe_process::sift::{escape_json, plain};
use probe_scenario::TestId;
use probe_scenario::write_duration;

use super::describe;
use super::facts::{Fact, Finish, Printed, Process, Seconds, Status, StopCause, Subtest, TestName};
use super::outlet::Outlet;
use super::stream::StreamReport;

/// Lines of output in the diagnostics of a failure.
const LAST: usize = 20;

/// Writes test points.
#[derive(Debug)]
pub(super) struct Tap {
    out: Outlet,
    /// By test, its name while it has no test point.
    open: Vec<Option<Box<str>>>,
    points: usize,
    stop: Option<StopCause<'static>>,
    /// The last test that was skipped.
    left_out: Option<TestId>,
}

/// Whether a test point is good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Point {
    Ok,
    NotOk,
}

impl Tap {
    pub(super) fn new(out: Outlet) -> Self {
        Self { out, open: Vec::new(), points: 0, stop: None, left_out: None }
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
    fn skipped(&mut self, test: &str, why: &str) -> io::Result<()> {
        self.point(Point::Ok, test, &format!(" # SKIP {}", escaped(why)))
    }

    fn all_skipped(&mut self, tests: &[TestName<'_>], why: &str) -> io::Result<()> {
        tests.iter().try_for_each(|test| {
            self.close(test);
            self.skipped(test.name(), why)
        })
    }

    /// The test has its test point.
    fn close(&mut self, test: &TestName<'_>) {
        self.open[test.id().index()] = None;
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
        test: &TestName<'_>,
        status: Status,
        process: &Process<'_>,
    ) -> io::Result<()> {
        self.close(test);
        if status == Status::Empty {
            self.left_out = Some(test.id());
            return self.skipped(test.name(), "nothing ran in it");
        }
        if let (Status::Skip, Finish::Skipped { reason }) = (status, &process.ending) {
            self.left_out = Some(test.id());
            return self.skipped(test.name(), reason);
        }
        let milliseconds = milliseconds(process.took);
        if let (Status::Xfail, Finish::Expected { reason, .. }) = (status, &process.ending) {
            let todo = format!(" # TODO {}", escaped(reason));
            self.point(Point::NotOk, test.name(), &todo)?;
            return self.diagnostics(&[
                ("message", describe::detail(&process.ending, 1).into()),
                ("status", status.word().into()),
                ("duration_ms", milliseconds.into()),
            ]);
        }
        if !status.is_failure() {
            self.point(Point::Ok, test.name(), "")?;
            return self.diagnostics(&[
                ("status", status.word().into()),
                ("duration_ms", milliseconds.into()),
            ]);
        }
        self.point(Point::NotOk, test.name(), "")?;
        let (verb, _) = describe::verb(&process.ending);
        let detail = describe::detail(&process.ending, 1);
        let message =
            if detail.is_empty() { verb.into_owned() } else { format!("{verb}: {detail}") };
        let mut entries = vec![
            ("message", message.into()),
            ("status", status.word().into()),
            ("duration_ms", milliseconds.into()),
        ];
        let failed = process.subtests.iter().filter(|subtest| subtest.has_failed());
        let failed: Vec<String> = failed.take(LAST).map(Subtest::words).collect();
        if !failed.is_empty() {
            entries.push(("failed", failed.into()));
        }
        if let Some(account) = &process.verdict {
            entries.push(("verdict", account.lines.clone().into()));
        }
        let words = last_words(&process.output);
        let last: Vec<&str> = words.lines().rev().take(LAST).collect();
        if !last.is_empty() {
            let last: Vec<&str> = last.into_iter().rev().collect();
            entries.push(("output", last.into()));
        }
        self.diagnostics(&entries)
    }

    fn write(&mut self, fact: &Fact<'_>) -> io::Result<()> {
        match fact {
            Fact::RunStarted { shuffle, shard, .. } => {
                self.out.write_all(b"TAP version 14\n")?;
                if let Some(shard) = shard {
                    writeln!(self.out, "# --shard={}/{}", shard.number, shard.of)?;
                }
                shuffle.map_or(Ok(()), |seed| writeln!(self.out, "# --shuffle={seed}"))
            }
            Fact::TestsPlanned(planned) => {
                let names = planned.tests.iter().map(|planned| Some(planned.test.name().into()));
                self.open.extend(names);
                Ok(())
            }
            Fact::PreloadPassed { library, .. }
            | Fact::PreloadLooked { library, .. }
            | Fact::PreloadChecked { library, .. } => {
                self.point(Point::Ok, &format!("@preload:{library}"), "")
            }
            Fact::PreloadFailed { library, message, blocked, is_spared, .. } => {
                // A point that is yet to be done fails nothing.
                let directive = if *is_spared { " # TODO tests run without it" } else { "" };
                self.point(Point::NotOk, &format!("@preload:{library}"), directive)?;
                self.diagnostics(&[("message", (&**message).into())])?;
                self.all_skipped(blocked, &format!("dependency failed: library {library}"))
            }
            Fact::ServiceReady { service, of, .. } => {
                self.point(Point::Ok, &service_point(service, of), "")
            }
            Fact::ServiceFailed { service, of, cause, lines, blocked, .. } => {
                self.point(Point::NotOk, &service_point(service, of), "")?;
                self.diagnostics(&[
                    ("message", (&**cause).into()),
                    ("output", lines.clone().into()),
                ])?;
                self.all_skipped(blocked, &format!("dependency failed: service {service}"))
            }
            Fact::ServiceDied { service, of, cause, lines, blocked, .. } => {
                let point = format!("{} while it was needed", service_point(service, of));
                self.point(Point::NotOk, &point, "")?;
                self.diagnostics(&[
                    ("message", (&**cause).into()),
                    ("output", lines.clone().into()),
                ])?;
                self.all_skipped(blocked, &format!("dependency failed: service {service}"))
            }
            Fact::ServiceBlocks { service, blocked } => {
                self.all_skipped(blocked, &format!("dependency failed: service {service}"))
            }
            Fact::TestEnded { test, status, process, .. } => self.ended(test, *status, process),
            Fact::TestGivenUp { test } => {
                self.close(test);
                self.point(Point::NotOk, test.name(), "")?;
                let why = match self.stop {
                    Some(_) => "failed, and the run was stopped",
                    None => "failed, and a service that it needs is lost",
                };
                self.diagnostics(&[("message", why.into())])
            }
            Fact::TestsBlocked { by, tests } if self.left_out == Some(by.id()) => {
                self.all_skipped(tests, &format!("it comes after {by}, which was skipped"))
            }
            Fact::TestsBlocked { by, tests } => {
                self.all_skipped(tests, &format!("dependency failed: test {by}"))
            }
            Fact::RunStopping { why } => {
                self.stop = Some(why.to_owned());
                Ok(())
            }
            Fact::RunEnded { .. } => self.end(),
            _ => Ok(()),
        }
    }

    /// Ends the report: tests that did not run are skipped. A run that ended by a signal or its time limit has no plan,
    /// because it is not a result.
    fn end(&mut self) -> io::Result<()> {
        if let Some(StopCause::Signal(signal)) = &self.stop {
            return writeln!(self.out, "Bail out! stopped by {signal}");
        }
        if let Some(StopCause::RunTimeout(limit)) = &self.stop {
            let limit = write_duration(limit.duration());
            return writeln!(self.out, "Bail out! stopped by its run-timeout of {limit}");
        }
        for test in std::mem::take(&mut self.open).into_iter().flatten() {
            self.skipped(&test, "not run")?;
        }
        writeln!(self.out, "1..{}", self.points)
    }
}

impl StreamReport for Tap {
    fn fact(&mut self, _: Seconds, fact: &Fact<'_>) -> io::Result<()> {
        self.write(fact)?;
        self.out.flush()
    }

    fn cut_off(&mut self) -> io::Result<()> {
        writeln!(self.out, "Bail out! the run was cut off: its log has no end")?;
        self.out.flush()
    }
}

/// The end of the output of a failed process: of standard error, or of standard output if that is empty.
fn last_words(output: &[Printed<'_>]) -> String {
    let Some(printed) = output.last() else { return String::new() };
    let text = if printed.tail.is_empty() { &printed.head } else { &printed.tail };
    plain(text).trim_end().to_owned()
}

/// A description, in which nothing is taken for a directive.
fn escaped(text: &str) -> String {
    let one_line = plain(text).replace(['\n', '\r'], " ");
    one_line.replace('\\', "\\\\").replace('#', "\\#")
}

/// In milliseconds, to the microsecond, without further digits.
fn milliseconds(took: Seconds) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "exact for 285 years")]
    let microseconds = took.duration().as_micros() as f64;
    microseconds / 1e3
}

/// The name of the point of a service, and whose that is.
fn service_point(service: &str, of: &str) -> String {
    let space = if of.is_empty() { "" } else { " of " };
    format!("@service:{service}{space}{of}")
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn milliseconds_have_no_digits_that_nobody_has_measured() {
        for (microseconds, expected) in [(41_077, "41.077"), (41_271, "41.271"), (3_000, "3.0")] {
            let took = milliseconds(Duration::from_micros(microseconds).into());
            assert_eq!(serde_json::Value::from(took).to_string(), expected);
        }
    }
}
