//! Suites whose tests a command lists: the commands are run at once, under the same supervision as tests, and what they
//! printed is handed on.
//!
//! Does not know what a listing means; the manifest's reader takes the names out of it.

mod cargo;

use std::ffi::OsString;
use std::fmt;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use miette::Diagnostic;
use probe_scenario::{CargoTests, Listing, Manifest, Rule, SuiteId, SuiteRule, write_duration};
use rayon::prelude::*;

use crate::environment::Environment;
use crate::exit::Exit;
use crate::process::{
    Brand, Capture, Captured, Cause, Charge, CommandSpec, Ended, Orphans, StoppableWatch, Tenant,
    TimeLimits, Watch, find_program, supervise, supervise_test,
};
use crate::project::TestLimits;
use crate::ui::Ends;

/// Why the tests of a suite are not known.
#[derive(Debug)]
pub(crate) enum ListingError {
    /// Probe received this signal meanwhile.
    Interrupted(i32),
    /// The command of a suite did not do its work.
    Failed {
        suite: String,
        command: String,
        /// Fits after the command: "exited with 3".
        why: String,
        /// The end of what it said.
        said: String,
    },
}

/// What every listing command is run with.
#[derive(Clone, Copy)]
struct Desk<'a> {
    root: &'a Path,
    limits: TestLimits,
    environment: &'a Environment,
    /// What the processes of all of them know themselves by.
    run_id: &'a str,
    watch: &'a Watch,
    orphans: &'a Orphans,
    /// The next number by which the processes of one command are told from those of others.
    slots: &'a AtomicUsize,
}

/// What names the tests of a suite.
#[derive(Debug)]
pub(crate) enum Listed {
    /// What its listing command printed.
    Output(String),
    /// What Cargo has built for it.
    Cargo(Vec<CargoTests>),
}

/// What the listing commands of all suites came to. Where several fail, the first one of the manifest is told of.
///
/// # Errors
///
/// A command could not be run, failed, took too long, or printed something other than text; or probe was told to stop.
pub(crate) fn list_all(
    root: &Path,
    manifest: &Manifest,
    limits: TestLimits,
    environment: &Environment,
) -> Result<Vec<(SuiteId, Listed)>, ListingError> {
    let listed = |suite: SuiteRule<'_>| match suite.rule {
        Rule::List(_) | Rule::Cargo(_) => true,
        Rule::Files(_) | Rule::Single | Rule::Kind(_) => false,
    };
    let suites: Vec<SuiteRule<'_>> = manifest.suites().filter(|&suite| listed(suite)).collect();
    if suites.is_empty() {
        return Ok(Vec::new());
    }
    let run_id = format!("{:016x}", rand::random::<u64>());
    let orphans = Orphans::adopt(&run_id);
    let charge = Charge { run_id: Some(run_id.clone()), brand: Brand::take(), scratch: None };
    let watch = StoppableWatch::start(charge).map_err(|error| ListingError::Failed {
        suite: suites[0].name.to_owned(),
        command: "the listing".to_owned(),
        why: format!("cannot listen for signals: {error}"),
        said: String::new(),
    })?;
    let desk = Desk {
        root,
        limits,
        environment,
        run_id: &run_id,
        watch: watch.watch(),
        orphans: &orphans,
        slots: &AtomicUsize::new(0),
    };
    let list_one = |suite: &SuiteRule<'_>| {
        let cwd = suite.cwd.map_or_else(|| root.to_owned(), |cwd| environment.resolve(root, cwd));
        let lister = Lister { desk, suite: suite.name, cwd };
        let listed = match suite.rule {
            Rule::List(Listing { run, .. }) => Listed::Output(lister.command(run).printed()?),
            Rule::Cargo(args) => Listed::Cargo(cargo::list(&lister, args)?),
            _ => unreachable!("only these were kept"),
        };
        Ok((suite.id, listed))
    };
    // On threads of the pool, even if there is but one suite: the children of probe's first thread are taken for orphans.
    let results: Vec<Result<(SuiteId, Listed), ListingError>> =
        rayon::scope(|_| suites.par_iter().map(list_one).collect());
    orphans.kill_unknown();
    match watch.end() {
        None => results.into_iter().collect(),
        Some(signal) => Err(ListingError::Interrupted(signal)),
    }
}

/// Runs the commands that list one suite.
struct Lister<'a> {
    desk: Desk<'a>,
    suite: &'a str,
    /// The suite's directory.
    cwd: PathBuf,
}

/// One command that helps to list a suite.
struct ListingCommand<'a> {
    lister: &'a Lister<'a>,
    words: Vec<String>,
    cwd: PathBuf,
    env: Vec<(OsString, OsString)>,
    sort: Sort,
}

/// What a command does, and so what holds for it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sort {
    /// It takes as long as a test at most. Nothing that it has started is alive afterwards, in its group or out of it: no
    /// test runs yet that could make use of it.
    Lists,
    /// It takes as long as it takes, and may leave a compiler's server behind.
    Builds,
}

impl Lister<'_> {
    /// The command with these words, in the suite's directory.
    fn command<S: ToString>(&self, words: &[S]) -> ListingCommand<'_> {
        ListingCommand {
            lister: self,
            words: words.iter().map(ToString::to_string).collect(),
            cwd: self.cwd.clone(),
            env: vec![("PROBE".into(), "1".into())],
            sort: Sort::Lists,
        }
    }
}

impl ListingCommand<'_> {
    /// What it prints on its standard output, if it ends well.
    fn printed(&self) -> Result<String, ListingError> {
        let ended = self.ended()?;
        let why = match (ended.cause, ended.status.code(), ended.status.signal()) {
            (Some(Cause::Timeout(_)), ..) => {
                let timeout = write_duration(self.lister.desk.limits.timeout);
                format!("ran into the `timeout` of `[run]`, {timeout}")
            }
            (Some(Cause::Interrupted), ..) => "was interrupted".to_owned(),
            (None, Some(0), _) => {
                let Captured::Split { stdout, .. } = &ended.output else {
                    unreachable!("its streams are kept apart")
                };
                let printed = stdout.whole().map_err(|error| {
                    self.failed(format!("printed more than could be kept: {error}"), String::new())
                })?;
                return String::from_utf8(printed).map_err(|_| {
                    self.failed("printed something that is not UTF-8".to_owned(), String::new())
                });
            }
            (None, Some(code), _) => format!("exited with {code}"),
            (None, None, signal) => {
                format!("was killed by signal {}", signal.expect("what did not exit was killed"))
            }
        };
        Err(self.failed(why, ended.output.last_words()))
    }

    /// Runs it to its end.
    fn ended(&self) -> Result<Ended, ListingError> {
        let Desk { root, limits, environment, run_id, watch, orphans, slots } = self.lister.desk;
        let cannot = |error: &dyn fmt::Display| {
            self.failed(format!("cannot be run: {error}"), String::new())
        };
        let (program, args) = self.words.split_first().expect("the reader wants a program");
        let program = find_program(program.as_ref(), &self.cwd, environment.path())
            .map_err(|error| cannot(&error))?;
        let mut command = CommandSpec {
            program,
            args: args.iter().map(Into::into).collect(),
            env: self.env.clone(),
            cwd: self.cwd.clone(),
            limits: TimeLimits { timeout: Some(limits.timeout), grace: limits.grace },
            capture: Capture::Split,
            withheld: environment.withheld(),
            sought: None,
        };
        let ended = match self.sort {
            Sort::Lists => {
                let slot = slots.fetch_add(1, Ordering::Relaxed);
                command.env.push(("PROBE_RUN_ID".into(), run_id.into()));
                command.env.push(("PROBE_SLOT".into(), slot.to_string().into()));
                supervise_test(&command, root, watch, Tenant { orphans, slot })
            }
            Sort::Builds => {
                command.limits.timeout = None;
                supervise(&command, root, watch)
            }
        };
        ended.map_err(|error| cannot(&error))
    }

    fn failed(&self, why: String, said: String) -> ListingError {
        let (suite, command) = (self.lister.suite.to_owned(), self.words.join(" "));
        ListingError::Failed { suite, command, why, said }
    }
}

impl fmt::Display for ListingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Interrupted(_) => f.write_str("interrupted while the tests were listed"),
            Self::Failed { suite, command, why, .. } => {
                write!(f, "cannot list the tests of suite `{suite}`: `{command}` {why}")
            }
        }
    }
}

impl std::error::Error for ListingError {}

impl Diagnostic for ListingError {
    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        match self {
            Self::Failed { said, .. } if !said.is_empty() => {
                Some(Box::new(format!("it said:\n{said}")))
            }
            Self::Failed { .. } | Self::Interrupted(_) => None,
        }
    }
}

impl Ends for ListingError {
    fn exit(&self) -> Exit {
        match *self {
            Self::Interrupted(signal) => {
                Exit::Signal(u8::try_from(signal).expect("signal numbers are small"))
            }
            Self::Failed { .. } => Exit::ListingFailed,
        }
    }
}
