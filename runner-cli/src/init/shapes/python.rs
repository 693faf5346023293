//! Tests in Python: by pytest, or by the `unittest` of its library.

use probe_scenario::SuiteKind;

use crate::init::ground::Ground;
use crate::init::suggestion::{Run, Suggestion, Yields, words};

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
pub(super) fn python(ground: &Ground<'_>) -> Vec<Suggestion> {
    let Some(files) = ground.find(&TESTS) else { return Vec::new() };
    let configured = SETTINGS
        .iter()
        .any(|(name, head)| ground.text(name).lines().any(|line| line.trim().starts_with(head)));
    let speaks_of_pytest = |text: &str| {
        text.contains("pytest") || text.lines().any(|line| line.starts_with("def test_"))
    };
    let pytest =
        configured || ground.has("conftest.py") || ground.any(&files.names, speaks_of_pytest);
    // That of the folder's environment, or of one above, by its path from here.
    let interpreter = ground.nearest(&[".venv/bin/python", "venv/bin/python"]);
    let interpreter = interpreter.as_deref().unwrap_or("python3");
    let (name, comment, run) = if pytest {
        ("pytest", "pytest: a process for each file.", Run::Kind(SuiteKind::Pytest, Vec::new()))
    } else {
        let run = words(&[interpreter, "-m", "unittest", "{args}", "{file}"]);
        ("unittest", "unittest: a process for each file.", Run::Command(run))
    };
    vec![Suggestion {
        name: name.to_owned(),
        comment: words(&[comment]),
        yields: Yields::Files(files),
        run,
        timeout: None,
        cwd: None,
    }]
}
