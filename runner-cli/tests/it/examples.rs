//! Projects as people have them, without a manifest: `init` writes one, and `run` runs it as it is.

use std::ffi::OsStr;
use std::process::Command;

use crate::support::{Project, Said, is_missing};

/// An example in a directory of its own, with the manifest that `init` wrote.
fn initialised(example: &str) -> Project {
    let project = Project::copy_of(example);
    let said = project.probe(&["init"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    project
}

/// What `run` says where no program is installed.
fn without_programs(project: &Project) -> Said {
    let mut command = project.command(&["run"]);
    project.end(project.start_command(command.env("PATH", project.path("no-such-directory"))))
}

/// Runs the example: `tests` pass, and there are no others. Without its `program`, `missing` is what is said of each.
fn check(example: &str, program: &str, arguments: &[&str], tests: &[&str], missing: &str) {
    let project = initialised(example);
    let said = without_programs(&project);
    assert_eq!(said.code, 100, "{}", said.stderr);
    for test in tests {
        let line = format!("NOT STARTED [   TIME ] {test}: {missing}");
        assert!(said.stderr.contains(&line), "no `{line}` in:\n{}", said.stderr);
    }
    if is_missing(Command::new(program).args(arguments)) {
        return;
    }
    let said = project.probe(&["run"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    check_passed(&said, tests);
}

fn check_passed(said: &Said, tests: &[&str]) {
    for test in tests {
        let passed = |line: &str| line.contains(" PASS ") && line.ends_with(&format!(" {test}"));
        assert!(said.stderr.lines().any(passed), "{test} has not passed:\n{}", said.stderr);
    }
    let summary = format!("{0} tests run: {0} passed", tests.len());
    assert!(said.stderr.contains(&summary), "{}", said.stderr);
}

#[test]
fn deno_with_scenarios_of_probitas() {
    check(
        "deno",
        "deno",
        &["--version"],
        &[
            "probitas probitas/checkout.probitas.ts",
            "probitas probitas/refusal.probitas.ts",
            "deno tests/cart_test.ts",
        ],
        "program `deno` is in no directory of PATH: is it installed?",
    );
}

#[test]
fn node_with_its_own_test_runner() {
    check(
        "node",
        "node",
        &["--version"],
        &["node test/round-trip.test.js", "node test/to-roman.test.js"],
        "program `node` is in no directory of PATH: is it installed?",
    );
}

#[test]
fn python_with_pytest() {
    check(
        "pytest",
        "python3",
        &["-m", "pytest", "--version"],
        &["pytest tests/test_slug.py", "pytest tests/test_twice.py"],
        "program `python3` is in no directory of PATH: is it installed?",
    );
}

#[test]
fn shell_scripts() {
    check(
        "shell",
        "sh",
        &["-c", "true"],
        &[
            "shell tests/case-does-not-matter.sh",
            "shell tests/most-frequent-first.sh",
            "shell tests/nothing-has-no-words.sh",
        ],
        "program `sh` is in no directory of PATH: is it installed?",
    );
}

#[test]
fn a_workspace_of_cargo() {
    let project = initialised("cargo");
    let said = without_programs(&project);
    assert_eq!(said.code, 104, "{}", said.stderr);
    insta::assert_snapshot!(said.stderr, @"  × cannot list the tests of suite `cargo`: `cargo test --no-run --message-format=json-render-diagnostics --workspace` cannot be run: program `cargo` is in no directory of PATH: is it installed?");
    let mut command = project.command(&["run"]);
    // A target directory that the tests of probe itself share would make them wait for each other.
    let command =
        command.env("CARGO_TARGET_DIR", project.path("target")).env("CARGO_NET_OFFLINE", "true");
    let said = project.end(project.start_command(command));
    assert_eq!(said.code, 0, "{}", said.stderr);
    check_passed(
        &said,
        &[
            "cargo convert::bin/convert words_are_no_inches",
            "cargo units tests::an_inch_is_25_4_millimetres",
            "cargo units::lengths a_mile_is_63360_inches",
            "cargo (documentation)",
        ],
    );
}

#[test]
fn every_example_has_its_line_of_purpose() {
    let root = Project::examples();
    let purposes = std::fs::read_to_string(root.join("README.md")).expect("the list of examples");
    for entry in std::fs::read_dir(root).expect("the examples").flatten() {
        if entry.path().is_dir() {
            let name = entry.file_name();
            let name = OsStr::to_str(&name).expect("a name");
            assert!(purposes.contains(&format!("| {name} |")), "`{name}` is not in the list");
        }
    }
}
