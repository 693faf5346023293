//! Tests of a Node package by Node itself, or by its script `test`.

use probe_scenario::SuiteKind;

use super::frameworks::FRAMEWORK_TESTS;
use super::package::{Manager, find, has, manager, package};
use super::{bun, mocha};
use crate::init::ground::Ground;
use crate::init::suggestion::{Run, Suggestion, Yields, words};

/// Where `node --test` looks by itself.
const NODE_TESTS: [&str; 15] = [
    "**/*.test.js",
    "**/*.test.mjs",
    "**/*.test.cjs",
    "**/*.test.ts",
    "**/*.test.mts",
    "**/*-test.js",
    "**/*-test.mjs",
    "**/*-test.cjs",
    "**/*_test.js",
    "**/*_test.mjs",
    "**/*_test.cjs",
    "**/test-*.js",
    "**/test-*.mjs",
    "**/test-*.cjs",
    "test/**/*.js",
];

/// Scripts that run those of other packages.
const DELEGATES: [&str; 11] = [
    "--workspaces",
    "--workspace",
    "-ws",
    "-r",
    "--recursive",
    "--filter",
    "turbo",
    "lerna",
    "nx",
    "workspaces",
    "rush",
];

/// `node --test`, or else whatever the script `test` does.
pub(super) fn node(ground: &Ground<'_>) -> Vec<Suggestion> {
    let package = package(ground);
    let script = package["scripts"]["test"].as_str().unwrap_or_default();
    let others = [("@playwright/test", "playwright"), ("vitest", "vitest"), ("jest", "jest")];
    if others.iter().any(|(name, program)| has(&package, name, program)) {
        return Vec::new();
    }
    // Bun has taken the files that it runs.
    if script.contains("bun test") && ground.has_claimed(&bun::TESTS) {
        return Vec::new();
    }
    let files = find(ground, &NODE_TESTS).filter(|files| {
        let imports = |text: &str| text.contains("node:test");
        script.contains("node --test") || ground.any(&files.names, imports)
    });
    if let Some(files) = files.filter(|_| package.is_object()) {
        return vec![Suggestion {
            name: "node".to_owned(),
            comment: words(&["Node's own test runner: a process for each file."]),
            yields: Yields::Files(files),
            run: Run::Kind(SuiteKind::NodeTest, Vec::new()),
            timeout: None,
            cwd: None,
        }];
    }
    if let Some(suggestion) = mocha::mocha(ground, &package, script) {
        return vec![suggestion];
    }
    // What `npm init` writes fails by design.
    if script.is_empty() || script.contains("no test specified") || script.starts_with("deno ") {
        return Vec::new();
    }
    // What it runs has suites already.
    if ground.has_settled() && script.split_whitespace().any(|word| DELEGATES.contains(&word)) {
        return Vec::new();
    }
    // Whichever of them it runs, they are nobody else's.
    let files = find(ground, &FRAMEWORK_TESTS);
    vec![Suggestion {
        name: "npm".to_owned(),
        comment: vec![format!(
            "One test: the script `test` of package.json, `{}`.",
            script.escape_debug()
        )],
        yields: Yields::One { files: files.map(|files| files.names).unwrap_or_default() },
        run: Run::Command(words(match manager(ground) {
            Manager::Npm => &["npm", "test", "--", "{args}"],
            Manager::Pnpm => &["pnpm", "test", "{args}"],
            Manager::Yarn => &["yarn", "test", "{args}"],
            Manager::Bun => &["bun", "run", "test", "{args}"],
        })),
        timeout: Some("30m"),
        cwd: None,
    }]
}
