//! The command line as it is typed. What it means is worked out by the commands.

use std::ffi::OsString;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use clap::builder::FalseyValueParser;
use clap::{Args, Parser, Subcommand, ValueEnum};
use probe_scenario::{Jobs, Selector, parse_duration};

/// A parallel test runner for suites whose processes share native libraries.
///
/// Each library is imported once, under a lock, and published atomically; every test starts as soon as its own libraries
/// are there.
#[derive(Debug, Parser)]
#[command(name = "probe", version, max_term_width = 100, after_help = EXIT_CODES)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

const EXIT_CODES: &str = "\
Exit codes:
  0  passed                        100  tests failed
  2  usage                         105  a library could not be imported
  4  no tests to run               126, 127  the command of `exec` could not be run
 96  manifest or set-up error      129, 130, 143  ended by a signal
104  tests could not be listed";

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Run the tests, each as soon as its libraries are there.
    Run(RunArguments),
    /// Show which tests wait for which libraries.
    Graph(GraphArguments),
    /// List the tests.
    List(ListArguments),
    /// Import libraries, then run a command with them; also `probe -- COMMAND`.
    Exec(ExecArguments),
    /// Say of files what they are: whole, torn, for another machine, no library.
    Inspect(InspectArguments),
    /// Print the JSON Schema of the manifest.
    Schema,
}

/// Where the project is, for every command.
#[derive(Args, Debug)]
pub(crate) struct ProjectArguments {
    /// The manifest; by default the `probe.toml` of this directory or the nearest one above.
    #[arg(long, value_name = "FILE", env = "PROBE_MANIFEST_PATH")]
    pub(crate) manifest_path: Option<PathBuf>,
    /// Use the defaults of `[profile.NAME]`, and those of `[run]` for the rest.
    #[arg(short = 'P', long, value_name = "NAME", env = "PROBE_PROFILE")]
    pub(crate) profile: Option<String>,
}

/// Where imported libraries are kept, and how long to wait for somebody else's import.
#[derive(Args, Debug)]
pub(crate) struct StoreArguments {
    /// The directory of imported libraries; by default `probe` in the user's cache directory.
    #[arg(long, value_name = "DIRECTORY", env = "PROBE_STORE")]
    pub(crate) store: Option<PathBuf>,
    /// The longest wait for another process that imports the same library, as `90s` or `2m`.
    #[arg(long, value_name = "DURATION", env = "PROBE_LOCK_TIMEOUT", default_value = "5m", value_parser = parse_duration)]
    pub(crate) lock_timeout: Duration,
    /// Do not use the network: a library that is not in the store cannot be imported.
    #[arg(long, env = "PROBE_OFFLINE", value_parser = FalseyValueParser::new())]
    pub(crate) offline: bool,
    /// Replace a file that stands where a library belongs and contradicts its digest.
    #[arg(long)]
    pub(crate) replace: bool,
}

/// Which tests.
#[derive(Args, Debug)]
pub(crate) struct SelectionArguments {
    /// Only tests whose name contains one of these words.
    #[arg(value_name = "FILTER")]
    pub(crate) filters: Vec<String>,
    /// Only tests that all terms mean: `tag:smoke,!library:duckdb`; given again: or those.
    #[arg(short, long, value_name = "SELECTOR")]
    pub(crate) selector: Vec<Selector>,
}

#[derive(Args, Debug)]
pub(crate) struct RunArguments {
    #[command(flatten)]
    pub(crate) selection: SelectionArguments,
    /// Tests to run at once: a number, or `num-cpus`.
    #[arg(short, long, value_name = "N", env = "PROBE_JOBS")]
    pub(crate) jobs: Option<JobsArgument>,
    /// Start nothing more after this many failed tests; 0 runs everything.
    #[arg(long, value_name = "N", env = "PROBE_MAX_FAILURES")]
    pub(crate) max_failures: Option<u32>,
    /// Further attempts of every test that fails, whatever the manifest says.
    #[arg(long, value_name = "N", env = "PROBE_RETRIES")]
    pub(crate) retries: Option<u32>,
    #[command(flatten)]
    pub(crate) project: ProjectArguments,
    #[command(flatten)]
    pub(crate) store: StoreArguments,
}

#[derive(Args, Debug)]
pub(crate) struct GraphArguments {
    #[command(flatten)]
    pub(crate) selection: SelectionArguments,
    /// How to show it.
    #[arg(long, value_enum, default_value_t = GraphFormat::Tree)]
    pub(crate) format: GraphFormat,
    /// Show every path by which this test waits, and the lines that ask for it.
    #[arg(long, value_name = "TEST", conflicts_with_all = ["format", "filters", "selector"])]
    pub(crate) why: Option<String>,
    /// Show the longest path, with the times that it is expected to take.
    #[arg(long, conflicts_with_all = ["format", "why"])]
    pub(crate) critical: bool,
    #[command(flatten)]
    pub(crate) project: ProjectArguments,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum GraphFormat {
    /// Libraries, and below them the tests that wait for them.
    Tree,
    /// Which import starts when, and what it unlocks.
    Order,
    /// For Graphviz; tests with the same needs are one box.
    Dot,
    /// For Mermaid, as in Markdown; folded alike.
    Mermaid,
    /// Every library and test with what it needs, for programs.
    Json,
}

#[derive(Args, Debug)]
pub(crate) struct ListArguments {
    #[command(flatten)]
    pub(crate) selection: SelectionArguments,
    /// How to show it.
    #[arg(long, value_enum, default_value_t = ListFormat::Plain)]
    pub(crate) format: ListFormat,
    #[command(flatten)]
    pub(crate) project: ProjectArguments,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ListFormat {
    /// A line a test: its name and what it needs.
    Plain,
    /// For programs.
    Json,
}

#[derive(Args, Debug)]
pub(crate) struct ExecArguments {
    /// A library to import first; may be given several times. By default all of the manifest.
    #[arg(long, value_name = "LIBRARY")]
    pub(crate) needs: Vec<String>,
    #[command(flatten)]
    pub(crate) project: ProjectArguments,
    #[command(flatten)]
    pub(crate) store: StoreArguments,
    /// The command and its arguments.
    #[arg(last = true, required = true, value_name = "COMMAND")]
    pub(crate) command: Vec<OsString>,
}

#[derive(Args, Debug)]
pub(crate) struct InspectArguments {
    /// The files.
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
}

/// `-j`: a number of tests, or `num-cpus`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct JobsArgument(pub(crate) Jobs);

impl FromStr for JobsArgument {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text == "num-cpus" {
            return Ok(Self(Jobs::PerProcessor));
        }
        text.parse()
            .map(|count| Self(Jobs::Count(count)))
            .map_err(|_| "neither a number from 1 on nor `num-cpus`")
    }
}
