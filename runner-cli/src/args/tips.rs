//! What a wrong command line most likely means, where clap cannot know: other places, other forms, and other programs' words.

use std::ffi::OsString;

use clap::Error;
use clap::builder::StyledStr;
use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::elsewhere;

/// Keys of `[run]` that are no options.
const KEYS: [&str; 8] =
    ["timeout", "grace", "slow", "preloads", "leaks", "detect", "platforms", "reports"];

/// Commands whose command follows `--`.
const BEFORE_OTHERS: [&str; 2] = ["exec", "race"];

/// Adds the way out to a mistake in `words`.
pub(super) fn add(error: &mut Error, words: &[OsString]) {
    let kind = match error.kind() {
        ErrorKind::UnknownArgument => ContextKind::InvalidArg,
        ErrorKind::InvalidSubcommand => ContextKind::InvalidSubcommand,
        _ => return,
    };
    let Some(ContextValue::String(found)) = error.get(kind) else { return };
    let words: Vec<&str> = words.iter().skip(1).filter_map(|word| word.to_str()).collect();
    let tip = match kind {
        ContextKind::InvalidArg => of_argument(found, &words),
        _ => of_command(found, &words, error.get(ContextKind::SuggestedSubcommand).is_some()),
    };
    let Some(tip) = tip else { return };
    // What clap thinks is similar is something else.
    for kind in [ContextKind::SuggestedArg, ContextKind::SuggestedSubcommand, ContextKind::Usage] {
        error.remove(kind);
    }
    let tip = ContextValue::StyledStrs(vec![StyledStr::from(tip)]);
    error.insert(ContextKind::Suggested, tip);
}

/// Of an argument that the command does not have.
fn of_argument(found: &str, words: &[&str]) -> Option<String> {
    let command = words.first().copied().unwrap_or_default();
    let name = found.split_once('=').map_or(found, |(name, _)| name);
    let option = name.trim_start_matches('-');
    if found.starts_with("--") && KEYS.contains(&option) {
        return Some(format!("`{option}` is a key of the manifest, in `[run]` or a profile"));
    }
    if !found.starts_with('-') && BEFORE_OTHERS.contains(&command) {
        return Some(format!("the command follows `--`: `probe {command} -- {found} …`"));
    }
    elsewhere::option(command, name, value(name, words))
}

/// What was given to the option `name`: behind a `=`, behind its letter, or as the next word.
fn value<'w>(name: &str, words: &[&'w str]) -> Option<&'w str> {
    let behind = |word: &'w str| {
        let rest = word.strip_prefix(name)?;
        let rest = rest.strip_prefix('=').unwrap_or(rest);
        (!rest.is_empty()).then_some(rest)
    };
    let index = words.iter().position(|word| word.starts_with(name))?;
    behind(words[index])
        .or_else(|| words.get(index + 1).copied().filter(|word| !word.starts_with('-')))
}

/// Of what stands in place of a command. Where one `is_similar` only words that are well known mean something else.
fn of_command(found: &str, words: &[&str], is_similar: bool) -> Option<String> {
    let index = words.iter().position(|word| *word == found)?;
    let rest = &words[index + 1..];
    let known = elsewhere::command(found, rest);
    let other = || {
        format!(
            "`probe run {found}` runs the tests that have it in their name; `probe -- {found}` runs a command with its libraries"
        )
    };
    known.or_else(|| (!is_similar).then(other))
}
