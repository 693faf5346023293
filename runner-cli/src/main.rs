//! The binary `probe`: reads the command line and calls the command that it names.

mod args;
mod changed;
mod command;
mod completion;
mod detection;
mod discovery;
mod dot_probe;
mod environment;
mod file_names;
mod given;
mod history;
mod init;
mod leading;
#[cfg(target_os = "linux")]
mod linux;
mod listing;
#[cfg(target_os = "macos")]
mod macos;
mod manifest_file;
mod manifest_lock;
mod native_files;
mod netrc;
mod pinning;
mod plan;
mod platform;
mod plugged;
mod project;
mod project_view;
mod proposal;
mod race;
mod sharding;
mod standing;
mod system;
mod telling;
mod topic;
mod ui;
#[cfg(unix)]
mod unix;
mod variables;
mod watch;

use std::ffi::OsString;
use std::process::ExitCode;

use args::{Arguments, Command, HistoryAction};
use environment::Environment;
use probe_run::Exit;

#[cfg(not(any(target_os = "linux", target_os = "macos")))]
compile_error!(
    "probe runs on Linux and macOS only so far: a port adds files for its system beside every `linux.rs` and `unix.rs`"
);

// musl's own takes a manifest of 10,000 tests a quarter longer to list: docs/platforms.md.
#[cfg(target_env = "musl")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let words: Vec<OsString> = std::env::args_os().collect();
    if words.get(1).is_some_and(|word| word == probe_process::GUARDIAN) {
        probe_process::guard(&words[2..]);
        return Exit::Passed.into();
    }
    let environment = match Environment::read() {
        Ok(environment) => environment,
        Err(error) => {
            ui::print_failure(&error);
            return Exit::Setup.into();
        }
    };
    if completion::answer(&words, &environment).unwrap_or_else(|error| error.exit()) {
        return Exit::Passed.into();
    }
    let arguments = Arguments::of(words);
    anstream::ColorChoice::from(arguments.color.color).write_global();
    let result = match &arguments.command {
        Command::Run(arguments) => match &arguments.debug {
            Some(test) => command::debug::debug(test, arguments, &environment),
            None if arguments.watch => command::watch::watch(arguments, &environment),
            None => command::run::run(arguments, &environment),
        },
        Command::Graph(arguments) => command::graph::graph(arguments, &environment),
        Command::List(arguments) => command::list::list(arguments, &environment),
        Command::History(arguments) => match &arguments.action {
            Some(HistoryAction::Export(arguments)) => {
                command::exporting::export(arguments, &environment)
            }
            None => command::history::history(&arguments.look, &environment),
        },
        Command::Explain(arguments) => command::explain::explain(arguments, &environment),
        Command::Flaky(arguments) => command::history::flaky(arguments, &environment),
        Command::Report(arguments) => command::report::report(arguments, &environment),
        Command::Merge(arguments) => command::merging::merge(arguments, &environment),
        Command::Exec(arguments) => command::exec::exec(arguments, &environment),
        Command::Preload(arguments) => command::preload::preload(arguments, &environment),
        Command::Env(arguments) => command::env::env(arguments, &environment),
        Command::Store(arguments) => command::store::store(arguments, &environment),
        Command::Service(arguments) => command::service::service(arguments, &environment),
        Command::Doctor(arguments) => command::doctor::doctor(arguments, &environment),
        Command::Lock(arguments) => command::lock::lock(arguments, &environment),
        Command::Init(arguments) => command::init::init(arguments, &environment),
        Command::Add(arguments) => command::add::add(arguments, &environment),
        Command::Adopt(arguments) => command::adopt::adopt(arguments, &environment),
        Command::Race(arguments) => command::race::race(arguments, &environment),
        Command::Inspect(arguments) => command::inspect::inspect_files(arguments),
        Command::Schema(arguments) => command::schema::schema(arguments),
        Command::Completions(arguments) => {
            command::completions::completions(arguments, &environment)
        }
        Command::Man(arguments) => command::man::man(arguments),
        Command::Help(arguments) => command::help::help(arguments),
    };
    let exit = result.unwrap_or_else(|failure| {
        ui::print_failure(&*failure);
        failure.exit()
    });
    exit.into()
}
