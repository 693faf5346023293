//! Ten times as much takes at most about ten times as long: each path at n, 10 n and 100 n.

use std::fmt::Write as _;
use std::path::PathBuf;

use crate::contest::Program;
use crate::outcome::Outcome;
use crate::row::{Bar, Row};
use crate::rows::{library, scale, startup};
use crate::workshop::Workshop;

/// Of ten times as much: a fifth more for what grows a little faster than the number, such as sorting.
const TEN: Bar = Bar::Times(12.0);
const HUNDRED: Bar = Bar::Times(144.0);

/// Runs of empty tests; that of 100,000 takes a minute.
pub(super) fn run(workshop: &Workshop) -> Outcome<Row> {
    let project = |workshop: &Workshop, count: usize| -> Outcome<PathBuf> {
        let mut manifest = String::new();
        for test in 0..count {
            writeln!(manifest, "[test.t{test}]\nrun = [\"/bin/true\"]")?;
        }
        workshop.project(&format!("run-{count}"), &[("probe.toml", &manifest)])
    };
    let words = ["run", "-j2"];
    Ok(growth(workshop, "empty tests run", 3, &words, [1_000, 10_000], project)?.cold())
}

/// Test files found.
pub(super) fn list(workshop: &Workshop) -> Outcome<Row> {
    let project = |workshop: &Workshop, count: usize| -> Outcome<PathBuf> {
        let manifest = "[suite.s]\nfiles = [\"tests/**/*.sh\"]\nrun = [\"sh\", \"{file}\"]\n";
        let files: Vec<String> =
            (0..count).map(|file| format!("tests/{:03}/{file}.sh", file / 100)).collect();
        let files = files.iter().map(|file| (file.as_str(), ""));
        let files: Vec<_> = files.chain([("probe.toml", manifest)]).collect();
        workshop.project(&format!("list-{count}"), &files)
    };
    growth(workshop, "test files listed", 5, &["list"], [1_000, 10_000, 100_000], project)
}

/// Needs detected.
pub(super) fn detection(workshop: &Workshop) -> Outcome<Row> {
    let counts = [200, 2_000, 20_000];
    growth(workshop, "test files read for needs", 5, &["list", "--needs"], counts, scale::sources)
}

/// A manifest read.
pub(super) fn manifest(workshop: &Workshop) -> Outcome<Row> {
    growth(workshop, "tests in a manifest", 5, &["list"], [1_000, 10_000, 100_000], scale::tests)
}

/// A graph made.
pub(super) fn graph(workshop: &Workshop) -> Outcome<Row> {
    let words = ["graph", "--format", "order"];
    let counts = [1_000, 10_000, 100_000];
    growth(workshop, "tests put into an order", 3, &words, counts, scale::graphs)
}

/// Libraries that are there.
pub(super) fn warm(workshop: &Workshop) -> Outcome<Row> {
    let counts = [10, 100, 1_000];
    growth(workshop, "libraries that are there", 5, &["preload"], counts, library::stocked)
}

/// A lock file looked through before a command starts.
pub(super) fn exec(workshop: &Workshop) -> Outcome<Row> {
    let (words, counts) = (["exec", "--", "true"], [300, 3_000, 30_000]);
    growth(workshop, "packages in a lock file", 5, &words, counts, startup::locked)
}

fn growth<const N: usize>(
    workshop: &Workshop,
    what: &str,
    rounds: usize,
    words: &[&str],
    counts: [usize; N],
    project: impl Fn(&Workshop, usize) -> Outcome<PathBuf>,
) -> Outcome<Row> {
    let program = |count: usize| -> Outcome<Program> {
        Ok(workshop.probe(words, &project(workshop, count)?).called(count.to_string()))
    };
    let task = format!("`probe {}`: {what}", words.join(" "));
    let mut row = Row::new(task, rounds, program(counts[0])?);
    for (&count, bar) in counts[1..].iter().zip([TEN, HUNDRED]) {
        row = row.and(program(count)?, bar);
    }
    Ok(row)
}
