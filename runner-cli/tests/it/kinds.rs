//! Suites that go through another runner, with the real one: what it runs, and what it says when it runs nothing.

use std::process::Command;

use crate::support::{Project, is_missing};

/// A project whose suite `s` has this kind, and whose files are `ran`, in which something runs, and others in which nothing does.
fn check(kind: &str, ran: (&str, &str), empty: &[(&str, &str)]) {
    let mut project = Project::new(&format!("[suite.s]\nkind = \"{kind}\"\n"));
    for &(name, text) in empty.iter().chain([&ran]) {
        project = project.write(name, text);
    }
    let said = project.probe(&["run"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    let has = |verb: &str, name: &str| {
        let line = |line: &str| line.contains(&format!(" {verb} [")) && line.contains(name);
        assert!(said.stderr.lines().any(line), "no {verb} of {name} in:\n{}", said.stderr);
    };
    has("PASS", ran.0);
    for (name, _) in empty {
        has("EMPTY", name);
    }
    let count = empty.len();
    let summary = format!("1 test run: 1 passed, {count} skipped ({count} empty)");
    assert!(said.stderr.contains(&summary), "{}", said.stderr);
    // A run of nothing is none.
    let said = project.probe(&[
        "run",
        &format!("file:={}", empty[0].0),
        "-s",
        &format!("={}", empty[0].0),
    ]);
    assert_eq!(said.code, 4, "{}", said.stderr);
}

#[test]
fn pytest() {
    if is_missing(Command::new("python3").args(["-m", "pytest", "--version"])) {
        return;
    }
    check(
        "pytest",
        ("tests/test_sum.py", "def test_sum():\n    assert 1 + 1 == 2\n"),
        &[
            ("tests/test_nothing.py", ""),
            (
                "tests/test_skipped.py",
                "import pytest\n\n@pytest.mark.skip\ndef test_later():\n    pass\n",
            ),
        ],
    );
}

#[test]
fn a_file_of_pytest_that_fails_or_does_not_compile_is_a_failure() {
    if is_missing(Command::new("python3").args(["-m", "pytest", "--version"])) {
        return;
    }
    let project = Project::new("[suite.s]\nkind = \"pytest\"\nargs = [\"-q\"]\nbatch = 2\n")
        .write("test_a.py", "def test_a():\n    assert False\n")
        .write("test_b.py", "")
        .write("test_c.py", "def (\n");
    let said = project.probe(&["run"]);
    assert_eq!(said.code, 100, "{}", said.stderr);
    assert!(said.stderr.contains("2 tests run: 0 passed, 2 failed\n"), "{}", said.stderr);
}

#[test]
fn what_failed_and_then_ran_nothing_has_failed() {
    let project = Project::new(
        "[suite.s]\nkind = \"pytest\"\nfiles = [\"a.sh\"]\nrun = [\"sh\", \"{file}\"]\nretries = 1\n",
    )
    .write("a.sh", "test -e tried && exit 5; touch tried; exit 1");
    let said = project.probe(&["run"]);
    assert_eq!(said.code, 100, "{}", said.stderr);
    assert!(
        said.stderr.contains("EMPTY [   TIME ] s a.sh: nothing ran, attempt 2"),
        "{}",
        said.stderr
    );
}

#[test]
fn a_run_of_nothing_names_what_was_empty_and_keeps_what_is_outstanding() {
    let project = Project::new(
        "[suite.s]\nkind = \"pytest\"\nfiles = [\"*.sh\"]\nrun = [\"sh\", \"{file}\"]\n",
    )
    .write("a.sh", "exit 1")
    .write("b.sh", "exit 5");
    assert_eq!(project.probe(&["run"]).code, 100);
    let project = project.write("a.sh", "exit 5");
    let said = project.probe(&["run", "--failed", "-j1"]);
    assert_eq!(said.code, 4);
    insta::assert_snapshot!(said.stderr, @"
        STARTING 1 test, 1 at once, 1 skipped (run ID)
           EMPTY [   TIME ] (1/1) s a.sh: nothing ran
    ────────────
         SUMMARY [   TIME ] 0 tests run: 0 passed, 2 skipped (1 empty)
           EMPTY 1 test in which nothing ran, skipped
                 - s a.sh
    ");
    // It has not passed since it failed.
    assert!(project.probe(&["run", "--failed"]).stderr.contains("STARTING 1 test,"));
}

#[test]
fn a_kind_that_finds_no_file_says_what_it_looked_for() {
    let said = Project::new("[suite.s]\nkind = \"pytest\"\n").probe(&["run"]);
    assert_eq!(said.code, 96);
    insta::assert_snapshot!(said.stderr, @r#"
      × `probe.toml` has a mistake

    Error: 
      × suite `s` finds no test file of `pytest`
       ╭─[probe.toml:2:1]
     1 │ [suite.s]
     2 │ kind = "pytest"
       · ────
       ╰────
      help: it looks for `**/test_*.py`, `**/*_test.py`, and at nothing that ignore files leave out; `files` names others
    "#);
}
