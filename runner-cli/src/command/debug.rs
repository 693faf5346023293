//! `probe run --debug TEST`: one test as a person would start it by hand, with the libraries, services and variables that it has in
//! a run, what runs before and after it, and the terminal and the standard input as they are: nothing is kept of what it prints,
//! nothing ends it, nothing repeats it.

use std::fmt;

use miette::Diagnostic;
use parking_lot::Mutex;
use probe_process::ProcessEnd;
use probe_run::{Exit, Guest, Invocation, Visit};
use probe_scenario::{Suite, TestId};

use super::exec::exit_of;
use super::hosting::{House, not_started};
use super::loading::{loader, pinned, record};
use super::opening::{Means, Opened, open};
use super::run::policy;
use crate::args::RunArguments;
use crate::environment::Environment;
use crate::given::Given;
use crate::plan::{self, Provided};
use crate::standing::Standing;
use crate::ui::{Ends, Failure, print_note};

/// Tests that are named; the rest is counted.
const NAMED: usize = 10;

/// Imports and starts what the test needs, and runs it.
pub(crate) fn debug(
    name: &str,
    arguments: &RunArguments,
    environment: &Environment,
) -> Result<Exit, Failure> {
    let run_id: u64 = rand::random();
    let shown = |defaults: &_| policy(&arguments.output, defaults);
    let means = Means {
        store: &arguments.store,
        imports: &arguments.imports,
        progress: arguments.progress,
        shown: Some(&shown),
        skipped: &[],
        run_id,
    };
    let Opened { mut project, early, loader: opened } =
        open(&arguments.project, &arguments.selection, means, environment)?;
    let id = only(&project.suite, name)?;
    let before = without_others(&mut project.suite, id);
    let suite = &project.suite;
    let plan = plan::of_tests(&project, environment, &[id], &())?;
    let given = Given::new(suite, &project.root, environment, &[id], &arguments.args)?
        .wrapped(arguments.wrapping());
    let pinning = pinned(&project, &plan, &early, &arguments.imports, environment)?;
    let loader = match opened {
        Some(loader) => loader,
        None => loader(&arguments.store, &arguments.imports, suite, environment, run_id)?,
    };
    let standing =
        Standing::new(&loader.settings().store, &project.root, &arguments.project, false);
    let provider = Provided {
        project: &project,
        pinning: &pinning,
        environment,
        given: &given,
        store: &loader.settings().store,
        run_id,
        standing: Some(&standing),
        instead: None,
    };
    let house = House {
        project: &project,
        plan: &plan,
        provider: &provider,
        loader: &loader,
        early: &early,
        environment,
        progress: arguments.progress,
        run_id,
        withheld: &[],
    };
    let test = suite.tests[id.index()].to_string();
    let guest = Debugged { test, before, end: Mutex::new(None) };
    let summary = house.receive(&guest)?;
    record(&pinning, &loader, suite, &summary);
    match guest.end.into_inner() {
        // What comes after it may have failed.
        Some(Ok(end)) if end.is_success() && !summary.failed.is_empty() => Ok(summary.exit()),
        Some(Ok(end)) => Ok(exit_of(end)),
        Some(Err(reason)) => Err(CannotDebug::new(reason, Exit::NotRun).into()),
        None => match not_started(&summary) {
            Some(reason) => Err(CannotDebug::new(reason.to_owned(), Exit::NotFound).into()),
            None => Ok(summary.exit()),
        },
    }
}

/// Lets the test wait for no other one, and says for which it would.
fn without_others(suite: &mut Suite, id: TestId) -> Vec<String> {
    let before = suite.tests[id.index()].after.iter();
    let before = before.map(|id| format!("`{}`", suite.tests[id.index()])).collect();
    suite.tests.iter_mut().for_each(|test| test.after.clear());
    before
}

/// The test, which has the terminal.
struct Debugged {
    test: String,
    /// The tests that it comes after.
    before: Vec<String>,
    end: Mutex<Option<Result<ProcessEnd, String>>>,
}

impl Guest for Debugged {
    fn stay(&self, visit: &Visit<'_>) -> Result<ProcessEnd, String> {
        self.announce(visit.invocation);
        let mut command = visit.command();
        let end = visit
            .run_in_foreground(&mut command)
            .map_err(|error| format!("cannot run `{}`: {error}", command.get_program().display()));
        *self.end.lock() = Some(end.clone());
        end
    }
}

impl Debugged {
    /// Says what is about to run: from here on the terminal is the test's.
    fn announce(&self, invocation: &Invocation) {
        let Self { test, before, .. } = self;
        if !before.is_empty() {
            let before = before.join(", ");
            print_note(&format!("`{test}` comes after {before}, which does not run now"));
        }
        let words = std::iter::once(&invocation.program).chain(&invocation.args);
        let words: Vec<_> = words.map(|word| word.to_string_lossy()).collect();
        let words = probe_scenario::without_secrets(&words.join(" ")).into_owned();
        print_note(&format!(
            "`{test}` has the terminal, and no timeout: `{words}` in `{}`",
            invocation.cwd.display()
        ));
    }
}

/// The test that is called so, with or without its suite, or else the only one whose name has this in it.
fn only(suite: &Suite, name: &str) -> Result<TestId, CannotDebug> {
    let all = || (0..suite.tests.len()).map(TestId::new);
    let test = |id: &TestId| &suite.tests[id.index()];
    let exact: Vec<TestId> =
        all().filter(|id| test(id).name == name || test(id).to_string() == name).collect();
    let lower = name.to_lowercase();
    let found = match exact.len() {
        0 => all().filter(|id| test(id).to_string().to_lowercase().contains(&lower)).collect(),
        _ => exact,
    };
    match found.as_slice() {
        [id] => Ok(*id),
        [] => Err(CannotDebug {
            what: format!("no test is called `{name}`"),
            help: Some("`probe list` shows all".to_owned()),
            exit: Exit::NoTests,
        }),
        many => {
            let mut lines: Vec<String> =
                many.iter().take(NAMED).map(|id| format!("- {}", test(id))).collect();
            if let Some(more) = many.len().checked_sub(NAMED).filter(|more| *more > 0) {
                lines.push(format!("- and {more} more"));
            }
            Err(CannotDebug {
                what: format!(
                    "{} tests have `{name}` in their names, and one can have the terminal",
                    many.len()
                ),
                help: Some(format!("name one of them whole:\n{}", lines.join("\n"))),
                exit: Exit::Usage,
            })
        }
    }
}

/// The test cannot be run.
#[derive(Debug)]
struct CannotDebug {
    what: String,
    help: Option<String>,
    exit: Exit,
}

impl CannotDebug {
    fn new(what: String, exit: Exit) -> Self {
        Self { what, help: None, exit }
    }
}

impl fmt::Display for CannotDebug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)
    }
}

impl std::error::Error for CannotDebug {}

impl Diagnostic for CannotDebug {
    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.help.as_ref().map(|help| Box::new(help) as Box<dyn fmt::Display>)
    }
}

impl Ends for CannotDebug {
    fn exit(&self) -> Exit {
        self.exit
    }
}
