//! The command line as it is typed. What it means is worked out by the commands.

mod add;
mod common;
mod doctor;
mod env;
mod exec;
mod graph;
mod init;
mod inspect;
mod list;
mod lock;
mod output;
mod preload;
mod run;
mod schema;
mod store;

use clap::{Parser, Subcommand};

pub(crate) use add::AddArguments;
pub(crate) use common::{
    ImportArguments, ProjectArguments, SelectionArguments, StoreArguments, StoreDirectory,
};
pub(crate) use doctor::DoctorArguments;
pub(crate) use env::{EnvArguments, EnvFormat};
pub(crate) use exec::ExecArguments;
pub(crate) use graph::{GraphArguments, GraphFormat};
pub(crate) use init::InitArguments;
pub(crate) use inspect::InspectArguments;
pub(crate) use list::{ListArguments, ListFormat};
pub(crate) use lock::LockArguments;
pub(crate) use output::OutputArguments;
pub(crate) use preload::PreloadArguments;
pub(crate) use run::{FlakyArgument, RunArguments};
pub(crate) use schema::{Document, SchemaArguments};
pub(crate) use store::{StoreAction, StoreCommandArguments, StoreFormat};

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
    /// Import libraries and end: a step of CI before others.
    Preload(PreloadArguments),
    /// Print the variables that say where libraries are, importing these first.
    Env(EnvArguments),
    /// Pin every download for every platform in `probe.lock`.
    Lock(LockArguments),
    /// Look after the store of imported libraries.
    Store(StoreCommandArguments),
    /// Find torn files in every cache that probe knows, and mend them.
    Doctor(DoctorArguments),
    /// Write a manifest for the tests that this directory seems to have.
    Init(InitArguments),
    /// Add a library that probe knows to the manifest.
    Add(AddArguments),
    /// Say of files what they are: whole, torn, for another machine, no library.
    Inspect(InspectArguments),
    /// Print the JSON Schema of the manifest, or of what a command prints.
    Schema(SchemaArguments),
}
