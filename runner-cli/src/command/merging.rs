//! `probe merge`: the logs of machines that shared a suite, made one run: its reports, its history and its exit code.
//!
//! Does not know how facts are merged.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufReader};
use std::path::{Path, PathBuf};
use std::thread;

use miette::Diagnostic;
use probe_report::facts::{Fact, Merge, MergeError, Seconds, Survey, Told};
use probe_report::{AskedReport, Merged, Reports, Surroundings};
use probe_run::Exit;
use probe_scenario::{Selection, TestId};

use super::asked::asked;
use super::report::{IntoItself, is_at};
use crate::args::MergeArguments;
use crate::environment::Environment;
use crate::history::{History, Recorder};
use crate::project::{Opening, Project};
use crate::ui::{Ends, Failure, print_failure, print_note, print_warning};

/// Bytes that are read at once: lines are longer than the usual few thousand.
const AT_ONCE: usize = 64 * 1024;

/// Merges the logs.
pub(crate) fn merge(
    arguments: &MergeArguments,
    environment: &Environment,
) -> Result<Exit, Failure> {
    let mut shards = Vec::new();
    for log in &arguments.logs {
        shards.push((Survey::of(&shown(log), open(log, environment)?).map_err(Unmergeable)?, log));
    }
    shards.sort_by_key(|(survey, _)| survey.number());
    let (surveys, logs): (Vec<Survey>, Vec<&PathBuf>) = shards.into_iter().unzip();
    let merge = Merge::of(surveys).map_err(Unmergeable)?;
    let temporary = environment.temporary();
    let asked = asked(&arguments.reports, environment);
    let is_over = |report: &&AskedReport| {
        logs.iter().any(|log| is_at(report, &environment.typed(log), environment))
    };
    if let Some(report) = asked.iter().find(is_over) {
        return Err(IntoItself { report: report.to_string() }.into());
    }
    let surroundings = Surroundings { cwd: environment.cwd(), temporary: &temporary, github: None };
    let mut reports = Reports::open(&asked, surroundings)?;
    let mut merged = Merged::default();
    let project = project(arguments, environment, &merge);
    let opened: Vec<_> = logs.iter().map(|log| open(log, environment)).collect::<Result<_, _>>()?;
    let mut hear = |at: Seconds, fact: &Fact<'_>| {
        merged.fact(fact);
        reports.fact(at, fact);
    };
    match project {
        None => merge.tell(opened, &mut hear).map_err(Unmergeable)?,
        Some((project, tests)) => {
            let suite = &project.suite;
            let told = Told::new(suite, &tests);
            let mut history = History::open(&project.root);
            let troubles = thread::scope(|threads| {
                let mut recorder =
                    Recorder::new(&mut history, threads, suite, &told, merge.run_id());
                let told = merge.tell(opened, &mut |at, fact| {
                    recorder.fact(fact);
                    hear(at, fact);
                });
                if merge.cut_off().next().is_some() {
                    recorder.cut_off(merge.exit_code());
                }
                told.map(|()| recorder.take_troubles())
            });
            for trouble in troubles.map_err(Unmergeable)? {
                print_warning(&trouble);
            }
        }
    }
    if merge.cut_off().next().is_some() {
        reports.cut_off();
    }
    reports.failures().iter().for_each(|failure| print_failure(failure));
    // There is nowhere left to say that standard error is gone.
    let _ = merged.write(&mut anstream::stderr().lock(), merge.shards(), merge.cut_off());
    let ended = exit(merge.exit_code());
    Ok(if reports.failures().is_empty() { ended } else { ended.or_not_reported() })
}

/// The project whose history the run belongs to, and the tests of the run by their places in its plan; `None` where there is
/// none, or it cannot be said which tests these are without asking the suites' own commands.
fn project(
    arguments: &MergeArguments,
    environment: &Environment,
    merge: &Merge,
) -> Option<(Project, Vec<TestId>)> {
    // Without a manifest nobody expects a history.
    let opening = Opening::read(&arguments.project, environment, &Selection::default()).ok()?;
    let project = opening.unlisted(environment).ok()?;
    let ids: BTreeMap<String, TestId> = (0..project.suite.tests.len())
        .map(|index| (project.suite.tests[index].to_string(), TestId::new(index)))
        .collect();
    let tests = merge.tests();
    let tests: Vec<TestId> =
        tests.iter().map_while(|(_, name)| ids.get(name.as_str()).copied()).collect();
    let is_whole = tests.len() == merge.tests().len() && tests.is_sorted();
    let libraries = Told::new(&project.suite, &tests).libraries().len();
    if !is_whole || libraries != merge.libraries() {
        print_note(
            "the history stays as it is: the manifest here does not name all tests of the logs by itself",
        );
        return None;
    }
    Some((project, tests))
}

/// How a run ends with that code.
fn exit(code: u8) -> Exit {
    match code {
        0 => Exit::Passed,
        4 => Exit::NoTests,
        96 => Exit::Setup,
        104 => Exit::ListingFailed,
        105 => Exit::ImportFailed,
        110 => Exit::NotReported,
        129.. => Exit::Signal(code - 128),
        _ => Exit::TestsFailed,
    }
}

fn open(log: &Path, environment: &Environment) -> Result<BufReader<File>, Failure> {
    let path = environment.typed(log);
    let wrong = |why: io::Error| Unreadable { path: log.to_owned(), why };
    let file = File::open(&path).map_err(wrong)?;
    if file.metadata().map_err(wrong)?.is_dir() {
        return Err(wrong(io::ErrorKind::IsADirectory.into()).into());
    }
    Ok(BufReader::with_capacity(AT_ONCE, file))
}

fn shown(log: &Path) -> String {
    format!("`{}`", log.display())
}

/// Logs are not those of all shards of a run.
#[derive(Debug)]
struct Unmergeable(MergeError);

impl std::fmt::Display for Unmergeable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for Unmergeable {}

impl Diagnostic for Unmergeable {
    fn help<'a>(&'a self) -> Option<Box<dyn std::fmt::Display + 'a>> {
        self.0.help().map(|help| Box::new(help) as Box<_>)
    }
}

impl Ends for Unmergeable {}

/// A log cannot be opened.
#[derive(Debug)]
struct Unreadable {
    path: PathBuf,
    why: io::Error,
}

impl std::fmt::Display for Unreadable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "cannot read `{}` as the log of a run: {}", self.path.display(), self.why)
    }
}

impl std::error::Error for Unreadable {}

impl Diagnostic for Unreadable {}

impl Ends for Unreadable {}
