//! Runners that exit with 0 and have not passed: tests that end them early, with the real ones, and results that say otherwise.

use std::process::Command;

use crate::kinds::{cargo, with_packages};
use crate::support::{Project, is_missing};

/// A suite of this kind, one of whose tests ends its process with 0 before it is over, and what probe makes of that.
fn ends_early(project: &Project, name: &str) {
    let said = project.probe(&["run", "-j1", "-s", &format!("name:{name}")]);
    assert_eq!(said.code, 100, "{name}: {}", said.stderr);
    let line = |line: &str| {
        line.contains(" FAIL [")
            && line.contains(name)
            && line.contains("exit code 0, but it ended before its result")
    };
    assert!(said.stderr.lines().any(line), "{name}: {}", said.stderr);
}

#[test]
fn pytest_that_ends_early_has_not_passed_however_it_is_told_to_print() {
    if is_missing(Command::new("python3").args(["-m", "pytest", "--version"])) {
        return;
    }
    let test = "import os\n\ndef test_a():\n    pass\n\ndef test_q():\n    os._exit(0)\n";
    for args in ["", "\"-q\"", "\"-qq\"", "\"-s\", \"-v\", \"--color=yes\""] {
        let manifest = format!("[suite.s]\nkind = \"pytest\"\nargs = [{args}]\n");
        let project = Project::new(&manifest)
            .write("test_quits.py", test)
            .write("test_fine.py", "def test_fine():\n    print('x' * 10)\n");
        ends_early(&project, "test_quits.py");
        let said = project.probe(&["run", "test_fine.py"]);
        assert_eq!(said.code, 0, "{args}: {}", said.stderr);
    }
    // A command of the suite's own that is the runner is understood, too.
    let manifest = "[suite.s]\nkind = \"pytest\"\nrun = [\"python3\", \"-m\", \"pytest\", \"-q\", \"{file}\"]\n";
    ends_early(&Project::new(manifest).write("test_quits.py", test), "test_quits.py");
    // What keeps the result back on purpose is believed.
    let manifest = "[suite.s]\nkind = \"pytest\"\nargs = [\"-p\", \"no:terminal\"]\n";
    let said =
        Project::new(manifest).write("test_a.py", "def test_a():\n    pass\n").probe(&["run"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
}

/// By a program that says what pytest says: whatever stands between the tests and the result, it is found.
#[test]
fn a_result_is_found_in_any_output() {
    let head = "printf '=== test session starts ===\\n';";
    let flood = "head -c 300000 /dev/zero | tr '\\0' 'x' | fold -w 1000;";
    let escaped = "printf '\\033[32m=== \\033[1m1 passed\\033[0m in 0.01s ===\\033[0m\\n';";
    let project = Project::new(
        "[suite.s]\nkind = \"pytest\"\nfiles = [\"*.sh\"]\nrun = [\"sh\", \"{file}\"]\n",
    )
    .write("early.sh", head)
    .write("long-early.sh", &format!("{head} {flood} echo; {flood}"))
    .write("fine.sh", &format!("{head} {flood} {escaped}"))
    .write("middle.sh", &format!("{head} {flood} {escaped} {flood} echo bye"))
    .write("silent.sh", "exit 0")
    .write("denies.sh", &format!("{head} echo '=== 1 failed, 2 passed in 0.02s ==='"));
    let said =
        project.probe(&["run", "-j1", "--status-level", "pass", "--failure-output", "never"]);
    assert_eq!(said.code, 100);
    insta::assert_snapshot!(said.stderr, @"
        STARTING 6 tests, 1 at once (run ID)
            FAIL [   TIME ] (1/6) s denies.sh: exit code 0, but it says `1 failed, 2 passed in 0.02s`
            FAIL [   TIME ] (2/6) s early.sh: exit code 0, but it ended before its result
            PASS [   TIME ] (3/6) s fine.sh
            FAIL [   TIME ] (4/6) s long-early.sh: exit code 0, but it ended before its result
            PASS [   TIME ] (5/6) s middle.sh
            PASS [   TIME ] (6/6) s silent.sh
    ────────────
         SUMMARY [   TIME ] 6 tests run: 3 passed, 3 failed
                 1 file, 3 tests in it: 2 passed, 1 failed
            FAIL [   TIME ] s denies.sh: exit code 0, but it says `1 failed, 2 passed in 0.02s`
            FAIL [   TIME ] s early.sh: exit code 0, but it ended before its result
            FAIL [   TIME ] s long-early.sh: exit code 0, but it ended before its result
       RUN AGAIN probe run --failed
    ");
}

#[test]
fn a_rust_test_that_ends_its_process_has_not_passed() {
    let project = Project::new("[suite.rust]\nkind = \"cargo\"\nargs = [\"--tests\"]\n")
        .write("Cargo.toml", "[package]\nname = \"units\"\nedition = \"2024\"\n[[test]]\nname = \"own\"\nharness = false\n")
        .write("src/lib.rs", "")
        .write("tests/own.rs", "fn main() {}\n")
        .write(
            "tests/it.rs",
            "#[test]\nfn quits() { std::process::exit(0) }\n#[test]\nfn fine() { println!(\"running 1 test\") }\n",
        );
    let said = cargo(&project, &["run", "-j1"]);
    assert_eq!(said.code, 100, "{}", said.stderr);
    assert!(said.stderr.contains("3 tests run: 2 passed, 1 failed"), "{}", said.stderr);
    let line = "units::it quits: exit code 0, but it ended before its result";
    assert!(said.stderr.contains(line), "{}", said.stderr);
    // As everybody may want to see it.
    let said = cargo(&project, &["run", "fine", "--", "--color=always", "-q"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
}

/// The protocol by which any program can say that it has not come to its end.
#[test]
fn a_program_that_leaves_the_file_of_its_premature_exit_has_not_passed() {
    let project = Project::new(
        r#"[test.quits]
run = ["sh", "-c", ": > \"$TEST_PREMATURE_EXIT_FILE\""]

[test.fine]
run = ["sh", "-c", ": > \"$TEST_PREMATURE_EXIT_FILE\"; rm \"$TEST_PREMATURE_EXIT_FILE\""]

[test.other]
run = ["sh", "-c", "test ! -e \"$TEST_PREMATURE_EXIT_FILE\" && test -z \"$(ls \"$TEST_TMPDIR\")\""]

[test.fails]
run = ["sh", "-c", ": > \"$TEST_PREMATURE_EXIT_FILE\"; exit 3"]

[test.last]
run = ["sh", "-c", "test ! -e \"$TEST_PREMATURE_EXIT_FILE\""]
"#,
    );
    let said = project.probe(&["run", "-j1", "--failure-output", "never"]);
    assert_eq!(said.code, 100);
    insta::assert_snapshot!(said.stderr, @"
        STARTING 5 tests, 1 at once (run ID)
            FAIL [   TIME ] (1/5) quits: exit code 0, but it ended before its result: the file of TEST_PREMATURE_EXIT_FILE is still there
            PASS [   TIME ] (2/5) fine
            PASS [   TIME ] (3/5) other
            FAIL [   TIME ] (4/5) fails: exit code 3
            PASS [   TIME ] (5/5) last
    ────────────
         SUMMARY [   TIME ] 5 tests run: 3 passed, 2 failed
            FAIL [   TIME ] quits: exit code 0, but it ended before its result: the file of TEST_PREMATURE_EXIT_FILE is still there
            FAIL [   TIME ] fails: exit code 3
       RUN AGAIN probe run --failed
    ");
}

#[test]
fn deno_that_is_left_outside_any_test_has_not_passed() {
    if is_missing(Command::new("deno").arg("--version")) {
        return;
    }
    let project = Project::new("[suite.s]\nkind = \"deno\"\n")
        .write("quits_test.ts", "Deno.test(\"a\", () => {});\nDeno.exit(0);\n");
    ends_early(&project, "quits_test.ts");
}

#[test]
fn a_file_of_node_that_ends_its_process_has_not_passed() {
    if is_missing(Command::new("node").arg("--version")) {
        return;
    }
    for reporter in ["spec", "tap"] {
        let manifest =
            format!("[suite.s]\nkind = \"node-test\"\nargs = [\"--test-reporter={reporter}\"]\n");
        let project = Project::new(&manifest).write(
            "quits.test.js",
            "const { test } = require(\"node:test\");\ntest(\"a\", () => {});\ntest(\"q\", () => process.exit(0));\n",
        );
        ends_early(&project, "quits.test.js");
    }
}

#[test]
fn jest_that_ends_its_process_has_not_passed() {
    let Some(project) = with_packages("jest", "jest") else { return };
    let project = project
        .write("says.test.js", "test(\"q\", () => process.exit(0));\n")
        .write("silent.test.js", "test(\"q\", () => process.reallyExit(0));\n");
    ends_early(&project, "says.test.js");
    ends_early(&project, "silent.test.js");
}
