//! Tests in Python: by pytest, or by the `unittest` of its library.

use std::collections::BTreeSet;

use super::layout::Layout;
use super::suggestion::{Suggestion, Yields, words};

/// Where pytest looks by itself.
const TESTS: [&str; 2] = ["**/test_*.py", "**/*_test.py"];

/// Files that say something about pytest, and the line that does.
const SETTINGS: [(&str, &str); 4] = [
    ("pytest.ini", "[pytest]"),
    ("pyproject.toml", "[tool.pytest"),
    ("setup.cfg", "[tool:pytest]"),
    ("tox.ini", "[pytest]"),
];

/// A process for each file: one for each test would start the interpreter, and collect, as often.
pub(super) fn python(layout: &Layout, claimed: &BTreeSet<String>) -> Vec<Suggestion> {
    let Some(files) = layout.find(&TESTS, claimed) else { return Vec::new() };
    let configured = SETTINGS
        .iter()
        .any(|(name, head)| layout.text(name).lines().any(|line| line.trim().starts_with(head)));
    let speaks_of_pytest = |text: &str| {
        text.contains("pytest") || text.lines().any(|line| line.starts_with("def test_"))
    };
    let pytest =
        configured || layout.has("conftest.py") || layout.any(&files.names, speaks_of_pytest);
    let (name, comment, run): (_, &str, &[&str]) = if pytest {
        let launcher: &[&str] = launcher(layout);
        ("pytest", "pytest: a process for each file.", launcher)
    } else {
        ("unittest", "unittest: a process for each file.", &["python3", "-m", "unittest"])
    };
    let mut run = words(run);
    run.extend(words(&["{args}", "{file}"]));
    vec![Suggestion {
        name,
        comment: words(&[comment]),
        yields: Yields::Files(files),
        run,
        timeout: None,
    }]
}

/// How pytest is started in the project's own environment, by its lock file.
fn launcher(layout: &Layout) -> &'static [&'static str] {
    if layout.has("uv.lock") {
        &["uv", "run", "pytest"]
    } else if layout.has("poetry.lock") {
        &["poetry", "run", "pytest"]
    } else if layout.has("pdm.lock") {
        &["pdm", "run", "pytest"]
    } else if layout.has("Pipfile.lock") {
        &["pipenv", "run", "pytest"]
    } else {
        &["python3", "-m", "pytest"]
    }
}
