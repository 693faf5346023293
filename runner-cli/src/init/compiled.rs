//! Packages of Cargo and Go, which build their tests before they can name them.

use std::collections::BTreeSet;

use probe_scenario::SuiteKind;

use super::layout::Layout;
use super::suggestion::{Run, Suggestion, Yields, words};

/// Cargo's tests one by one, as its kind lists them; a test for each package of Go.
pub(super) fn compiled(layout: &Layout, _: &BTreeSet<String>) -> Vec<Suggestion> {
    let mut suggestions = Vec::new();
    let cargo = layout.text("Cargo.toml");
    let has_table = |head: &str| cargo.lines().any(|line| line.trim_end() == head);
    if has_table("[workspace]") || has_table("[package]") {
        let args: &[&str] = if has_table("[workspace]") { &["--workspace"] } else { &[] };
        suggestions.push(Suggestion {
            name: "cargo",
            comment: words(&[
                "Cargo: a process for each test, and one for those of the documentation.",
            ]),
            yields: Yields::One,
            run: Run::Kind(SuiteKind::Cargo, words(args)),
            timeout: None,
        });
    }
    if layout.has("go.mod") {
        suggestions.push(Suggestion {
            name: "go",
            comment: words(&["Go: a test for each package."]),
            yields: Yields::Names {
                list: words(&["go", "list", "./..."]),
                pattern: "^(?<name>.+)$",
            },
            run: Run::Command(words(&["go", "test", "{args}", "{name}"])),
            timeout: Some("30m"),
        });
    }
    suggestions
}
