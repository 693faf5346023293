//! Tests of a Node package: by a framework that it depends on, by Node itself, or by its script `test`.

use std::collections::BTreeSet;

use probe_scenario::SuiteKind;
use serde_json::Value;

use super::layout::Layout;
use super::suggestion::{Files, Run, Suggestion, Yields, words};

/// Where Vitest and Jest look by themselves.
const FRAMEWORK_TESTS: [&str; 16] = [
    "**/*.test.ts",
    "**/*.test.tsx",
    "**/*.test.mts",
    "**/*.test.js",
    "**/*.test.jsx",
    "**/*.test.mjs",
    "**/*.test.cjs",
    "**/*.spec.ts",
    "**/*.spec.tsx",
    "**/*.spec.mts",
    "**/*.spec.js",
    "**/*.spec.jsx",
    "**/*.spec.mjs",
    "**/*.spec.cjs",
    "**/__tests__/**/*.ts",
    "**/__tests__/**/*.js",
];

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

/// Playwright, Vitest and Jest.
pub(super) fn frameworks(layout: &Layout, claimed: &BTreeSet<String>) -> Vec<Suggestion> {
    let package = package(layout);
    let mut suggestions = Vec::new();
    let playwright = depends(&package, "@playwright/test");
    if playwright {
        suggestions.push(Suggestion {
            name: "playwright",
            comment: words(&[
                "Playwright runs as one test: its configuration may start servers that all of its tests share.",
            ]),
            yields: Yields::One,
            run: Run::Kind(SuiteKind::Playwright, Vec::new()),
            timeout: Some("30m"),
        });
    }
    for (title, kind, run) in [
        ("Vitest", SuiteKind::Vitest, &["vitest", "run", "{args}"][..]),
        ("Jest", SuiteKind::Jest, &["jest", "{args}"]),
    ] {
        let name = kind.word();
        if !depends(&package, name) {
            continue;
        }
        suggestions.push(match find(layout, &FRAMEWORK_TESTS, claimed) {
            Some(files) if !playwright => Suggestion {
                name,
                comment: vec![format!("{title}: a process for each file.")],
                yields: Yields::Files(files),
                run: Run::Kind(kind, Vec::new()),
                timeout: None,
            },
            // Both take `.spec.ts`, and only the configuration knows whose it is.
            _ => Suggestion {
                name,
                comment: vec![format!(
                    "{title}: one test, since only its configuration knows its files."
                )],
                yields: Yields::One,
                run: Run::Through(kind, launched(layout, run)),
                timeout: Some("30m"),
            },
        });
    }
    suggestions
}

/// `node --test`, or else whatever the script `test` does.
pub(super) fn node(layout: &Layout, claimed: &BTreeSet<String>) -> Vec<Suggestion> {
    let package = package(layout);
    if ["@playwright/test", "vitest", "jest"].iter().any(|name| depends(&package, name)) {
        return Vec::new();
    }
    let script = package["scripts"]["test"].as_str().unwrap_or_default();
    let files = find(layout, &NODE_TESTS, claimed).filter(|files| {
        let imports = |text: &str| text.contains("node:test");
        script.contains("node --test") || layout.any(&files.names, imports)
    });
    if let Some(files) = files.filter(|_| package.is_object()) {
        return vec![Suggestion {
            name: "node",
            comment: words(&["Node's own test runner: a process for each file."]),
            yields: Yields::Files(files),
            run: Run::Kind(SuiteKind::Node, Vec::new()),
            timeout: None,
        }];
    }
    // What `npm init` writes fails by design.
    if script.is_empty() || script.contains("no test specified") || script.starts_with("deno ") {
        return Vec::new();
    }
    vec![Suggestion {
        name: "npm",
        comment: vec![format!(
            "One test: the script `test` of package.json, `{}`.",
            script.escape_debug()
        )],
        yields: Yields::One,
        run: Run::Command(words(match manager(layout) {
            Manager::Npm => &["npm", "test", "--", "{args}"],
            Manager::Pnpm => &["pnpm", "test", "{args}"],
            Manager::Yarn => &["yarn", "test", "{args}"],
            Manager::Bun => &["bun", "run", "test", "{args}"],
        })),
        timeout: Some("30m"),
    }]
}

/// The files of `patterns`, without what is installed: it may come later than the manifest.
fn find(layout: &Layout, patterns: &[&str], claimed: &BTreeSet<String>) -> Option<Files> {
    let mut files = layout.find(patterns, claimed)?;
    let installed = "**/node_modules/**".to_owned();
    if files.include.iter().any(|pattern| pattern.starts_with("**"))
        && !files.exclude.contains(&installed)
    {
        files.exclude.push(installed);
    }
    Some(files)
}

/// The package's description; null if there is none.
fn package(layout: &Layout) -> Value {
    serde_json::from_str(&layout.text("package.json")).unwrap_or_default()
}

fn depends(package: &Value, name: &str) -> bool {
    ["dependencies", "devDependencies"].iter().any(|key| package[key].get(name).is_some())
}

#[derive(Clone, Copy)]
enum Manager {
    Npm,
    Pnpm,
    Yarn,
    Bun,
}

/// Who installs the packages, by the lock file.
fn manager(layout: &Layout) -> Manager {
    if layout.has("pnpm-lock.yaml") {
        Manager::Pnpm
    } else if layout.has("yarn.lock") {
        Manager::Yarn
    } else if layout.has("bun.lock") || layout.has("bun.lockb") {
        Manager::Bun
    } else {
        Manager::Npm
    }
}

/// A program of an installed package, as the package manager starts it.
fn launched(layout: &Layout, program: &[&str]) -> Vec<String> {
    let mut run = words(match manager(layout) {
        // Without `--no`, a package that is not installed would be fetched by every test.
        Manager::Npm => &["npx", "--no", "--"],
        Manager::Pnpm => &["pnpm", "exec"],
        Manager::Yarn => &["yarn", "run"],
        Manager::Bun => &["bun", "x"],
    });
    run.extend(words(program));
    run
}
