//! One command that helps to list a suite: run under the same supervision as a test, and what it printed.

use std::ffi::OsString;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use crossbeam_channel::{RecvTimeoutError, bounded};
use probe_process::{
    AtStop, Capture, Captured, CommandSpec, Ended, EndedBy, GroupWatch, Orphans, ProcessEnd,
    Tenant, TimeLimits, Whose, find_program, supervise, supervise_test,
};
use probe_run::TestLimits;
use probe_scenario::write_duration;

use super::error::ListingError;
use crate::environment::Environment;
use crate::given::{path_in, with_runner};
use crate::ui::print_note;

/// What every listing command is run with.
#[derive(Clone, Copy)]
pub(super) struct Desk<'a> {
    pub(super) root: &'a Path,
    pub(super) environment: &'a Environment,
    /// What the processes of all of them know themselves by.
    pub(super) run_id: &'a str,
    pub(super) watch: &'a GroupWatch,
    pub(super) orphans: &'a Orphans,
    /// The next number by which the processes of one command are told from those of others.
    pub(super) slots: &'a AtomicUsize,
}

/// Runs the commands that list one suite.
pub(super) struct Lister<'a> {
    pub(super) desk: Desk<'a>,
    pub(super) suite: &'a str,
    /// The suite's directory.
    pub(super) cwd: PathBuf,
    /// What the suite's tests find in their environment.
    pub(super) env: &'a [(OsString, OsString)],
    pub(super) limits: TestLimits,
}

/// One command that helps to list a suite.
pub(super) struct ListingCommand<'a> {
    pub(super) lister: &'a Lister<'a>,
    pub(super) words: Vec<String>,
    pub(super) cwd: PathBuf,
    /// What the runner of the tests sets for them.
    pub(super) base: Vec<(String, String)>,
    pub(super) sort: Sort,
}

/// What a command does, and so what holds for it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Sort {
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

/// A build that takes longer is said: it may take minutes.
const QUIET: Duration = Duration::from_secs(1);

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
    pub(super) fn command<S: ToString>(&self, words: &[S]) -> ListingCommand<'_> {
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
    pub(super) fn printed(&self) -> Result<String, ListingError> {
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

    /// What a build prints; that it goes on is said if it takes a while.
    pub(super) fn built(&self) -> Result<String, ListingError> {
        let (done, waits) = bounded::<()>(0);
        std::thread::scope(|threads| {
            threads.spawn(move || {
                if let Err(RecvTimeoutError::Timeout) = waits.recv_timeout(QUIET) {
                    print_note(&format!(
                        "building the tests of suite `{}`: `{}`",
                        self.lister.suite,
                        self.words.join(" ")
                    ));
                }
            });
            let printed = self.printed();
            drop(done);
            printed
        })
    }

    /// Runs it to its end.
    fn ended(&self) -> Result<Ended, ListingError> {
        let Desk { root, environment, run_id, watch, orphans, slots } = self.lister.desk;
        let limits = self.lister.limits;
        let cannot = |error: &dyn fmt::Display| {
            self.failed(format!("cannot be run: {error}"), String::new())
        };
        let (program, args) = self.words.split_first().expect("the reader wants a program");
        let program = self.lister.desk.environment.program_at_home(program.into());
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
            at_stop: AtStop::Told,
            sought: None,
        };
        let ended = match self.sort {
            Sort::Lists => {
                let slot = slots.fetch_add(1, Ordering::Relaxed);
                command.env.push(("PROBE_RUN_ID".into(), run_id.into()));
                command.env.push(("PROBE_SLOT".into(), slot.to_string().into()));
                let tenant = Tenant { orphans, whose: Whose::Slot(slot), at_timeout: None };
                supervise_test(&command, root, watch, tenant)
            }
            Sort::Builds => supervise(&command, root, watch),
        };
        ended.map_err(|error| cannot(&error))
    }

    pub(super) fn failed(&self, why: String, said: String) -> ListingError {
        let (suite, command) = (self.lister.suite.to_owned(), self.words.join(" "));
        ListingError::Failed { suite, command, why, help: None, said }
    }
}
