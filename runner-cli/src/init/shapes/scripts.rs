//! Shell scripts that are tests.

use probe_scenario::SuiteKind;

use crate::init::ground::Ground;
use crate::init::suggestion::{Run, Suggestion, Yields, words};

/// Names that say what they are.
const NAMED: [&str; 5] =
    ["**/test_*.sh", "**/test-*.sh", "**/*_test.sh", "**/*-test.sh", "**/*.test.sh"];

/// Folders in which every script is a test …
const FOLDERS: [&str; 2] = ["tests/**/*.sh", "test/**/*.sh"];

/// … but for those that others read.
const HELPERS: [&str; 10] = [
    "**/_*.sh",
    "**/assert.sh",
    "**/common.sh",
    "**/helper.sh",
    "**/helpers.sh",
    "**/lib.sh",
    "**/setup.sh",
    "**/support.sh",
    "**/teardown.sh",
    "**/util*.sh",
];

/// Scripts by their names, else by their folder; and bats.
pub(super) fn scripts(ground: &Ground<'_>) -> Vec<Suggestion> {
    let mut suggestions = Vec::new();
    let files = ground.find(&NAMED).or_else(|| {
        let helpers = ground.find(&HELPERS).unwrap_or_default();
        let mut files = ground.find_without(&FOLDERS, &helpers.names)?;
        files.exclude.extend(helpers.include);
        Some(files)
    });
    if let Some(files) = files {
        let bash = ground.any(&files.names, |text| {
            text.lines().next().is_some_and(|line| line.starts_with("#!") && line.contains("bash"))
        });
        suggestions.push(Suggestion {
            name: "shell".to_owned(),
            comment: words(&[
                "Shell: a process for each script, which passes when it exits with 0.",
            ]),
            yields: Yields::Files(files),
            run: Run::Command(words(&[if bash { "bash" } else { "sh" }, "{file}", "{args}"])),
            timeout: None,
            cwd: None,
        });
    }
    if let Some(files) = ground.find(&["**/*.bats"]) {
        suggestions.push(Suggestion {
            name: "bats".to_owned(),
            comment: words(&["bats: a process for each file."]),
            yields: Yields::Files(files),
            run: Run::Through(SuiteKind::Tap, words(&["bats", "--tap", "{args}", "{file}"])),
            timeout: None,
            cwd: None,
        });
    }
    suggestions
}
