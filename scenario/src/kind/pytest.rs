//! pytest: its files, and the interpreter that runs it.

use super::flags::words;
use super::place::Place;

/// Where pytest looks by itself.
pub(super) const FILES: &[&str] = &["**/test_*.py", "**/*_test.py"];

/// Directories that pytest does not enter.
pub(super) const LEFT_OUT: &[&str] = &[
    "**/.*/**",
    "**/*.egg/**",
    "**/_darcs/**",
    "**/CVS/**",
    "**/build/**",
    "**/dist/**",
    "**/node_modules/**",
    "**/venv/**",
];

/// Lock files, each with the tool that starts programs in its environment.
const MANAGERS: [(&str, &[&str]); 4] = [
    ("uv.lock", &["uv", "run", "pytest"]),
    ("poetry.lock", &["poetry", "run", "pytest"]),
    ("pdm.lock", &["pdm", "run", "pytest"]),
    ("Pipfile.lock", &["pipenv", "run", "pytest"]),
];

/// How pytest starts: in the active environment, in the project's own, with the tool that would make that, or with any
/// installed Python.
///
/// If the environment exists, its interpreter starts pytest directly: a tool would first check whether the environment is up
/// to date, in each of many processes at once.
pub(super) fn launcher(place: &Place<'_>) -> Vec<String> {
    if place.is_set("VIRTUAL_ENV") || place.is_set("CONDA_PREFIX") {
        return words(&["python", "-m", "pytest"]);
    }
    if let Some(python) = place.nearest(&[".venv/bin/python", "venv/bin/python"]) {
        // Without a slash it would be looked for in PATH.
        return words(&[&python, "-m", "pytest"]);
    }
    let locks = MANAGERS.map(|(lock, _)| lock);
    let manager = MANAGERS.iter().find(|(lock, _)| place.is_nearest(lock, &locks));
    manager.map_or_else(|| words(&["python3", "-m", "pytest"]), |(_, launcher)| words(launcher))
}
