//! `probe explain`: what became of a test in the last run, and why, out of the log that is kept of it.

use std::io::BufReader;
use std::path::Path;
use std::time::SystemTime;

use miette::Diagnostic;
use probe_loader::open_regular;
use probe_report::facts::Log;
use probe_report::{Beside, Explained};
use probe_run::Exit;
use probe_scenario::Selection;

use super::ago::ago;
use super::reason::Reason;
use crate::args::ExplainArguments;
use crate::dot_probe::{self, KeptRun};
use crate::environment::Environment;
use crate::manifest_file::ManifestFile;
use crate::project::{Opening, Project};
use crate::ui::{Ends, Failure, print, print_warning};

/// Names that are shown of those that may be meant.
const SHOWN: usize = 5;

/// Prints what became of a test.
pub(crate) fn explain(
    arguments: &ExplainArguments,
    environment: &Environment,
) -> Result<Exit, Failure> {
    let root = ManifestFile::find(&arguments.project, environment)?.root;
    let runs = dot_probe::runs(&root);
    let runs = dot_probe::chosen(runs, arguments.run.as_deref())?;
    let Some(name) = arguments.test.as_deref() else { return overview(&runs, environment) };
    for (index, run) in runs.iter().enumerate() {
        let Some(explained) = read(run, &environment.temporary()) else { continue };
        let tests = explained.find(name);
        let test = match tests.as_slice() {
            [] => continue,
            [test] => *test,
            several => {
                let names = several.iter().map(|&test| explained.name(test).to_owned());
                return Err(NotClear { name: name.to_owned(), names: names.collect() }.into());
            }
        };
        let project = project(arguments, environment);
        let why = |library: &str| why(project.as_ref()?, explained.name(test), library);
        let when = ago(explained.began(), SystemTime::now());
        let is_last = index == 0 && arguments.run.is_none();
        let beside = Beside { when: &when, is_last, why: &why };
        print(|out| explained.write(out, test, &beside))?;
        return Ok(Exit::Passed);
    }
    let near = project(arguments, environment).map(|project| project.suite.near_names(name));
    Err(Unknown { name: name.to_owned(), runs: runs.len(), near: near.unwrap_or_default() }.into())
}

/// Prints what each test that has not passed came to in the newest of `runs` that can be read.
fn overview(runs: &[KeptRun], environment: &Environment) -> Result<Exit, Failure> {
    let explained = runs.iter().find_map(|run| read(run, &environment.temporary()));
    let Some(explained) = explained else { return Ok(Exit::Setup) };
    let when = ago(explained.began(), SystemTime::now());
    print(|out| explained.write_overview(out, &when))?;
    Ok(Exit::Passed)
}

/// What a kept log says; `None` where that is nothing, which is told.
fn read(run: &KeptRun, temporary: &Path) -> Option<Explained> {
    let unreadable = |why: &dyn std::fmt::Display| {
        let shown = run.log.display();
        print_warning(&format_args!("`{shown}` is no log of a run that can be read: {why}"));
    };
    let file = open_regular(&run.log).map_err(|error| unreadable(&error)).ok()?;
    let log = Log::begin(BufReader::new(file)).map_err(|error| unreadable(&error)).ok()?;
    Explained::read(log, temporary).map_err(|error| unreadable(&error)).ok()
}

/// The project as it is now, without what only a command could list; `None` where its manifest has mistakes.
fn project(arguments: &ExplainArguments, environment: &Environment) -> Option<Project> {
    let opening = Opening::read(&arguments.project, environment, &Selection::default()).ok()?;
    opening.unlisted(environment).ok()
}

/// What asks for a library of a test, if the project still says so.
fn why(project: &Project, test: &str, library: &str) -> Option<String> {
    let suite = &project.suite;
    let test = suite.tests.iter().find(|known| known.to_string() == test)?;
    let named =
        |need: &&probe_scenario::Need| suite.libraries[need.library.index()].name == library;
    let need = test.needs.iter().find(named)?;
    Some(Reason { suite, manifest: &project.source, need }.to_string())
}

/// Several tests have it in their names.
#[derive(Debug)]
struct NotClear {
    name: String,
    names: Vec<String>,
}

impl std::fmt::Display for NotClear {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} tests have `{}` in their name", self.names.len(), self.name)
    }
}

impl std::error::Error for NotClear {}

impl Diagnostic for NotClear {
    fn help<'a>(&'a self) -> Option<Box<dyn std::fmt::Display + 'a>> {
        let mut help =
            format!("name one: `{}`", self.names[..self.names.len().min(SHOWN)].join("`, `"));
        if self.names.len() > SHOWN {
            help.push_str(", …");
        }
        Some(Box::new(help))
    }
}

impl Ends for NotClear {
    fn exit(&self) -> Exit {
        Exit::NoTests
    }
}

/// No run that is kept has such a test.
#[derive(Debug)]
struct Unknown {
    name: String,
    runs: usize,
    near: Vec<String>,
}

impl std::fmt::Display for Unknown {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { name, runs, .. } = self;
        match runs {
            1 => write!(f, "the run that is kept had no test `{name}`"),
            runs => write!(f, "none of the {runs} runs that are kept had a test `{name}`"),
        }
    }
}

impl std::error::Error for Unknown {}

impl Diagnostic for Unknown {
    fn help<'a>(&'a self) -> Option<Box<dyn std::fmt::Display + 'a>> {
        Some(Box::new(match self.near.as_slice() {
            [] => "`probe list` prints the names of all tests".to_owned(),
            [only] if only.contains(&self.name) => {
                format!("it has not run: `probe run {}` runs it", self.name)
            }
            near => format!("did you mean `{}`?", near.join("`, or `")),
        }))
    }
}

impl Ends for Unknown {
    fn exit(&self) -> Exit {
        Exit::NoTests
    }
}
