//! The requested reports: opens them before the first fact, passes all facts to them, and names those that could not be
//! written.
//!
//! Does not know the format of any report, nor whether the run is in progress or was read from a log.

use std::fs::File;
use std::io;
use std::path::Path;

use probe_scenario::{DocumentKind, ReportKind, StreamKind};

use super::asked::AskedReport;
use super::facts::{Fact, Seconds};
use super::github::{self, GithubJob};
use super::jsonl::Jsonl;
use super::kept::KeptLog;
use super::outlet::Outlet;
use super::place::Place;
use super::record::Record;
use super::report_error::{ReportError, ReportName, WriteFailure};
use super::stream::StreamReport;
use super::tap::Tap;
use super::{html, junit, timeline, trace};

/// The places and settings that reports need.
#[derive(Clone, Copy, Debug)]
pub struct Surroundings<'a> {
    /// The directory that relative paths start from.
    pub cwd: &'a Path,
    /// The directory for temporary files.
    pub temporary: &'a Path,
    /// The GitHub Actions job in which probe runs, and the project's directory.
    pub github: Option<(&'a GithubJob, &'a Path)>,
}

/// The reports of one run.
pub struct Reports<'a> {
    github: Option<(&'a GithubJob, &'a Path)>,
    streams: Vec<OpenStream>,
    documents: Vec<Document>,
    /// Kept where there is a document to be written from it.
    record: Option<Record>,
    /// Also kept if the user asked for no report.
    kept: Option<KeptLog>,
    failures: Vec<ReportError>,
}

/// A report that is written as facts come.
struct OpenStream {
    asked: AskedReport,
    report: Box<dyn StreamReport>,
}

/// A report that is written at the end.
struct Document {
    asked: AskedReport,
    kind: DocumentKind,
    to: Place,
}

impl<'a> Reports<'a> {
    /// Opens every report.
    ///
    /// # Errors
    ///
    /// Fails if one of them cannot be written, or if two of them have the same destination.
    pub fn open(
        asked: &[AskedReport],
        surroundings: Surroundings<'a>,
    ) -> Result<Self, ReportError> {
        let mut reports = Self {
            github: surroundings.github,
            streams: Vec::new(),
            documents: Vec::new(),
            record: None,
            kept: None,
            failures: Vec::new(),
        };
        for (index, one) in asked.iter().enumerate() {
            let what = || ReportName::Asked(one.clone());
            if asked[..index].iter().any(|other| other.to == one.to) {
                return Err(ReportError { what: what(), cause: WriteFailure::Taken });
            }
            reports.add(one, surroundings.cwd).map_err(|source| ReportError::io(what(), source))?;
        }
        let first = reports.documents.first().map(|first| ReportName::Asked(first.asked.clone()));
        if let Some(what) = first.or(surroundings.github.map(|_| ReportName::Github)) {
            let record = Record::new(surroundings.temporary);
            reports.record = Some(record.map_err(|source| ReportError::io(what, source))?);
        }
        Ok(reports)
    }

    /// Also keeps the log of the run in `file`. Does not report a failure of that, because no user asked for it.
    pub fn keep_log(&mut self, file: File) {
        self.kept = Some(KeptLog::new(file));
    }

    fn add(&mut self, asked: &AskedReport, cwd: &Path) -> io::Result<()> {
        let asked = asked.clone();
        match asked.kind {
            ReportKind::Stream(kind) => {
                let out = Outlet::open(&asked.to, cwd)?;
                let report: Box<dyn StreamReport> = match kind {
                    StreamKind::Jsonl => Box::new(Jsonl::new(out)),
                    StreamKind::Tap => Box::new(Tap::new(out)),
                };
                self.streams.push(OpenStream { asked, report });
            }
            ReportKind::Document(kind) => {
                let to = Place::open(&asked.to, cwd)?;
                self.documents.push(Document { asked, kind, to });
            }
        }
        Ok(())
    }

    /// Takes a fact, `at` this time since the start of the run. Documents are written at the end of the run.
    pub fn fact(&mut self, at: Seconds, fact: &Fact<'_>) {
        self.tell_streams(|report| report.fact(at, fact));
        if self.kept.as_mut().is_some_and(|kept| kept.fact(at, fact).is_err()) {
            self.kept = None;
        }
        self.keep(|record| record.fact(at, fact));
        if let Fact::RunEnded { .. } = fact {
            self.write_documents();
        }
    }

    /// Tells every report that the run has no end.
    pub fn cut_off(&mut self) {
        self.tell_streams(|report| report.cut_off());
        self.keep(|record| {
            record.cut_off();
            Ok(())
        });
        self.write_documents();
    }

    /// The reports that could not be written.
    pub fn failures(&self) -> &[ReportError] {
        &self.failures
    }

    /// Whether no report is open.
    pub fn are_idle(&self) -> bool {
        self.streams.is_empty() && self.record.is_none() && self.kept.is_none()
    }

    /// Passes a fact to all streams. After an error a stream gets nothing more.
    fn tell_streams(&mut self, mut tell: impl FnMut(&mut dyn StreamReport) -> io::Result<()>) {
        let failures = &mut self.failures;
        self.streams.retain_mut(|OpenStream { asked, report }| match tell(&mut **report) {
            Ok(()) => true,
            Err(source) => {
                failures.push(ReportError::io(ReportName::Asked(asked.clone()), source));
                false
            }
        });
    }

    /// Changes the record. An error counts for each document.
    fn keep(&mut self, keep: impl FnOnce(&mut Record) -> io::Result<()>) {
        let Some(record) = &mut self.record else { return };
        if let Err(source) = keep(record) {
            self.record = None;
            for document in self.documents.drain(..) {
                let source = io::Error::new(source.kind(), source.to_string());
                self.failures.push(ReportError::io(ReportName::Asked(document.asked), source));
            }
        }
    }

    fn write_documents(&mut self) {
        let Some(record) = &self.record else { return };
        for Document { asked, kind, to } in self.documents.drain(..) {
            let written = to.write(|out| match kind {
                DocumentKind::Html => html::write(out, record),
                DocumentKind::Junit => junit::write(out, record),
                DocumentKind::Svg => timeline::write(out, record),
                DocumentKind::Trace => trace::write(out, record),
            });
            if let Err(source) = written {
                self.failures.push(ReportError::io(ReportName::Asked(asked), source));
            }
        }
        if let Some((job, root)) = self.github {
            // The runner reads commands from either stream; standard output may be a report's.
            let written = github::write(&mut io::stderr().lock(), job, root, record);
            if let Err(source) = written {
                self.failures.push(ReportError::io(ReportName::Github, source));
            }
        }
    }
}
