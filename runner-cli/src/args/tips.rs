//! What a wrong command line most likely means, where clap cannot know: other places, and other forms.

use std::ffi::OsString;

use clap::Error;
use clap::builder::StyledStr;
use clap::error::{ContextKind, ContextValue, ErrorKind};

/// Keys of `[run]` that are no options.
const KEYS: [&str; 8] =
    ["timeout", "grace", "slow", "preloads", "leaks", "detect", "platforms", "reports"];

/// Commands whose command follows `--`.
const BEFORE_OTHERS: [&str; 2] = ["exec", "race"];

/// Adds the way out to a mistake in `words`.
pub(super) fn add(error: &mut Error, words: &[OsString]) {
    if error.kind() != ErrorKind::UnknownArgument {
        return;
    }
    let Some(ContextValue::String(found)) = error.get(ContextKind::InvalidArg) else { return };
    let command = words.get(1).and_then(|word| word.to_str()).unwrap_or_default();
    let option = found.trim_start_matches('-');
    let option = option.split_once('=').map_or(option, |(name, _)| name);
    let tip = if found.starts_with("--") && KEYS.contains(&option) {
        format!("`{option}` is a key of the manifest, in `[run]` or a profile")
    } else if !found.starts_with('-') && BEFORE_OTHERS.contains(&command) {
        format!("the command follows `--`: `probe {command} -- {found} …`")
    } else {
        return;
    };
    // What clap thinks is similar is something else.
    for kind in [ContextKind::SuggestedArg, ContextKind::Usage] {
        error.remove(kind);
    }
    let tip = ContextValue::StyledStrs(vec![StyledStr::from(tip)]);
    error.insert(ContextKind::Suggested, tip);
}
