//! `probe report`: reports of a run that is over, out of the log of its events: one that somebody names, or one of those that
//! are kept.

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader};
use std::path::Path;

use miette::Diagnostic;
use probe_report::facts::{Log, LogError};
use probe_report::{AskedReport, Destination, ReportError, Reports, Surroundings};
use probe_run::Exit;
use probe_scenario::{DocumentKind, ReportKind};

use super::asked::asked;
use crate::args::ReportCommandArguments;
use crate::dot_probe::{self, KeptRun};
use crate::environment::Environment;
use crate::manifest_file::ManifestFile;
use crate::ui::{Ends, Failure, print, print_failure, print_warning};

/// Bytes that are read at once: lines are longer than the usual few thousand.
const AT_ONCE: usize = 64 * 1024;

/// Writes the reports.
pub(crate) fn report(
    arguments: &ReportCommandArguments,
    environment: &Environment,
) -> Result<Exit, Failure> {
    let mut asked = asked(&arguments.reports, environment);
    let (name, page) = match &arguments.from {
        Some(from) => (Name::of(from), None),
        None => {
            let root = ManifestFile::find(&arguments.project, environment)?.root;
            let runs = dot_probe::chosen(dot_probe::runs(&root), arguments.run.as_deref())?;
            let KeptRun { log, page, .. } = runs.into_iter().next().expect("there is one");
            let page = asked.is_empty().then_some(page);
            if let Some(page) = &page {
                // What may lie there is not written through.
                let _ = fs::remove_file(page);
                let kind = ReportKind::Document(DocumentKind::Html);
                asked.push(AskedReport { kind, to: Destination::File(page.clone()) });
            }
            (Name::File(log), page)
        }
    };
    let unreadable = |source| CannotRead { name: name.clone(), why: Why::Io(source) };
    let lines: Box<dyn BufRead> = match &name {
        Name::Stdin => Box::new(io::stdin().lock()),
        Name::File(path) => {
            let path = environment.typed(path);
            let file = File::open(&path).map_err(unreadable)?;
            if file.metadata().map_err(unreadable)?.is_dir() {
                return Err(unreadable(io::ErrorKind::IsADirectory.into()).into());
            }
            if let Some(report) = asked.iter().find(|report| is_at(report, &path, environment)) {
                return Err(IntoItself { report: report.to_string() }.into());
            }
            Box::new(BufReader::with_capacity(AT_ONCE, file))
        }
    };
    let wrong = |error| CannotRead { name: name.clone(), why: Why::Log(error) };
    let mut log = Log::begin(lines).map_err(wrong)?;
    let temporary = environment.temporary();
    let surroundings = Surroundings { cwd: environment.cwd(), temporary: &temporary, github: None };
    let mut reports = Reports::open(&asked, surroundings)?;
    while let Some(line) = log.next_fact().map_err(wrong)? {
        reports.fact(line.at, &line.fact);
    }
    if !log.has_ended() {
        reports.cut_off();
        print_warning(&format_args!(
            "{name} ends before its run: probe was killed, and what it would have told is missing in the reports"
        ));
    }
    if let Some(test) = log.shared_name() {
        print_warning(&format_args!(
            "two tests of the run are called `{test}`: what {name} tells of them is told of the first"
        ));
    }
    reports.failures().iter().for_each(|failure| print_failure(failure));
    if let Some(page) = page.filter(|_| reports.failures().is_empty()) {
        print(|out| writeln!(out, "{}", page.display()))?;
        if arguments.open
            && let Err(error) = open::that_detached(&page)
        {
            print_warning(&format_args!("no browser opens it: {error}"));
        }
    }
    Ok(if reports.failures().is_empty() { Exit::Passed } else { Exit::NotReported })
}

/// Whether a report would be written over the log.
pub(super) fn is_at(report: &AskedReport, log: &Path, environment: &Environment) -> bool {
    let (Destination::File(path) | Destination::Made(path)) = &report.to else { return false };
    let real = |path: &Path| path.canonicalize().ok();
    real(&environment.typed(path)).is_some_and(|path| Some(path) == real(log))
}

/// Where a log comes from.
#[derive(Clone, Debug)]
enum Name {
    Stdin,
    File(std::path::PathBuf),
}

impl Name {
    fn of(from: &Path) -> Self {
        if from == Path::new("-") { Self::Stdin } else { Self::File(from.to_owned()) }
    }
}

impl std::fmt::Display for Name {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Stdin => f.write_str("standard input"),
            Self::File(path) => write!(f, "`{}`", path.display()),
        }
    }
}

/// The log cannot be read.
#[derive(Debug)]
struct CannotRead {
    name: Name,
    why: Why,
}

#[derive(Debug)]
enum Why {
    Io(io::Error),
    Log(LogError),
}

impl std::fmt::Display for CannotRead {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "cannot read {} as the log of a run: ", self.name)?;
        match &self.why {
            Why::Io(error) => error.fmt(f),
            Why::Log(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for CannotRead {}

impl Diagnostic for CannotRead {
    fn help<'a>(&'a self) -> Option<Box<dyn std::fmt::Display + 'a>> {
        match &self.why {
            Why::Io(_) => None,
            Why::Log(error) => error.help().map(|help| Box::new(help) as Box<_>),
        }
    }
}

impl Ends for CannotRead {}

/// A report would replace the log that it is made of.
#[derive(Debug)]
pub(super) struct IntoItself {
    pub(super) report: String,
}

impl std::fmt::Display for IntoItself {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "the report `{}` would be written over the log that it is made of", self.report)
    }
}

impl std::error::Error for IntoItself {}

impl Diagnostic for IntoItself {
    fn help<'a>(&'a self) -> Option<Box<dyn std::fmt::Display + 'a>> {
        Some(Box::new("name another file for it"))
    }
}

impl Ends for IntoItself {}

impl Ends for ReportError {
    fn exit(&self) -> Exit {
        Exit::NotReported
    }
}
