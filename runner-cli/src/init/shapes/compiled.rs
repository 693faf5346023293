//! Packages of Cargo and Go, which build their tests before they can name them.

use std::collections::BTreeSet;

use probe_scenario::SuiteKind;
use toml_edit::{DocumentMut, Item};

use crate::init::ground::{Ground, below};
use crate::init::suggestion::{Run, Suggestion, Yields, words};

/// Cargo's tests one by one, as its kind lists them.
pub(super) fn cargo(ground: &Ground<'_>) -> Vec<Suggestion> {
    let description = description(&ground.text("Cargo.toml"));
    let is_workspace = description.contains_key("workspace");
    if !(is_workspace || description.contains_key("package")) {
        return Vec::new();
    }
    // Built in another way than tests are: `cargo fuzz` runs it.
    let metadata = description.get("package").and_then(|package| package.get("metadata"));
    if metadata.is_some_and(|metadata| metadata.get("cargo-fuzz").is_some()) {
        return Vec::new();
    }
    if !is_workspace && is_covered(ground) {
        return Vec::new();
    }
    let args: &[&str] = if is_workspace { &["--workspace"] } else { &[] };
    vec![Suggestion {
        name: "cargo".to_owned(),
        comment: words(&[
            "Cargo: a process for each test, and one for those of the documentation.",
        ]),
        yields: Yields::one(),
        run: Run::Kind(SuiteKind::Cargo, words(args)),
        timeout: None,
        cwd: None,
    }]
}

/// Whether a workspace above has the package among its own. One that is below a workspace and not in it is left out there
/// by name, or else Cargo refuses it.
fn is_covered(ground: &Ground<'_>) -> bool {
    ground.upward().skip(1).any(|(folder, _)| {
        let above = description(&ground.text_in(folder, "Cargo.toml"));
        let Some(workspace) = above.get("workspace") else { return false };
        let excluded = workspace.get("exclude").and_then(Item::as_array);
        let mut excluded = excluded.into_iter().flatten().filter_map(|name| name.as_str());
        !excluded.any(|name| ground.is_in(&below(folder, name.trim_end_matches('/'))))
    })
}

/// What a `Cargo.toml` says; nothing, if it cannot be read.
fn description(text: &str) -> DocumentMut {
    text.parse().unwrap_or_default()
}

/// A test for each package of Go.
pub(super) fn go(ground: &Ground<'_>) -> Vec<Suggestion> {
    if !ground.has("go.mod") {
        return Vec::new();
    }
    let Some(files) = ground.find(&["**/*_test.go"]) else { return Vec::new() };
    let folder = |name: &String| name.rsplit_once('/').map(|(folder, _)| folder.to_owned());
    let packages: BTreeSet<Option<String>> = files.names.iter().map(folder).collect();
    let found = match packages.len() {
        1 => "1 package".to_owned(),
        many => format!("{many} packages"),
    };
    vec![Suggestion {
        name: "go".to_owned(),
        comment: words(&["Go: a test for each package."]),
        yields: Yields::Names { files: files.names, found },
        run: Run::Kind(SuiteKind::Go, Vec::new()),
        timeout: Some("30m"),
        cwd: None,
    }]
}
