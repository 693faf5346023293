//! Command lines that start a test runner: how the same runner loads the same tests one after the other, and runs none.
//!
//! Covers only runners that can do so in one process: pytest collects before its workers start, and Deno loads a file to
//! find its tests.

use std::path::Path;

/// Programs that start another one in an environment of their own.
const STARTERS: [&str; 8] = ["env", "hatch", "nice", "pdm", "pipenv", "poetry", "rye", "uv"];

/// Flags of `deno test` that concern a whole run, or more than one file at once. Some may have a value after `=`.
const OF_A_RUN_OF_DENO: [&str; 8] = [
    "--clean",
    "--coverage",
    "--fail-fast",
    "--filter",
    "--junit-path",
    "--parallel",
    "--reporter",
    "--watch",
];

/// A filter that matches no name.
const NOTHING: &str = "--filter=/(?!)/";

/// How to load the tests of a command line without running them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Collection {
    /// Load all of its tests in one process, and run none, with these words.
    By(Vec<String>),
    /// The command line runs in one process itself.
    Alone,
    /// Unknown.
    Unknown,
}

/// Finds out how to load the tests of the command line `words`.
#[must_use]
pub fn collection(words: &[String]) -> Collection {
    let Some(program) = words.first() else { return Collection::Unknown };
    match name(program) {
        "deno" if words.get(1).is_some_and(|word| word == "test") => deno(words),
        _ => pytest(words).map_or(Collection::Unknown, Collection::By),
    }
}

fn pytest(words: &[String]) -> Option<Vec<String>> {
    let is_pytest = |word: &String| matches!(name(word), "pytest" | "py.test");
    let at = words.iter().position(is_pytest)?;
    let before = &words[..at];
    let first = before.first().map(|word| name(word));
    let is_module = before.last().is_some_and(|word| word == "-m");
    let is_started = match first {
        None => true,
        Some(first) if first.starts_with("python") || first.starts_with("pypy") => is_module,
        Some(first) => STARTERS.contains(&first),
    };
    let collect = ["--collect-only", "-q"].map(str::to_owned);
    let words = [&words[..=at], &collect, &words[at + 1..]].concat();
    is_started.then_some(words)
}

fn deno(words: &[String]) -> Collection {
    let end = words.iter().position(|word| word == "--").unwrap_or(words.len());
    let (own, passed) = words.split_at(end);
    if !own.iter().any(|word| word == "--parallel") {
        return Collection::Alone;
    }
    let mut kept = Vec::new();
    let mut own = own.iter();
    while let Some(word) = own.next() {
        let (flag, value) =
            word.split_once('=').map_or((word.as_str(), None), |(f, v)| (f, Some(v)));
        if !OF_A_RUN_OF_DENO.contains(&flag) {
            kept.push(word.clone());
        } else if value.is_none() && matches!(flag, "--filter" | "--junit-path" | "--reporter") {
            own.next();
        }
    }
    kept.insert(2, NOTHING.to_owned());
    Collection::By([&kept, passed].concat())
}

fn name(program: &str) -> &str {
    Path::new(program).file_name().and_then(|name| name.to_str()).unwrap_or(program)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(line: &str, expected: &str) {
        let words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        let found = match collection(&words) {
            Collection::By(words) => words.join(" "),
            Collection::Alone => "alone".to_owned(),
            Collection::Unknown => String::new(),
        };
        assert_eq!(found, expected, "{line}");
    }

    #[test]
    fn pytest_is_known_however_it_is_started() {
        check("pytest -n 8 tests", "pytest --collect-only -q -n 8 tests");
        check(".venv/bin/pytest", ".venv/bin/pytest --collect-only -q");
        check("python3.12 -W x -m pytest -q", "python3.12 -W x -m pytest --collect-only -q -q");
        check("uv run --frozen pytest a", "uv run --frozen pytest --collect-only -q a");
        check("env A=1 pytest", "env A=1 pytest --collect-only -q");
        check("grep pytest", "");
        check("python3 pytest", "");
        check("tox -e pytest", "");
        check("sh -c pytest", "");
    }

    #[test]
    fn deno_loads_files_and_runs_nothing_of_them() {
        check("deno test -A --parallel", "deno test --filter=/(?!)/ -A");
        check(
            "/x/deno test --parallel --filter a --fail-fast=2 --coverage t/ --reporter=dot -- --parallel",
            "/x/deno test --filter=/(?!)/ t/ -- --parallel",
        );
        check("deno test -A a.ts", "alone");
        check("deno test -A -- --parallel", "alone");
        check("deno task test", "");
        check("", "");
    }
}
