//! The command line as it is typed. What it means is worked out by the commands.

mod add;
mod adopt;
mod arrange;
mod common;
mod completions;
mod display;
mod doctor;
mod elsewhere;
mod env;
mod exec;
mod explain;
mod graph;
mod heading;
mod help;
mod history;
mod init;
mod inspect;
mod list;
mod lock;
mod man;
mod merge;
pub(crate) mod nested;
mod output;
mod preload;
mod race;
mod report;
mod run;
mod schema;
mod service;
mod shard;
mod short;
mod store;
mod tips;
mod variables;

use std::ffi::OsString;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

pub(crate) use add::AddArguments;
pub(crate) use adopt::AdoptArguments;
pub(crate) use arrange::Detail;
pub(crate) use common::{
    ChangedArguments, ImportArguments, ProjectArguments, SelectionArguments, SkipArguments,
    StoreArguments, StoreDirectory,
};
pub(crate) use completions::{CompletionsArguments, Shell};
pub(crate) use display::{ColorArguments, ProgressArgument, ProgressArguments};
pub(crate) use doctor::DoctorArguments;
pub(crate) use env::{EnvArguments, EnvFormat};
pub(crate) use exec::ExecArguments;
pub(crate) use explain::ExplainArguments;
pub(crate) use graph::{GraphArguments, GraphFormat};
pub(crate) use help::HelpArguments;
pub(crate) use history::{
    ExportArguments, HistoryAction, HistoryArguments, HistoryCommandArguments,
};
pub(crate) use init::InitArguments;
pub(crate) use inspect::InspectArguments;
pub(crate) use list::{ListArguments, ListFormat};
pub(crate) use lock::LockArguments;
pub(crate) use man::ManArguments;
pub(crate) use merge::MergeArguments;
pub(crate) use output::OutputArguments;
pub(crate) use preload::PreloadArguments;
pub(crate) use race::{RaceArguments, RaceFormat};
pub(crate) use report::{ReportArguments, ReportCommandArguments};
pub(crate) use run::{FlakyArgument, RunArguments, ShuffleArgument};
pub(crate) use schema::{Document, SchemaArguments};
pub(crate) use service::{ServiceAction, ServiceCommandArguments};
pub(crate) use shard::{ShardArgument, ShardArguments, ShardBy};
pub(crate) use store::{StoreAction, StoreCommandArguments, StoreFormat};

/// A parallel test runner for suites whose processes share native libraries.
///
/// Each library is prepared once, under a lock, and no process sees it before it is complete. Every test starts as soon
/// as its own libraries are ready.
#[derive(Debug, Parser)]
#[command(name = "probe", version, max_term_width = 100, disable_help_subcommand = true)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
    #[command(flatten)]
    pub(crate) color: ColorArguments,
}

impl Arguments {
    /// What the words of a command line say. Ends the process where they are wrong, and where they ask for help.
    pub(crate) fn of(words: Vec<OsString>) -> Self {
        let (detail, words) = (Detail::asked_for(&words), words_of_exec(words));
        let command = arrange::arrange_named(Self::command(), detail, &words);
        let (matches, mut command) = variables::matches(command, words.clone());
        let arguments = matches.and_then(|matches| Self::from_arg_matches(&matches));
        arguments.unwrap_or_else(|mut error| {
            tips::add(&mut error, &words);
            error.format(&mut command).exit()
        })
    }

    /// All that can be typed, with so much help.
    pub(crate) fn described(detail: Detail) -> clap::Command {
        arrange::arrange(Self::command(), detail)
    }
}

/// The words, in which `probe -- COMMAND` is short for `probe exec -- COMMAND`.
fn words_of_exec(mut words: Vec<OsString>) -> Vec<OsString> {
    if words.get(1).is_some_and(|word| word == "--") {
        words.insert(1, "exec".into());
    }
    words
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Run the tests, each as soon as its libraries are ready.
    Run(Box<RunArguments>),
    /// Show which tests wait for which libraries.
    Graph(GraphArguments),
    /// List the tests.
    List(ListArguments),
    /// Explain what became of a test in the last run, and why.
    #[command(alias = "why")]
    Explain(ExplainArguments),
    /// Show the results of the last runs.
    History(HistoryCommandArguments),
    /// Show the tests that fail or pass by chance.
    Flaky(HistoryArguments),
    /// Write reports of a run that is over, from the log of its events.
    Report(ReportCommandArguments),
    /// Make one run of the logs of all shards.
    Merge(MergeArguments),
    /// Prepare libraries, then run a command; also `probe -- COMMAND`.
    Exec(ExecArguments),
    /// Prepare libraries and end: a step of CI before others.
    Preload(PreloadArguments),
    /// Prepare libraries and print the variables with their paths.
    Env(EnvArguments),
    /// Pin every download for every platform in `probe.lock`.
    Lock(LockArguments),
    /// Start, stop and show services that stay without a run.
    Service(ServiceCommandArguments),
    /// Look after the store of prepared libraries.
    Store(StoreCommandArguments),
    /// Find incomplete files in known caches, and repair them.
    Doctor(DoctorArguments),
    /// Write a manifest for the tests that this directory seems to have.
    Init(InitArguments),
    /// Add a library that probe knows to the manifest.
    Add(AddArguments),
    /// Write into the manifest what runs have shown to be missing.
    Adopt(AdoptArguments),
    /// Show what copies of a command die of on empty caches.
    Race(RaceArguments),
    /// Say whether files are complete, and for this machine.
    Inspect(InspectArguments),
    /// Print the JSON Schema of the manifest, or of other documents.
    Schema(SchemaArguments),
    /// Print a script for the completion of a shell.
    Completions(CompletionsArguments),
    /// Print a manual page, or write all of them.
    Man(ManArguments),
    /// Explain a topic or a command.
    Help(HelpArguments),
}
