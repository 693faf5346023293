//! The reports that were asked for: opened before the run, told of everything, and named where they could not be written.
//!
//! Does not know what any of them looks like.

use std::fmt;
use std::io;
use std::path::Path;
use std::time::Duration;

use miette::Diagnostic;
use probe_scenario::Suite;

use super::jsonl::Jsonl;
use super::outlet::Stream;
use crate::args::{Destination, ReportArgument, ReportKind};
use crate::exit::Exit;
use crate::run::{Event, Reporter};
use crate::ui::{Ends, print_failure};

/// Writes what happens as it happens, or keeps it until the run has ended.
pub(super) trait Report: Send {
    /// Takes what has happened, `at` so long after the run began. After an error nothing more is told.
    fn event(&mut self, at: Duration, event: &Event<'_>) -> io::Result<()>;
}

/// The reports of one run.
pub(crate) struct Reports<'a> {
    reports: Vec<Open<'a>>,
    failures: Vec<ReportError>,
}

/// A report that is being written.
struct Open<'a> {
    argument: ReportArgument,
    report: Box<dyn Report + 'a>,
}

/// A report could not be written.
#[derive(Debug)]
pub(crate) struct ReportError {
    argument: ReportArgument,
    cause: Cause,
}

#[derive(Debug)]
enum Cause {
    Io(io::Error),
    /// Another report goes there as well.
    Taken,
}

impl<'a> Reports<'a> {
    /// Opens every report. `cwd` is where relative paths begin.
    ///
    /// # Errors
    ///
    /// When one of them cannot be written, or two of them go to one place.
    pub(crate) fn open(
        arguments: &[ReportArgument],
        cwd: &Path,
        suite: &'a Suite,
    ) -> Result<Self, ReportError> {
        let mut reports: Vec<Open<'a>> = Vec::new();
        for argument in arguments {
            let error = |cause| ReportError { argument: argument.clone(), cause };
            if reports.iter().any(|other| other.argument.to == argument.to) {
                return Err(error(Cause::Taken));
            }
            let report: io::Result<Box<dyn Report + 'a>> = match argument.kind {
                ReportKind::Jsonl => Stream::open(&argument.to, cwd)
                    .map(|out| Box::new(Jsonl::new(suite, out)) as Box<dyn Report + 'a>),
            };
            let report = report.map_err(|source| error(Cause::Io(source)))?;
            reports.push(Open { argument: argument.clone(), report });
        }
        Ok(Self { reports, failures: Vec::new() })
    }

    /// Whether one of them could not be written, which has been said.
    pub(crate) fn have_failed(&self) -> bool {
        !self.failures.is_empty()
    }
}

impl Reporter for Reports<'_> {
    fn event(&mut self, at: Duration, event: &Event<'_>) {
        let failures = &mut self.failures;
        self.reports.retain_mut(|Open { argument, report }| match report.event(at, event) {
            Ok(()) => true,
            Err(source) => {
                let argument = argument.clone();
                failures.push(ReportError { argument, cause: Cause::Io(source) });
                false
            }
        });
        if let Event::Ended(_) = event {
            // In the middle of a run this would be lost between the lines of tests.
            self.failures.iter().for_each(|failure| print_failure(failure));
        }
    }
}

impl fmt::Display for ReportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cannot write the report `{}`: ", self.argument)?;
        match &self.cause {
            Cause::Io(source) if source.kind() == io::ErrorKind::NotFound => {
                f.write_str("its directory does not exist")
            }
            Cause::Io(source) => source.fmt(f),
            Cause::Taken => f.write_str("another report goes to the same place"),
        }
    }
}

impl std::error::Error for ReportError {}

impl Diagnostic for ReportError {
    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        match (&self.cause, &self.argument.to) {
            (Cause::Io(source), Destination::File(path))
                if source.kind() == io::ErrorKind::NotFound =>
            {
                let directory = path.parent()?.display().to_string();
                Some(Box::new(format!("make it first: `mkdir -p {directory}`")))
            }
            (Cause::Taken, _) => Some(Box::new("give each report a file of its own")),
            _ => None,
        }
    }
}

impl Ends for ReportError {
    fn exit(&self) -> Exit {
        Exit::NotReported
    }
}
