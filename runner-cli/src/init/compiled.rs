//! Packages of Cargo and Go, which build their tests before they can name them.

use std::collections::BTreeSet;

use super::layout::Layout;
use super::suggestion::{Run, Suggestion, Yields, words};

/// A test for each package.
///
/// Cargo's tests have no listing that costs less than a build, `--list` names a test of two binaries twice, and a
/// `cargo test --exact` for each name would start every binary of the package: the package is the honest unit.
pub(super) fn compiled(layout: &Layout, _: &BTreeSet<String>) -> Vec<Suggestion> {
    let mut suggestions = Vec::new();
    let cargo = layout.text("Cargo.toml");
    let has_table = |head: &str| cargo.lines().any(|line| line.trim_end() == head);
    if has_table("[workspace]") {
        suggestions.push(Suggestion {
            name: "cargo",
            comment: words(&[
                "Cargo: a test for each package. Cargo builds one package after another, and the timeout counts that too.",
                "For a process per test: `probe exec -- cargo nextest run`.",
            ]),
            yields: Yields::Names {
                list: words(&["cargo", "tree", "--workspace", "--depth", "0", "--prefix", "none"]),
                pattern: r"^(?<name>\S+) v\d",
            },
            run: Run::Command(words(&["cargo", "test", "--package", "{name}", "{args}"])),
            timeout: Some("30m"),
        });
    } else if has_table("[package]") {
        suggestions.push(Suggestion {
            name: "cargo",
            comment: words(&[
                "Cargo: the package is one test, and the timeout counts its build too.",
                "For a process per test: `probe exec -- cargo nextest run`.",
            ]),
            yields: Yields::One,
            run: Run::Command(words(&["cargo", "test", "{args}"])),
            timeout: Some("30m"),
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
