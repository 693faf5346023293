//! `probe run`, as it is typed.

use std::ffi::OsString;
use std::str::FromStr;
use std::time::Duration;

use clap::builder::FalseyValueParser;
use clap::{Args, ValueEnum, value_parser};
use probe_scenario::{Jobs, parse_duration};

use super::{
    ChangedArguments, ImportArguments, OutputArguments, ProgressArguments, ProjectArguments,
    ReportArguments, SelectionArguments, ShardArguments, SkipArguments, StoreArguments, heading,
};

#[derive(Args, Debug)]
pub(crate) struct RunArguments {
    #[command(flatten)]
    pub(crate) selection: SelectionArguments,
    #[command(flatten)]
    pub(crate) changed: ChangedArguments,
    /// Only tests that failed or were not run, and have not passed since.
    #[arg(long, help_heading = heading::TESTS)]
    pub(crate) failed: bool,
    #[command(flatten)]
    pub(crate) shard: ShardArguments,
    /// Then wait, and run the tests that each change of a file affects, until you press `q`; `?` explains the keys.
    #[arg(short = 'w', long, help_heading = heading::RUNNING)]
    pub(crate) watch: bool,
    /// Tests to run at once: a number, `50%` of the processors, `-1` for all but one, or `num-cpus`.
    #[arg(short, long, value_name = "N", env = "PROBE_JOBS", allow_negative_numbers = true, help_heading = heading::RUNNING)]
    pub(crate) jobs: Option<Jobs>,
    /// Start nothing more when this many tests have failed; 0 runs everything.
    #[arg(long, value_name = "N", env = "PROBE_MAX_FAILURES", help_heading = heading::RUNNING)]
    pub(crate) max_failures: Option<u32>,
    /// Start nothing more after the first failed test, whatever `--max-failures` says.
    // No conflict: clap would also see one with the environment's number, which what is typed is to win over.
    #[arg(long, help_heading = heading::RUNNING)]
    pub(crate) fail_fast: bool,
    /// Limit the whole run, such as `30m`: then end what still runs, and start nothing more.
    #[arg(long, value_name = "DURATION", env = "PROBE_RUN_TIMEOUT", value_parser = run_timeout, help_heading = heading::RUNNING)]
    pub(crate) run_timeout: Option<Duration>,
    /// Start tests in random order. SEED, which the summary shows, repeats an order; `last` repeats that of the last
    /// such run.
    #[arg(long, value_name = "SEED", num_args = 0..=1, require_equals = true, default_missing_value = "new", hide_possible_values = true, help_heading = heading::RUNNING)]
    pub(crate) shuffle: Option<ShuffleArgument>,
    /// Run this one test with your terminal and standard input, for a debugger: no timeout, no capture, no retries, no
    /// reports. Its services, `before` and `cleanup` run too. Ends as the test does.
    #[arg(long, value_name = "TEST", help_heading = heading::RUNNING, conflicts_with_all = ["changed", "watch", "failed", "stress_count", "shuffle", "reports"])]
    pub(crate) debug: Option<String>,
    /// Leave the services running when the run has ended, as `probe service start` does: the next run uses them.
    #[arg(long, help_heading = heading::RUNNING)]
    pub(crate) keep_services: bool,
    /// Run a failed test up to this many times more, whatever the manifest says.
    #[arg(long, value_name = "N", env = "PROBE_RETRIES", help_heading = heading::RETRIES)]
    pub(crate) retries: Option<u32>,
    /// What a test counts as that passed only at a later attempt.
    #[arg(long, value_enum, value_name = "OUTCOME", env = "PROBE_FLAKY", default_value_t = FlakyArgument::Pass, help_heading = heading::RETRIES)]
    pub(crate) flaky: FlakyArgument,
    /// Run each test N times, at once if there are jobs for it: NAME@stress-1, NAME@stress-2, …
    #[arg(long, value_name = "N", value_parser = value_parser!(u32).range(1..=100_000), help_heading = heading::RUNNING)]
    pub(crate) stress_count: Option<u32>,
    /// Run a test up to this many times more if its library was incomplete or changed meanwhile, besides `--retries`.
    #[arg(long, value_name = "N", env = "PROBE_RACE_RETRIES", default_value_t = 3, help_heading = heading::RETRIES)]
    pub(crate) race_retries: u32,
    /// Run a test again also after a likely race for a file that no library declares.
    #[arg(long, env = "PROBE_RACE_RETRIES_UNDECLARED", value_parser = FalseyValueParser::new(), help_heading = heading::RETRIES)]
    pub(crate) race_retries_undeclared: bool,
    /// Run the command of each test in this program, given with its arguments as one text: `'valgrind -q'`. Replaces
    /// any `wrap` of the manifest.
    #[arg(long, value_name = "COMMAND", env = "PROBE_WRAP", help_heading = heading::RUNNING)]
    pub(crate) wrap: Option<WrapArgument>,
    #[command(flatten)]
    pub(crate) output: OutputArguments,
    /// Write a report: `html`, `junit`, `jsonl`, `svg`, `tap` or `trace`, to FILE or with `-` to standard output. Can
    /// be repeated.
    #[arg(long = "report", value_name = "KIND=FILE", env = "PROBE_REPORT", help_heading = heading::OUTPUT)]
    pub(crate) reports: Vec<ReportArguments>,
    #[command(flatten)]
    pub(crate) progress: ProgressArguments,
    #[command(flatten)]
    pub(crate) skip: SkipArguments,
    #[command(flatten)]
    pub(crate) imports: ImportArguments,
    #[command(flatten)]
    pub(crate) store: StoreArguments,
    #[command(flatten)]
    pub(crate) project: ProjectArguments,
    /// What `{args}` becomes in the `run` of each test.
    #[arg(last = true, value_name = "ARGS")]
    pub(crate) args: Vec<OsString>,
}

impl RunArguments {
    /// The words of `--wrap`.
    pub(crate) fn wrapping(&self) -> Vec<OsString> {
        self.wrap.iter().flat_map(|wrap| &wrap.0).map(OsString::from).collect()
    }
}

/// `--wrap`: the words of a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct WrapArgument(pub(crate) Vec<String>);

impl FromStr for WrapArgument {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match shlex::split(text) {
            Some(words) if !words.is_empty() => Ok(Self(words)),
            Some(_) => Err("no program is named"),
            None => Err("a quote has no end"),
        }
    }
}

/// `--flaky`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum FlakyArgument {
    /// Passed; the summary names it.
    Pass,
    /// Failed.
    Fail,
}

/// `--run-timeout`: a duration in which something can run.
fn run_timeout(text: &str) -> Result<Duration, String> {
    match parse_duration(text) {
        Ok(Duration::ZERO) => Err("no test can run in that".to_owned()),
        Ok(limit) => Ok(limit),
        Err(error) => Err(error.to_string()),
    }
}

/// `--shuffle`: where the order comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ShuffleArgument {
    /// From nowhere: a new one.
    New,
    /// From the last run that was shuffled.
    Last,
    Seed(u64),
}

/// The largest seed: that of numbers which JSON holds exactly.
const MOST: u64 = (1 << 53) - 1;

impl FromStr for ShuffleArgument {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "new" => Ok(Self::New),
            "last" => Ok(Self::Last),
            seed => match seed.parse() {
                Ok(seed) if seed <= MOST => Ok(Self::Seed(seed)),
                _ => Err(format!("neither a number from 0 to {MOST} nor `last`")),
            },
        }
    }
}
