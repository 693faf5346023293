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

/// Lock files, each with whoever starts programs in the environment that it describes.
const MANAGERS: [(&str, &[&str]); 4] = [
    ("uv.lock", &["uv", "run", "pytest"]),
    ("poetry.lock", &["poetry", "run", "pytest"]),
    ("pdm.lock", &["pdm", "run", "pytest"]),
    ("Pipfile.lock", &["pipenv", "run", "pytest"]),
];

/// How pytest is started: in the environment that is activated, in the project's own, by whoever would make that, or by
/// whatever Python there is.
///
/// An environment that is there is entered by its interpreter: a manager would look at first whether it is up to date, in
/// each of many processes at once.
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
