//! Deno's tests, and probitas scenarios, which Deno runs.

use probe_scenario::SuiteKind;

use crate::init::ground::Ground;
use crate::init::suggestion::{Run, Suggestion, Yields, words};

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

/// What only Deno understands.
const SIGNS: [&str; 6] = ["Deno.test", "\"jsr:", "'jsr:", "\"npm:", "'npm:", "https://deno.land/"];

/// Files of probitas, by its own convention.
pub(super) fn probitas(ground: &Ground<'_>) -> Vec<Suggestion> {
    let Some(files) = ground.find(&["**/*.probitas.ts", "**/*.probitas.js"]) else {
        return Vec::new();
    };
    vec![Suggestion {
        name: "probitas".to_owned(),
        comment: words(&["Scenarios of probitas: a process for each file."]),
        yields: Yields::Files(files),
        run: Run::Kind(SuiteKind::Probitas, Vec::new()),
        timeout: None,
        cwd: None,
    }]
}

/// What `deno test` would run.
pub(super) fn deno(ground: &Ground<'_>) -> Vec<Suggestion> {
    let Some(mut files) = ground.find(&TESTS) else { return Vec::new() };
    let is_marked = ["deno.json", "deno.jsonc", "deno.lock"].iter().any(|name| ground.has(name));
    if !is_marked && !is_own(ground, &files.names) {
        return Vec::new();
    }
    for excluded in SuiteKind::Deno.excluded(ground) {
        files.names.retain(|name| !is_below(name, &excluded));
        if !files.exclude.contains(&excluded) {
            files.exclude.push(excluded);
        }
    }
    let (why, args) = match SuiteKind::Deno.flags(ground) {
        Some(_) => ("with the flags of the task `test`.", Vec::new()),
        None => ("with every permission.", words(&["--allow-all"])),
    };
    vec![Suggestion {
        name: "deno".to_owned(),
        comment: vec![format!("Deno: a process for each file, {why}")],
        yields: Yields::Files(files),
        run: Run::Kind(SuiteKind::Deno, args),
        timeout: None,
        cwd: None,
    }]
}

/// Whether tests are Deno's although no file of the project says so: by what they import and call. Beside a `package.json` each of
/// them must.
fn is_own(ground: &Ground<'_>, files: &[String]) -> bool {
    let is_own = |text: &str| SIGNS.iter().any(|sign| text.contains(sign));
    match ground.has("package.json") {
        true => !ground.any(files, |text| !is_own(text)),
        false => ground.any(files, is_own),
    }
}

/// Whether a pattern that stands for a folder leaves this file out.
fn is_below(name: &str, pattern: &str) -> bool {
    pattern.strip_suffix("**").is_some_and(|folder| name.starts_with(folder))
}
