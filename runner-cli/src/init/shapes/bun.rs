//! Bun's own test runner.

use probe_scenario::SuiteKind;

use crate::init::ground::Ground;
use crate::init::suggestion::{Run, Suggestion, Yields, words};

/// Where `bun test` looks by itself.
pub(super) const TESTS: [&str; 4] = [
    "**/*.test.{js,jsx,ts,tsx,mjs,cjs,mts,cts}",
    "**/*_test.{js,jsx,ts,tsx,mjs,cjs,mts,cts}",
    "**/*.spec.{js,jsx,ts,tsx,mjs,cjs,mts,cts}",
    "**/*_spec.{js,jsx,ts,tsx,mjs,cjs,mts,cts}",
];

/// A process for each file, where the package's script or its tests say that they are Bun's.
pub(super) fn bun(ground: &Ground<'_>) -> Vec<Suggestion> {
    let package: serde_json::Value =
        serde_json::from_str(&ground.text("package.json")).unwrap_or_default();
    let script = package["scripts"]["test"].as_str().unwrap_or_default();
    let Some(mut files) = ground.find(&TESTS) else { return Vec::new() };
    let is_own = |text: &str| text.contains("bun:test");
    if !script.contains("bun test") && !ground.any(&files.names, is_own) {
        return Vec::new();
    }
    let installed = "**/node_modules/**".to_owned();
    if !files.exclude.contains(&installed) {
        files.exclude.push(installed);
    }
    vec![Suggestion {
        name: "bun".to_owned(),
        comment: words(&[match SuiteKind::Bun.flags(ground) {
            Some(flags) if !flags.is_empty() => {
                "Bun: a process for each file, with the flags of the script `test`."
            }
            _ => "Bun: a process for each file.",
        }]),
        yields: Yields::Files(files),
        run: Run::Kind(SuiteKind::Bun, Vec::new()),
        timeout: None,
        cwd: None,
    }]
}
