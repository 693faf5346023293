//! Options that are given in the environment: one that is empty is not given, and a wrong one is told by the variable's name.
//!
//! Knows no option.

use std::ffi::{OsStr, OsString};

use clap::builder::Resettable;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{ArgMatches, Command, Error};
use probe_process::sift::plain;
use probe_scenario::without_secrets;

use crate::environment;

/// Reads `words`, and the environment for what they leave out.
pub(super) fn matches(
    command: Command,
    words: Vec<OsString>,
) -> (Result<ArgMatches, Error>, Command) {
    // Each option has a variable, and hardly ever is any variable empty: so the environment is asked once, and not by option. To go
    // through all options by value costs more than to read the words.
    let empty = environment::empty();
    let is_empty = |variable: &OsStr| empty.iter().any(|empty| empty == variable);
    let mut with = match !empty.is_empty() && is_any(&command, &is_empty) {
        true => without(command, &is_empty),
        false => command,
    };
    let mut read = with.try_get_matches_from_mut(words.clone());
    if let Err(error) = &mut read
        && !matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion)
    {
        match without(with.clone(), &|_| true).try_get_matches_from_mut(words) {
            // What is typed is right.
            Ok(_) => {
                // Only an argument of a command that is built can be shown.
                with.build();
                name_variable(error, &with);
            }
            // A usage that has options which nobody has typed says nothing of what was typed.
            Err(typed) if typed.kind() == error.kind() => *error = typed,
            Err(_) => {}
        }
    }
    if let Err(error) = &mut read {
        hide_secrets(error);
    }
    (read, with)
}

/// A command whose options are not taken from the variables that `is_left_out`.
fn without(command: Command, is_left_out: &dyn Fn(&OsStr) -> bool) -> Command {
    command
        .mut_args(|argument| match argument.get_env() {
            Some(variable) if is_left_out(variable) => argument.env(Resettable::Reset),
            _ => argument,
        })
        .mut_subcommands(|command| without(command, is_left_out))
}

/// Whether one of the variables of a command and of those below it `is_left_out`.
fn is_any(command: &Command, is_left_out: &dyn Fn(&OsStr) -> bool) -> bool {
    command.get_arguments().filter_map(clap::Arg::get_env).any(is_left_out)
        || command.get_subcommands().any(|command| is_any(command, is_left_out))
}

/// A value that is quoted may be a URL with a password, out of a variable that nobody sees; and what a terminal obeys.
fn hide_secrets(error: &mut Error) {
    if let Some(ContextValue::String(value)) = error.get(ContextKind::InvalidValue) {
        let value = ContextValue::String(plain(&without_secrets(value)));
        error.insert(ContextKind::InvalidValue, value);
    }
}

/// Says of an error that names an option the variable that it comes from.
fn name_variable(error: &mut Error, command: &Command) {
    let Some(ContextValue::String(option)) = error.get(ContextKind::InvalidArg) else { return };
    if let Some(variable) = variable_of(command, option) {
        error.insert(ContextKind::InvalidArg, ContextValue::String(variable));
    }
}

/// The variable of an option, as errors name that.
fn variable_of(command: &Command, option: &str) -> Option<String> {
    let named =
        |argument: &&clap::Arg| argument.get_env().is_some() && argument.to_string() == option;
    let own = command.get_arguments().find(named).and_then(clap::Arg::get_env);
    let own = own.map(|variable| variable.to_string_lossy().into_owned());
    own.or_else(|| command.get_subcommands().find_map(|command| variable_of(command, option)))
}
