//! Deno's tests, and probitas scenarios, which Deno runs.

use std::collections::BTreeSet;

use jsonc_parser::{ParseOptions, parse_to_serde_value};
use serde_json::Value;

use super::flags::flags_of;
use super::layout::Layout;
use super::suggestion::{Suggestion, Yields, words};

/// Where `deno test` looks by itself.
const TESTS: [&str; 10] = [
    "**/*_test.ts",
    "**/*.test.ts",
    "**/*_test.tsx",
    "**/*.test.tsx",
    "**/*_test.js",
    "**/*.test.js",
    "**/*_test.mjs",
    "**/*.test.mjs",
    "**/test.ts",
    "**/test.js",
];

/// Files of probitas, by its own convention.
pub(super) fn probitas(layout: &Layout, claimed: &BTreeSet<String>) -> Vec<Suggestion> {
    let Some(files) = layout.find(&["**/*.probitas.ts", "**/*.probitas.js"], claimed) else {
        return Vec::new();
    };
    // A task knows which version it is, and what it may do.
    let (why, run) = if task(&configuration(layout), "probitas").is_some() {
        (
            "Scenarios of probitas: a process for each file, by the task `probitas` of Deno's configuration.",
            words(&["deno", "task", "--quiet", "probitas", "run", "{args}", "{file}"]),
        )
    } else {
        (
            "Scenarios of probitas: a process for each file.",
            words(&["probitas", "run", "{args}", "{file}"]),
        )
    };
    vec![Suggestion {
        name: "probitas",
        comment: vec![why.to_owned()],
        yields: Yields::Files(files),
        run,
        timeout: None,
    }]
}

/// What `deno test` would run.
pub(super) fn deno(layout: &Layout, claimed: &BTreeSet<String>) -> Vec<Suggestion> {
    if !layout.has("deno.json") && !layout.has("deno.jsonc") && !layout.has("deno.lock") {
        return Vec::new();
    }
    let Some(mut files) = layout.find(&TESTS, claimed) else { return Vec::new() };
    let configuration = configuration(layout);
    for excluded in excluded(&configuration) {
        if !files.exclude.contains(&excluded) {
            files.exclude.push(excluded);
        }
    }
    let flags = task(&configuration, "test").and_then(|task| flags_of(&task, &["deno", "test"]));
    let (why, flags) = match flags {
        Some(flags) => ("with the flags of the task `test`.", flags),
        None => ("with every permission.", words(&["--allow-all"])),
    };
    let mut run = words(&["deno", "test"]);
    run.extend(flags);
    run.extend(words(&["{args}", "{file}"]));
    vec![Suggestion {
        name: "deno",
        comment: vec![format!("Deno: a process for each file, {why}")],
        yields: Yields::Files(files),
        run,
        timeout: None,
    }]
}

/// Deno's configuration, in which comments are allowed; null if there is none, or it cannot be read.
fn configuration(layout: &Layout) -> Value {
    let text = ["deno.json", "deno.jsonc"].map(|name| layout.text(name)).concat();
    parse_to_serde_value(&text, &ParseOptions::default()).unwrap_or_default()
}

/// What the task does: Deno knows it as a text, or as a table with `command`.
fn task(configuration: &Value, name: &str) -> Option<String> {
    let task = configuration.get("tasks")?.get(name)?;
    Some(task.as_str().or_else(|| task.get("command")?.as_str()).unwrap_or_default().to_owned())
}

/// What Deno leaves out, as patterns.
fn excluded(configuration: &Value) -> Vec<String> {
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
