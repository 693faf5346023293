//! The reports that were asked for: opened before the run, told of everything, and named where they could not be written.
//!
//! Does not know what any of them looks like.

use std::fmt;
use std::io;
use std::path::Path;
use std::time::Duration;

use miette::Diagnostic;
use probe_run::{Event, Exit, Reporter};
use probe_scenario::{ReportKind, Suite, TestId};

use super::github::{self, GithubJob};
use super::jsonl::Jsonl;
use super::outlet::Stream;
use super::place::Place;
use super::record::Record;
use super::tap::Tap;
use super::{html, junit, trace};
use crate::args::{Destination, ReportArgument};
use crate::environment::Environment;
use crate::ui::{Ends, print_failure};

/// Writes what happens as it happens, or keeps it until the run has ended.
pub(super) trait Report: Send {
    /// Takes what has happened, `at` so long after the run began. After an error nothing more is told.
    fn event(&mut self, at: Duration, event: &Event<'_>) -> io::Result<()>;
}

/// What reports are about.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reported<'a> {
    pub(crate) suite: &'a Suite,
    /// The tests of the run.
    pub(crate) tests: &'a [TestId],
    /// The project's directory.
    pub(crate) root: &'a Path,
    /// The job of GitHub Actions in which probe runs.
    pub(crate) github: Option<&'a GithubJob>,
}

/// The reports of one run.
pub(crate) struct Reports<'a> {
    about: Reported<'a>,
    streams: Vec<Open<Box<dyn Report + 'a>>>,
    documents: Vec<Open<Place>>,
    /// Kept where there is a document to be written from it.
    record: Option<Record<'a>>,
    failures: Vec<ReportError>,
}

/// A report that is being written.
struct Open<T> {
    what: What,
    to: T,
}

/// Which report.
#[derive(Clone, Debug, PartialEq, Eq)]
enum What {
    Asked(ReportArgument),
    /// What GitHub Actions shows.
    Github,
}

/// A report could not be written.
#[derive(Debug)]
pub(crate) struct ReportError {
    what: What,
    cause: Cause,
}

#[derive(Debug)]
enum Cause {
    Io(io::Error),
    /// Another report goes there as well.
    Taken,
}

impl<'a> Reports<'a> {
    /// Opens every report. `environment` says where relative paths begin, and where what is kept until the end may lie.
    ///
    /// # Errors
    ///
    /// When one of them cannot be written, or two of them go to one place.
    pub(crate) fn open(
        arguments: &[ReportArgument],
        environment: &Environment,
        about: Reported<'a>,
    ) -> Result<Self, ReportError> {
        let (mut streams, mut documents) = (Vec::<Open<Box<dyn Report + 'a>>>::new(), Vec::new());
        let cwd = environment.cwd();
        for (index, argument) in arguments.iter().enumerate() {
            let what = || What::Asked(argument.clone());
            let error = |cause| ReportError { what: what(), cause };
            let io_error = |source| error(Cause::Io(source));
            if arguments[..index].iter().any(|other| other.to == argument.to) {
                return Err(error(Cause::Taken));
            }
            let Reported { suite, tests, .. } = about;
            match argument.kind {
                ReportKind::Jsonl => {
                    let out = Stream::open(&argument.to, cwd).map_err(io_error)?;
                    streams.push(Open { what: what(), to: Box::new(Jsonl::new(suite, out)) });
                }
                ReportKind::Tap => {
                    let out = Stream::open(&argument.to, cwd).map_err(io_error)?;
                    streams.push(Open { what: what(), to: Box::new(Tap::new(suite, tests, out)) });
                }
                ReportKind::Html | ReportKind::Junit | ReportKind::Trace => {
                    let to = Place::open(&argument.to, cwd).map_err(io_error)?;
                    documents.push(Open { what: what(), to });
                }
            }
        }
        let what = documents.first().map(|document| document.what.clone());
        let what = what.or(about.github.map(|_| What::Github));
        let record = what.map(|what| {
            let record = Record::new(about.suite, about.tests, &environment.temporary());
            record.map_err(|source| ReportError { what, cause: Cause::Io(source) })
        });
        Ok(Self { about, streams, documents, record: record.transpose()?, failures: Vec::new() })
    }

    /// Whether one of them could not be written, which has been said.
    pub(crate) fn have_failed(&self) -> bool {
        !self.failures.is_empty()
    }

    /// What goes wrong with the record goes wrong with each document.
    fn record(&mut self, at: Duration, event: &Event<'_>) {
        let Some(record) = &mut self.record else { return };
        if let Err(source) = record.event(at, event) {
            self.record = None;
            for document in self.documents.drain(..) {
                let cause = Cause::Io(io::Error::new(source.kind(), source.to_string()));
                self.failures.push(ReportError { what: document.what, cause });
            }
        }
    }

    fn write_documents(&mut self) {
        let Some(record) = &self.record else { return };
        for Open { what, to } in self.documents.drain(..) {
            let kind = match &what {
                What::Asked(argument) => argument.kind,
                What::Github => unreachable!("it is written by itself"),
            };
            let written = to.write(|out| match kind {
                ReportKind::Html => html::write(out, record),
                ReportKind::Junit => junit::write(out, record),
                ReportKind::Trace => trace::write(out, record),
                ReportKind::Jsonl | ReportKind::Tap => unreachable!("they are streams"),
            });
            if let Err(source) = written {
                self.failures.push(ReportError { what, cause: Cause::Io(source) });
            }
        }
        if let Some(job) = self.about.github {
            // The runner reads commands from either stream; standard output may be a report's.
            let written = github::write(&mut io::stderr().lock(), job, self.about.root, record);
            if let Err(source) = written {
                self.failures.push(ReportError { what: What::Github, cause: Cause::Io(source) });
            }
        }
    }
}

impl Reporter for Reports<'_> {
    fn event(&mut self, at: Duration, event: &Event<'_>) {
        let failures = &mut self.failures;
        self.streams.retain_mut(|Open { what, to }| match to.event(at, event) {
            Ok(()) => true,
            Err(source) => {
                failures.push(ReportError { what: what.clone(), cause: Cause::Io(source) });
                false
            }
        });
        self.record(at, event);
        if let Event::Ended(_) = event {
            self.write_documents();
            // In the middle of a run this would be lost between the lines of tests.
            self.failures.iter().for_each(|failure| print_failure(failure));
        }
    }
}

impl fmt::Display for ReportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.what {
            What::Asked(argument) => write!(f, "cannot write the report `{argument}`: ")?,
            What::Github => f.write_str("cannot write the summary for GitHub Actions: ")?,
        }
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
        let What::Asked(argument) = &self.what else { return None };
        match (&self.cause, &argument.to) {
            (Cause::Io(source), Destination::File(path))
                if source.kind() == io::ErrorKind::NotFound =>
            {
                let directory = path.parent()?.display().to_string();
                Some(Box::new(format!("make it first: `mkdir -p {directory}`")))
            }
            (Cause::Io(source), Destination::File(_))
                if source.kind() == io::ErrorKind::IsADirectory =>
            {
                Some(Box::new("name a file in it"))
            }
            (Cause::Taken, _) => Some(Box::new("give each report a file of its own")),
            (Cause::Io(_), Destination::Made(_)) => {
                Some(Box::new("`reports` in the manifest asks for it there"))
            }
            _ => None,
        }
    }
}

impl Ends for ReportError {
    fn exit(&self) -> Exit {
        Exit::NotReported
    }
}
