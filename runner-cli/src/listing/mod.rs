//! Suites whose tests a command lists: the commands are run at once, under the same supervision as tests, and what they
//! printed is handed on.
//!
//! Does not know what a listing means; the manifest's reader takes the names out of it.

mod cargo;

use std::ffi::OsString;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use miette::Diagnostic;
use probe_process::{
    Brand, Capture, Captured, Charge, CommandSpec, Ended, EndedBy, Orphans, ProcessEnd,
    StoppableWatch, Tenant, TimeLimits, Watch, find_program, supervise, supervise_test,
};
use probe_scenario::{CargoTests, Listing, Rule, SuiteId, SuiteRule, write_duration};
use rayon::prelude::*;

use crate::environment::Environment;
use crate::exit::Exit;
use crate::given::{path_in, with_runner};
use crate::project::limits::TestLimits;
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
        /// The way out, where it is known.
        help: Option<String>,
        /// The end of what it said.
        said: String,
    },
}

/// A suite whose tests are to be listed.
#[derive(Debug)]
pub(crate) struct ToList<'m> {
    pub(crate) suite: SuiteRule<'m>,
    /// Libraries that it needs and that are not there, each with why.
    pub(crate) missing: Vec<(String, String)>,
    /// What its tests will find in their environment, as far as that is the same for all.
    pub(crate) env: Vec<(OsString, OsString)>,
    /// What holds for its tests.
    pub(crate) limits: TestLimits,
}

/// What every listing command is run with.
#[derive(Clone, Copy)]
struct Desk<'a> {
    root: &'a Path,
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

/// A suite, and what its listing came to.
type SuiteListed = (SuiteId, Result<Listed, ListingError>);

/// What the listing commands of `suites` came to.
///
/// # Errors
///
/// Nobody can listen for signals, or probe was told to stop.
pub(crate) fn list_all(
    root: &Path,
    suites: &[ToList<'_>],
    environment: &Environment,
) -> Result<Vec<SuiteListed>, ListingError> {
    let Some(first) = suites.first() else { return Ok(Vec::new()) };
    let run_id = format!("{:016x}", rand::random::<u64>());
    let orphans = Orphans::adopt(&run_id);
    let charge = Charge { run_id: Some(run_id.clone()), brand: Brand::take(), scratch: None };
    let watch = StoppableWatch::start(charge).map_err(|error| ListingError::Failed {
        suite: first.suite.name.to_owned(),
        command: "the listing".to_owned(),
        why: format!("cannot listen for signals: {error}"),
        help: None,
        said: String::new(),
    })?;
    let desk = Desk {
        root,
        environment,
        run_id: &run_id,
        watch: watch.watch(),
        orphans: &orphans,
        slots: &AtomicUsize::new(0),
    };
    let list_one = |to_list: &ToList<'_>| (to_list.suite.id, list(desk, to_list));
    // On threads of the pool, even if there is but one suite: the children of probe's first thread are taken for orphans.
    let results: Vec<SuiteListed> = rayon::scope(|_| suites.par_iter().map(list_one).collect());
    orphans.kill_unknown();
    watch.end().map_or(Ok(results), |signal| Err(ListingError::Interrupted(signal.number())))
}

/// Lists one suite.
fn list(desk: Desk<'_>, to_list: &ToList<'_>) -> Result<Listed, ListingError> {
    let ToList { suite, missing, env, limits } = to_list;
    let cwd = suite
        .cwd
        .map_or_else(|| desk.root.to_owned(), |cwd| desk.environment.resolve(desk.root, cwd));
    let lister = Lister { desk, suite: suite.name, cwd, env, limits: *limits };
    let listed = match suite.rule {
        Rule::List(Listing { run, .. }) => lister.command(run).printed().map(Listed::Output),
        Rule::Cargo(args) => cargo::list(&lister, args).map(Listed::Cargo),
        Rule::Files(_) | Rule::Single | Rule::Kind(_) => unreachable!("no command lists it"),
    };
    // Many a listing can do without, and then the tests are known that are blocked.
    listed.map_err(|error| match missing.first() {
        Some((library, why)) => error.with_help(format!(
            "it needs the library `{library}`, which could not be imported: {why}"
        )),
        None => error,
    })
}

/// Runs the commands that list one suite.
struct Lister<'a> {
    desk: Desk<'a>,
    suite: &'a str,
    /// The suite's directory.
    cwd: PathBuf,
    /// What the suite's tests find in their environment.
    env: &'a [(OsString, OsString)],
    limits: TestLimits,
}

/// One command that helps to list a suite.
struct ListingCommand<'a> {
    lister: &'a Lister<'a>,
    words: Vec<String>,
    cwd: PathBuf,
    /// What the runner of the tests sets for them.
    base: Vec<(String, String)>,
    sort: Sort,
}

/// What a command does, and so what holds for it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sort {
    /// It takes as long as a test at most. Nothing that it has started is alive afterwards, in its group or out of it: no
    /// test runs yet that could make use of it.
    Lists,
    /// It takes far longer, and may leave a compiler's server behind.
    Builds,
}

/// The most that a listing may print, in bytes: a test costs 35 times its name, and 100,000 names are far below this.
const LONGEST: u64 = 16 << 20;

/// The same of a build, which has a line of JSON for each crate.
const LONGEST_BUILD: u64 = 256 << 20;

/// How often a build may take the time of a test: an hour, where nobody says otherwise.
const BUILD: u32 = 12;

impl Sort {
    fn most(self) -> u64 {
        match self {
            Self::Lists => LONGEST,
            Self::Builds => LONGEST_BUILD,
        }
    }

    /// How long it may take where a test may take so long.
    fn timeout(self, timeout: Duration) -> Duration {
        match self {
            Self::Lists => timeout,
            Self::Builds => timeout.saturating_mul(BUILD),
        }
    }
}

impl Lister<'_> {
    /// The command with these words, in the suite's directory.
    fn command<S: ToString>(&self, words: &[S]) -> ListingCommand<'_> {
        ListingCommand {
            lister: self,
            words: words.iter().map(ToString::to_string).collect(),
            cwd: self.cwd.clone(),
            base: Vec::new(),
            sort: Sort::Lists,
        }
    }
}

impl ListingCommand<'_> {
    /// What it prints on its standard output, if it ends well.
    fn printed(&self) -> Result<String, ListingError> {
        let ended = self.ended()?;
        let Captured::Split { stdout, .. } = &ended.output else {
            unreachable!("its streams are kept apart")
        };
        if stdout.is_over() {
            let most = self.sort.most() >> 20;
            let why = format!("printed more than {most} MiB, and was not read further");
            let help =
                "let it print the names of the tests alone, or share them among several suites";
            return Err(self.failed(why, String::new()).with_help(help.to_owned()));
        }
        let why = match (ended.ended_by, ended.end) {
            (Some(EndedBy::Timeout(_)), _) => {
                let timeout = write_duration(self.sort.timeout(self.lister.limits.timeout));
                let suite = self.lister.suite;
                let help = match self.sort {
                    Sort::Lists => format!(
                        "a listing may take as long as a test: raise `timeout` in `[suite.{suite}]` or `[run]`"
                    ),
                    Sort::Builds => format!(
                        "a build may take {BUILD} times as long as a test: raise `timeout` in `[suite.{suite}]` or `[run]`"
                    ),
                };
                let said = ended.output.last_words();
                let why = format!("took longer than {timeout}, and was ended");
                return Err(self.failed(why, said).with_help(help));
            }
            (Some(EndedBy::Interrupted), _) => "was interrupted".to_owned(),
            (Some(EndedBy::Terminal(_)), _) => {
                "wanted the terminal, which is probe's, and was ended".to_owned()
            }
            (None, ProcessEnd::Exited(0)) => {
                let printed = stdout.whole().map_err(|error| {
                    self.failed(format!("printed more than could be kept: {error}"), String::new())
                })?;
                return String::from_utf8(printed).map_err(|_| {
                    self.failed("printed something that is not UTF-8".to_owned(), String::new())
                });
            }
            (None, ProcessEnd::Exited(code)) => format!("exited with {code}"),
            (None, ProcessEnd::Killed(signal)) => {
                format!("was killed by signal {}", signal.number())
            }
        };
        Err(self.failed(why, ended.output.last_words()))
    }

    /// Runs it to its end.
    fn ended(&self) -> Result<Ended, ListingError> {
        let Desk { root, environment, run_id, watch, orphans, slots } = self.lister.desk;
        let limits = self.lister.limits;
        let cannot = |error: &dyn fmt::Display| {
            self.failed(format!("cannot be run: {error}"), String::new())
        };
        let (program, args) = self.words.split_first().expect("the reader wants a program");
        let mut env: Vec<(OsString, OsString)> = vec![("PROBE".into(), "1".into())];
        env.extend(with_runner(&self.base, self.lister.env.to_vec()));
        let path = path_in(&env).or_else(|| environment.path());
        let program =
            find_program(program.as_ref(), &self.cwd, path).map_err(|error| cannot(&error))?;
        let mut command = CommandSpec {
            program,
            args: args.iter().map(Into::into).collect(),
            env,
            cwd: self.cwd.clone(),
            limits: TimeLimits {
                timeout: Some(self.sort.timeout(limits.timeout)),
                grace: limits.grace,
            },
            capture: Capture::Split,
            most: Some(self.sort.most()),
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
            Sort::Builds => supervise(&command, root, watch),
        };
        ended.map_err(|error| cannot(&error))
    }

    fn failed(&self, why: String, said: String) -> ListingError {
        let (suite, command) = (self.lister.suite.to_owned(), self.words.join(" "));
        ListingError::Failed { suite, command, why, help: None, said }
    }
}

impl ListingError {
    fn with_help(mut self, text: String) -> Self {
        if let Self::Failed { help, .. } = &mut self {
            *help = Some(text);
        }
        self
    }

    /// The suite whose tests are not known.
    pub(crate) fn suite(&self) -> Option<&str> {
        match self {
            Self::Interrupted(_) => None,
            Self::Failed { suite, .. } => Some(suite),
        }
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
            Self::Failed { help, said, .. } => {
                let said = (!said.is_empty()).then(|| format!("it said:\n{said}"));
                let lines: Vec<String> = help.iter().cloned().chain(said).collect();
                (!lines.is_empty()).then(|| Box::new(lines.join("\n")) as Box<dyn fmt::Display>)
            }
            Self::Interrupted(_) => None,
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
