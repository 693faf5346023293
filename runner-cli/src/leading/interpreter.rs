//! The Python of a command: that which runs its tests, as far as its words tell. Starts nothing.

use std::ffi::OsStr;
use std::path::Path;

use probe_process::find_program;

use crate::environment::Environment;

/// The words that start the interpreter which `words` would start: itself, what a manager of environments would take, that
/// beside the program, or else that of the project at `root`.
pub(super) fn interpreter(words: &[String], root: &Path, environment: &Environment) -> Vec<String> {
    let Some(program) = words.first() else { return own(root) };
    let name = Path::new(program).file_name().and_then(OsStr::to_str).unwrap_or(program);
    if name.starts_with("python") || name.starts_with("pypy") {
        return vec![program.clone()];
    }
    if matches!(name, "uv" | "poetry" | "pdm" | "pipenv" | "rye" | "hatch")
        && words.get(1).is_some_and(|word| word == "run")
    {
        return vec![program.clone(), "run".to_owned(), "python".to_owned()];
    }
    let found = find_program(OsStr::new(program), environment.cwd(), environment.path());
    let beside = found.ok().and_then(|found| in_directory(found.parent()?));
    // Of what is no program of Python's, the directory says nothing.
    let beside = beside.filter(|_| matches!(name, "pytest" | "py.test"));
    beside.map_or_else(|| own(root), |python| vec![python])
}

/// That of the project's own environment, or whatever there is.
fn own(root: &Path) -> Vec<String> {
    let environments = [".venv/bin", "venv/bin"].iter();
    let python = environments.filter_map(|bin| in_directory(&root.join(bin))).next();
    vec![python.unwrap_or_else(|| "python3".to_owned())]
}

fn in_directory(directory: &Path) -> Option<String> {
    let names = ["python3", "python"].iter().map(|name| directory.join(name));
    let mut found = names.filter(|python| python.is_file());
    found.next().and_then(|python| python.to_str().map(str::to_owned))
}
