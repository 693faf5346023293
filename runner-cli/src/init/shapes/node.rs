//! Tests of a Node package: by a framework that it depends on, by Node itself, or by its script `test`.

use probe_scenario::SuiteKind;
use serde_json::Value;

use super::{bun, mocha};
use crate::init::ground::Ground;
use crate::init::suggestion::{Files, Run, Suggestion, Yields, words};

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

/// Files from which on several are given to one process: it starts in about a second, whatever is in the file.
const MANY: usize = 24;

/// About how many processes there are to be of many files: enough for the cores of a large machine, and for a failure to be
/// found by its name.
const PROCESSES: usize = 16;

/// Vitest and Jest: the package, what runs without its own workers, and the command of the whole.
const FRAMEWORKS: [Framework; 2] = [
    Framework {
        title: "Vitest",
        kind: SuiteKind::Vitest,
        serial: "--no-file-parallelism",
        whole: &["vitest", "run", "{args}"],
    },
    Framework {
        title: "Jest",
        kind: SuiteKind::Jest,
        serial: "--runInBand",
        whole: &["jest", "{args}"],
    },
];

struct Framework {
    title: &'static str,
    kind: SuiteKind,
    /// The flag with which a process runs its files one after another: how many run at once is probe's affair, and tests of
    /// one process would race for a library that the first of them makes.
    serial: &'static str,
    whole: &'static [&'static str],
}

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

/// Playwright, Vitest and Jest.
pub(super) fn frameworks(ground: &Ground<'_>) -> Vec<Suggestion> {
    let package = package(ground);
    let mut suggestions = Vec::new();
    let playwright = has(&package, "@playwright/test", "playwright");
    if playwright {
        suggestions.push(Suggestion {
            name: "playwright".to_owned(),
            comment: words(&[
                "Playwright runs as one test: its configuration may start servers that all of its tests share.",
            ]),
            yields: Yields::One,
            run: Run::Kind(SuiteKind::Playwright, Vec::new()),
            timeout: Some("30m"),
            cwd: None,
        });
    }
    for Framework { title, kind, serial, whole } in FRAMEWORKS {
        let name = kind.word();
        if !has(&package, name, name) {
            continue;
        }
        suggestions.push(match find(ground, &FRAMEWORK_TESTS) {
            Some(files) if !playwright => {
                let batch = (files.names.len() >= MANY).then(|| files.names.len().div_ceil(PROCESSES));
                let (each, args) = match batch {
                    None => ("a process for each file".to_owned(), Vec::new()),
                    Some(batch) => (
                        format!("a process for {batch} files each, since it costs more than most of them"),
                        words(&[serial]),
                    ),
                };
                Suggestion {
                    name: name.to_owned(),
                    comment: vec![format!("{title}: {each}.")],
                    yields: Yields::Files(Files { batch, ..files }),
                    run: Run::Kind(kind, args),
                    timeout: None,
                    cwd: None,
                }
            }
            // Nothing is left for it, once its packages have theirs.
            None if ground.has_settled() => continue,
            // Both take `.spec.ts`, and only the configuration knows whose it is.
            _ => Suggestion {
                name: name.to_owned(),
                comment: vec![format!(
                    "{title}: one test, since only its configuration knows its files."
                )],
                yields: Yields::One,
                run: Run::Through(kind, launched(ground, whole)),
                timeout: Some("30m"),
                cwd: None,
            },
        });
    }
    suggestions
}

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
    vec![Suggestion {
        name: "npm".to_owned(),
        comment: vec![format!(
            "One test: the script `test` of package.json, `{}`.",
            script.escape_debug()
        )],
        yields: Yields::One,
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

/// The files of `patterns`, without what is installed: it may come later than the manifest.
pub(super) fn find(ground: &Ground<'_>, patterns: &[&str]) -> Option<Files> {
    let mut files = ground.find(patterns)?;
    let installed = "**/node_modules/**".to_owned();
    if files.include.iter().any(|pattern| pattern.starts_with("**"))
        && !files.exclude.contains(&installed)
    {
        files.exclude.push(installed);
    }
    Some(files)
}

/// Whether the package depends on `name`, or its script `test` starts `program`, which may be installed above.
fn has(package: &Value, name: &str, program: &str) -> bool {
    let script = package["scripts"]["test"].as_str().unwrap_or_default();
    depends(package, name) || script.split_whitespace().any(|word| word == program)
}

/// The package's description; null if there is none.
fn package(ground: &Ground<'_>) -> Value {
    serde_json::from_str(&ground.text("package.json")).unwrap_or_default()
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

/// Lock files, each with whose it is.
const LOCKS: [(&str, Manager); 5] = [
    ("pnpm-lock.yaml", Manager::Pnpm),
    ("yarn.lock", Manager::Yarn),
    ("bun.lock", Manager::Bun),
    ("bun.lockb", Manager::Bun),
    ("package-lock.json", Manager::Npm),
];

/// Who installs the packages, by the nearest lock file.
fn manager(ground: &Ground<'_>) -> Manager {
    let names = LOCKS.map(|(name, _)| name);
    let found = LOCKS.iter().find(|(name, _)| ground.is_nearest(name, &names));
    found.map_or(Manager::Npm, |(_, manager)| *manager)
}

/// A program of an installed package, as the package manager starts it.
pub(super) fn launched(ground: &Ground<'_>, program: &[&str]) -> Vec<String> {
    let mut run = words(match manager(ground) {
        // Without `--no`, a package that is not installed would be fetched by every test.
        Manager::Npm => &["npx", "--no", "--"],
        Manager::Pnpm => &["pnpm", "exec"],
        Manager::Yarn => &["yarn", "run"],
        Manager::Bun => &["bun", "x"],
    });
    run.extend(words(program));
    run
}
