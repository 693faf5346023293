//! Tests of a Node package by a framework that it depends on.
//!
//! A framework at the top of a project of packages would run theirs, too: there only the files are its own that no package
//! has, and where two frameworks share them, those that import Playwright are Playwright's.

use probe_pattern::{PatternSet, escape};
use probe_scenario::SuiteKind;
use serde_json::Value;

use super::package::{find, has, launched, package};
use crate::init::ground::Ground;
use crate::init::suggestion::{Files, Run, Suggestion, Yields, words};

/// Where Vitest and Jest look by themselves.
pub(super) const FRAMEWORK_TESTS: [&str; 16] = [
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

/// Processor time that the starts of all processes may cost, in milliseconds: what comes to more is run by fewer processes.
const STARTS: usize = 12_000;

/// About how many processes there are to be of many files: enough for the cores of a large machine, and for a failure to be
/// found by its name.
const PROCESSES: usize = 16;

/// Vitest and Jest.
const FRAMEWORKS: [Framework; 2] = [
    Framework {
        title: "Vitest",
        kind: SuiteKind::Vitest,
        start: 550,
        serial: "--no-file-parallelism",
        whole: &["vitest", "run", "{args}"],
    },
    Framework {
        title: "Jest",
        kind: SuiteKind::Jest,
        start: 450,
        serial: "--runInBand",
        whole: &["jest", "{args}"],
    },
];

struct Framework {
    title: &'static str,
    kind: SuiteKind,
    /// Processor time that a process costs beside its files, in milliseconds: measured on a small machine, by a process for each of
    /// 16 files beside one for all. For Node's own runner it is 120, and for Deno's and Bun's below 30.
    start: usize,
    /// The flag with which a process runs its files one after another: how many run at once is probe's affair, and tests of
    /// one process would race for a library that the first of them makes.
    serial: &'static str,
    whole: &'static [&'static str],
}

/// More files than one process gets that starts servers for all of them.
const ALL: usize = 1_000;

/// The package of Playwright's test runner.
const PLAYWRIGHT: &str = "@playwright/test";

/// Its configuration.
const PLAYWRIGHT_CONFIGS: [&str; 4] = [
    "playwright.config.ts",
    "playwright.config.js",
    "playwright.config.mts",
    "playwright.config.mjs",
];

/// Playwright, Vitest and Jest.
pub(super) fn frameworks(ground: &Ground<'_>) -> Vec<Suggestion> {
    let package = package(ground);
    let playwright = has(&package, PLAYWRIGHT, "playwright");
    let files = find(ground, &FRAMEWORK_TESTS);
    if ground.has_settled() {
        return beside_packages(ground, &package, playwright, &files.unwrap_or_default());
    }
    let names = files.as_ref().map(|files| files.names.clone()).unwrap_or_default();
    let mut suggestions = Vec::new();
    if playwright {
        // Deno, say, may have the others.
        let is_its =
            |name: &&String| name.contains(".spec.") || ground.text(name).contains(PLAYWRIGHT);
        suggestions.push(whole_playwright(names.iter().filter(is_its).cloned().collect()));
    }
    for framework in of_package(&package) {
        suggestions.push(match &files {
            Some(files) if !playwright => framework.of_files(files.clone()),
            // Both take `.spec.ts`, and only the configuration knows whose it is.
            _ => Suggestion {
                name: framework.kind.word().to_owned(),
                comment: vec![format!(
                    "{}: one test, since only its configuration knows its files.",
                    framework.title
                )],
                yields: Yields::One { files: names.clone() },
                run: Run::Through(framework.kind, launched(ground, framework.whole)),
                timeout: Some("30m"),
                cwd: None,
            },
        });
    }
    suggestions
}

/// Those that the package has.
fn of_package(package: &Value) -> impl Iterator<Item = &'static Framework> {
    FRAMEWORKS.iter().filter(|framework| {
        let name = framework.kind.word();
        has(package, name, name)
    })
}

/// The suites of what packages below have left.
fn beside_packages(
    ground: &Ground<'_>,
    package: &Value,
    playwright: bool,
    files: &Files,
) -> Vec<Suggestion> {
    let configured = PLAYWRIGHT_CONFIGS.iter().find(|name| ground.has(name));
    let configuration = configured.map(|name| ground.text(name)).unwrap_or_default();
    let says = |words: &[&str]| words.iter().any(|word| configuration.contains(word));
    let framework = of_package(package).next();
    let is_playwrights = |name: &String| {
        playwright && (framework.is_none() || ground.text(name).contains(PLAYWRIGHT))
    };
    let (of_playwright, others): (Vec<String>, Vec<String>) =
        files.names.iter().cloned().partition(is_playwrights);
    let part = |names: Vec<String>, left: &[String]| {
        let finds = |pattern: &&String| {
            let (set, _) = PatternSet::new([pattern.as_str()]);
            names.iter().any(|name| set.matches(name))
        };
        let include = files.include.iter().filter(finds).cloned().collect();
        let exclude = [files.exclude.clone(), apart(&names, left)].concat();
        Files { include, exclude, names, batch: None }
    };
    let mut suggestions = Vec::new();
    // One that says where its tests are runs no others; and of tests with names of its own only it knows.
    if playwright && (says(&["testMatch"]) || !of_playwright.is_empty() && says(&["testDir"])) {
        suggestions.push(whole_playwright(of_playwright.clone()));
    } else if !of_playwright.is_empty() {
        let files = part(of_playwright.clone(), &others);
        suggestions.push(Suggestion {
            comment: words(&["Playwright: one process for the files that are in no package."]),
            yields: Yields::Files(Files { batch: Some(ALL), ..files }),
            ..whole_playwright(Vec::new())
        });
    }
    if let Some(framework) = framework.filter(|_| !others.is_empty()) {
        suggestions.push(framework.of_files(part(others.clone(), &of_playwright)));
    }
    suggestions
}

fn whole_playwright(files: Vec<String>) -> Suggestion {
    Suggestion {
        name: "playwright".to_owned(),
        comment: words(&[
            "Playwright runs as one test: its configuration may start servers that all of its tests share.",
        ]),
        yields: Yields::One { files },
        run: Run::Kind(SuiteKind::Playwright, Vec::new()),
        timeout: Some("30m"),
        cwd: None,
    }
}

impl Framework {
    /// Each file in a process, or some, where there are many.
    fn of_files(&self, files: Files) -> Suggestion {
        let count = files.names.len();
        let batch = (count * self.start > STARTS).then(|| count.div_ceil(PROCESSES));
        let (each, args) = match batch {
            None => ("a process for each file".to_owned(), Vec::new()),
            Some(batch) => (
                format!("a process for {batch} files each, since it costs more than most of them"),
                words(&[self.serial]),
            ),
        };
        Suggestion {
            name: self.kind.word().to_owned(),
            comment: vec![format!("{}: {each}.", self.title)],
            yields: Yields::Files(Files { batch, ..files }),
            run: Run::Kind(self.kind, args),
            timeout: None,
            cwd: None,
        }
    }
}

/// Patterns of `others` that match none of `names`: whole folders where that is so.
fn apart(names: &[String], others: &[String]) -> Vec<String> {
    let mut patterns: Vec<String> = Vec::new();
    for other in others {
        let folders = other.match_indices('/').map(|(at, _)| &other[..=at]);
        let mut theirs =
            folders.filter(|folder| !names.iter().any(|name| name.starts_with(*folder)));
        let pattern = match theirs.next() {
            Some(folder) => format!("{}**", escape(folder)),
            None => escape(other),
        };
        if !patterns.contains(&pattern) {
            patterns.push(pattern);
        }
    }
    patterns
}
