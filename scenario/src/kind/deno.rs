//! `deno test`: its files, and the flags of the project's own task.

use jsonc_parser::{ParseOptions, parse_to_serde_value};
use serde_json::Value;

use super::flags::{flags_of, words};
use super::place::Place;

/// Where `deno test` looks by itself.
pub(super) const FILES: &[&str] = &[
    "**/*_test.{ts,tsx,mts,js,mjs,jsx}",
    "**/*.test.{ts,tsx,mts,js,mjs,jsx}",
    "**/test.{ts,tsx,mts,js,mjs,jsx}",
    "**/__tests__/**/*.{ts,tsx,mts,js,mjs,jsx}",
];

/// What runs tests, before its flags.
pub(super) const COMMAND: [&str; 2] = ["deno", "test"];

/// `deno test`, which never asks for a permission. Where the suite has no `args`, it has the flags of the task `test`.
pub(super) fn launcher(place: &Place<'_>, has_args: bool) -> Vec<String> {
    let mut own = words(&COMMAND);
    own.push("--no-prompt".to_owned());
    if !has_args {
        let flags = flags(place).unwrap_or_default();
        own.extend(flags.into_iter().filter(|flag| flag != "--no-prompt"));
    }
    own
}

/// The flags of the task `test`.
pub(super) fn flags(place: &Place<'_>) -> Option<Vec<String>> {
    flags_of(&task(&configuration(place), "test")?, &COMMAND)
}

/// Deno's configuration, which may have comments. Null if there is none, or if it cannot be read.
pub(super) fn configuration(place: &Place<'_>) -> Value {
    let text = place.text(&["deno.json", "deno.jsonc"]);
    parse_to_serde_value(&text, &ParseOptions::default()).unwrap_or_default()
}

/// The command of a task: a string, or the `command` of a table.
pub(super) fn task(configuration: &Value, name: &str) -> Option<String> {
    let task = configuration.get("tasks")?.get(name)?;
    Some(task.as_str().or_else(|| task.get("command")?.as_str()).unwrap_or_default().to_owned())
}

/// The patterns that Deno excludes.
pub(super) fn excluded(configuration: &Value) -> Vec<String> {
    let lists = [
        configuration.get("exclude"),
        configuration.get("test").and_then(|test| test.get("exclude")),
    ];
    let entries = lists.into_iter().flatten().filter_map(Value::as_array).flatten();
    let patterns = entries.filter_map(Value::as_str).map(|entry| {
        let entry = entry.trim_start_matches("./").trim_end_matches('/');
        let last = entry.rsplit('/').next().unwrap_or(entry);
        // An entry without a pattern and without an extension is a folder.
        if entry.contains('*') || last.contains('.') {
            entry.to_owned()
        } else {
            format!("{entry}/**")
        }
    });
    patterns.filter(|pattern| !pattern.starts_with('!')).collect()
}
