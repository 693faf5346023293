//! What a test costs that does nothing, two at a time.

use std::fmt::Write as _;
use std::path::PathBuf;

use crate::contest::Program;
use crate::outcome::Outcome;
use crate::row::{Bar, Row};
use crate::rows::nextest;
use crate::workshop::Workshop;

const TESTS: usize = 2_000;
/// For programs that need several milliseconds a test.
const FEWER: usize = 200;
const ROUNDS: usize = 7;
/// Of seconds each.
const SLOW_ROUNDS: usize = 3;

/// A command a test, against the least that it can cost, and what runs lists of commands.
pub(super) fn commands(workshop: &Workshop) -> Outcome<Row> {
    let directory = project(workshop, TESTS)?;
    let source = include_str!("../../spawn_loop.c");
    let arguments = [TESTS.to_string(), "2".to_owned(), "/bin/true".to_owned()];
    let spawn_loop = workshop.compiled(source, "spawn_loop")?.map(|program| {
        let program = program.to_string_lossy().into_owned();
        let words = [program].into_iter().chain(arguments);
        Program::new("posix_spawn and wait, in C", words, &directory)
    });
    let xargs = ["-a", "lines", "-P2", "-n1", "/bin/true"];
    Ok(Row::new("2,000 tests that do nothing", ROUNDS, workshop.probe(&["run", "-j2"], &directory))
        .against("cc", spawn_loop, Bar::Times(1.35))
        .against("xargs", workshop.peer("xargs", &xargs, &directory), Bar::Times(0.8)))
}

/// Fewer of the same, against what takes longer for each.
pub(super) fn others(workshop: &Workshop) -> Outcome<Row> {
    let directory = project(workshop, FEWER)?;
    let parallel = ["-j2", "-a", "lines", "/bin/true"];
    Ok(Row::new("200 tests that do nothing", ROUNDS, workshop.probe(&["run", "-j2"], &directory))
        .against("make", workshop.peer("make", &["-s", "-j2"], &directory), Bar::None)
        .against("GNU parallel", workshop.peer("parallel", &parallel, &directory), Bar::None)
        .against("CTest", workshop.peer("ctest", &["-j2", "-Q"], &directory), Bar::None))
}

/// So many tests, as every program wants to read them.
fn project(workshop: &Workshop, tests: usize) -> Outcome<PathBuf> {
    let mut manifest = String::new();
    let mut lines = String::new();
    let mut makefile = String::from(".PHONY: all\n");
    let mut ctest = String::new();
    for test in 0..tests {
        writeln!(manifest, "[test.t{test}]\nrun = [\"/bin/true\"]")?;
        writeln!(lines, "{test}")?;
        writeln!(makefile, ".PHONY: t{test}\nall: t{test}\nt{test}:\n\t@/bin/true")?;
        writeln!(ctest, "add_test(t{test} /bin/true)")?;
    }
    let files = [
        ("probe.toml", manifest.as_str()),
        ("lines", &lines),
        ("Makefile", &makefile),
        ("CTestTestfile.cmake", &ctest),
    ];
    workshop.project(&format!("spawn-{tests}"), &files)
}

/// The tests of one binary, each in a process of its own.
pub(super) fn binary(workshop: &Workshop) -> Outcome<Row> {
    let directory = empty(workshop, TESTS)?;
    let probe = workshop.probe(&["run", "-j2"], &directory);
    let nextest = nextest::program(workshop, &directory, 2)?;
    let single = nextest.clone().map(|nextest| {
        nextest.called("the same, without double spawn").with("NEXTEST_DOUBLE_SPAWN", "0")
    });
    Ok(Row::new("2,000 empty tests of one binary", SLOW_ROUNDS, probe)
        .against("cargo-nextest", nextest, Bar::Times(0.4))
        .against("cargo-nextest without double spawn", single, Bar::Times(1.0)))
}

/// A crate of so many empty tests, built, and a manifest that lists them.
pub(super) fn empty(workshop: &Workshop, tests: usize) -> Outcome<PathBuf> {
    let mut source = String::new();
    for test in 0..tests {
        writeln!(source, "#[test]\nfn t{test}() {{}}")?;
    }
    let directory = workshop.project(
        &format!("empty-{tests}"),
        &[
            ("Cargo.toml", "[package]\nname = \"empty\"\nedition = \"2024\"\n[workspace]\n"),
            ("src/lib.rs", &source),
        ],
    )?;
    nextest::build(&directory)?;
    let deps = directory.join("target/debug/deps").read_dir()?.flatten();
    let binary = deps.map(|entry| entry.path()).find(|path| path.extension().is_none());
    let binary = binary.ok_or("cargo has made no binary")?;
    let manifest = format!(
        "[suite.empty]\nlist = {{ run = [{binary:?}, \"--list\", \"--format\", \"terse\"], match = '^(?<name>.+): test$' }}\n\
         run = [{binary:?}, \"--exact\", \"{{name}}\"]\n"
    );
    std::fs::write(directory.join("probe.toml"), manifest)?;
    Ok(directory)
}
