//! Instructions that `probe` executes, counted by callgrind: what a busy machine cannot change, so that a limit on it can
//! stand in CI. Each limit is a quarter above what was measured when it was set; raise one only with the reason in the
//! commit, lower it when something has become cheaper.
//!
//! Counted is `probe` itself in user space, and not the kernel. A run cannot be counted so: callgrind knows no process file
//! descriptors, on which `probe` waits for tests.

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

use crate::outcome::Outcome;
use crate::workshop::{Workshop, find};

/// A path through `probe`, and what it may cost.
struct Count {
    path: &'static str,
    /// Thousands of instructions.
    limit: u64,
    /// What it was when the limit was set.
    measured: u64,
    count: fn(&Workshop) -> Outcome<u64>,
}

const COUNTS: [Count; 4] = [
    Count { path: "a start (`probe --version`)", limit: 1_700, measured: 1_356, count: start },
    Count { path: "a test read and put into the graph", limit: 31, measured: 25, count: planned },
    Count { path: "a test file found and listed", limit: 20, measured: 16, count: found },
    Count { path: "a library that is there", limit: 140, measured: 112, count: imported },
];

/// Counts all of them, and says how many are above their limits.
///
/// # Errors
///
/// When callgrind is not installed, or something fails below it.
pub(crate) fn count(workshop: &Workshop, out: &mut impl std::io::Write) -> Outcome<usize> {
    writeln!(out, "thousands of instructions, the limit, and what was measured when it was set")?;
    let mut above = 0;
    for Count { path, limit, measured, count } in COUNTS {
        let thousands = count(workshop)? / 1_000;
        let verdict = if thousands > limit { "TOO MANY" } else { "kept" };
        writeln!(out, "  {path:<40} {thousands:>8} {limit:>8} {measured:>8}   {verdict}")?;
        above += usize::from(thousands > limit);
    }
    Ok(above)
}

fn start(workshop: &Workshop) -> Outcome<u64> {
    instructions(workshop, &["--version"], workshop.project("count", &[("x", "")])?.as_path())
}

/// Of 1,000 more tests, each.
fn planned(workshop: &Workshop) -> Outcome<u64> {
    each(1_000, |count| {
        let directory = project(workshop, "planned", count, &manifest(count)?)?;
        instructions(workshop, &["graph", "--format", "order"], &directory)
    })
}

fn found(workshop: &Workshop) -> Outcome<u64> {
    each(1_000, |count| {
        let manifest = "[suite.s]\nfiles = [\"tests/*.sh\"]\nrun = [\"sh\", \"{file}\"]\n";
        let files: Vec<String> = (0..count).map(|file| format!("tests/{file}.sh")).collect();
        let files = files.iter().map(|file| (file.as_str(), ""));
        let files: Vec<_> = files.chain([("probe.toml", manifest)]).collect();
        let directory = workshop.project(&format!("count-found-{count}"), &files)?;
        instructions(workshop, &["list"], &directory)
    })
}

fn imported(workshop: &Workshop) -> Outcome<u64> {
    each(100, |count| {
        let mut manifest = String::new();
        for library in 0..count {
            writeln!(manifest, "[library.l{library}]\nurl = \"probe.toml\"\nkind = \"data\"")?;
        }
        let directory = project(workshop, "imported", count, &manifest)?;
        workshop.probe(&["preload"], &directory).run()?;
        instructions(workshop, &["preload"], &directory)
    })
}

/// What each of `more` costs: the difference between twice as many and as many.
fn each(more: u64, count: impl Fn(u64) -> Outcome<u64>) -> Outcome<u64> {
    let (few, many) = (count(more)?, count(2 * more)?);
    Ok(many.saturating_sub(few) / more)
}

/// So many tests that do nothing.
fn manifest(count: u64) -> Outcome<String> {
    let mut manifest = String::new();
    for test in 0..count {
        writeln!(manifest, "[test.t{test}]\nrun = [\"/bin/true\"]")?;
    }
    Ok(manifest)
}

fn project(
    workshop: &Workshop,
    name: &str,
    count: u64,
    manifest: &str,
) -> Outcome<std::path::PathBuf> {
    workshop.project(&format!("count-{name}-{count}"), &[("probe.toml", manifest)])
}

/// What `probe` executes with these words.
fn instructions(workshop: &Workshop, words: &[&str], directory: &Path) -> Outcome<u64> {
    let valgrind =
        find("valgrind").ok_or("valgrind is not installed, which counts instructions")?;
    let mut command = Command::new(valgrind);
    command.args(["--tool=callgrind", "--callgrind-out-file=/dev/null"]);
    command.arg(workshop.probe_program()).args(words).current_dir(directory);
    let output = command.env("PROBE_STORE", workshop.store()).output()?;
    let said = String::from_utf8_lossy(&output.stderr);
    // "==123== Collected : 4567"
    let collected = said.lines().find_map(|line| line.split_once("== Collected : "));
    match collected {
        Some((_, number)) if output.status.success() => Ok(number.trim().parse()?),
        _ => Err(format!("`probe {}` under callgrind: {}", words.join(" "), output.status).into()),
    }
}
