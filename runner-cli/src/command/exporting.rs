//! `probe history export`: how long tests and libraries take, for machines that share a suite.

use std::fs;
use std::io;
use std::path::PathBuf;
use std::thread;

use miette::Diagnostic;
use probe_run::Exit;
use probe_scenario::{Jobs, LibraryId};

use super::opening::{exit, open_to_look};
use super::selected::{say_nothing_selected, selected};
use crate::args::ExportArguments;
use crate::environment::Environment;
use crate::history::History;
use crate::sharding::Timings;
use crate::ui::{Ends, Failure, print, print_note, print_warning};

/// Prints the times of the selected tests that are known, and of all libraries and services.
pub(crate) fn export(
    arguments: &ExportArguments,
    environment: &Environment,
) -> Result<Exit, Failure> {
    let project = open_to_look(&arguments.look.project, &arguments.look.selection, environment)?;
    let suite = &project.suite;
    let tests = selected(&arguments.look.selection, &project, environment);
    if tests.is_empty() {
        say_nothing_selected(&project);
    }
    let mut history = History::look(&project.root);
    let past = history.past(suite, &tests);
    let of_tests = tests.iter().filter_map(|test| {
        Some((suite.tests[test.index()].to_string(), past.measured_test(*test)?))
    });
    let of_tests: Vec<_> = of_tests.collect();
    let of_libraries = (0..suite.libraries.len()).map(LibraryId::new).filter_map(|library| {
        Some((suite.libraries[library.index()].name.clone(), past.measured(library)?))
    });
    let of_services = suite
        .services
        .iter()
        .filter_map(|service| Some((service.name.clone(), history.of_service(&service.name)?)));
    let shared: Vec<_> = of_libraries.chain(of_services).collect();
    for trouble in history.take_troubles() {
        print_warning(&trouble);
    }
    if of_tests.is_empty() && !tests.is_empty() {
        print_note("no run of these tests is known: the file says nothing of their times yet");
    }
    let processors = thread::available_parallelism().unwrap_or(std::num::NonZeroUsize::MIN);
    let jobs = project.defaults.jobs.unwrap_or(Jobs::PerProcessor).of(processors);
    let timings = Timings::new(jobs, of_tests, shared);
    match &arguments.output {
        None => print(|out| timings.write(out))?,
        Some(path) => {
            let mut text = Vec::new();
            timings.write(&mut text).expect("memory takes everything");
            let to = environment.cwd().join(path);
            fs::write(&to, text).map_err(|why| NotWritten { path: path.clone(), why })?;
        }
    }
    Ok(exit(&project, Exit::Passed))
}

/// The file cannot be written.
#[derive(Debug)]
struct NotWritten {
    path: PathBuf,
    why: io::Error,
}

impl std::fmt::Display for NotWritten {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "cannot write the timings to `{}`: {}", self.path.display(), self.why)
    }
}

impl std::error::Error for NotWritten {}

impl Diagnostic for NotWritten {}

impl Ends for NotWritten {
    fn exit(&self) -> Exit {
        Exit::NotReported
    }
}
