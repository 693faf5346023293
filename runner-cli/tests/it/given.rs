//! What tests are given besides the manifest: env files, and arguments after `--`.

use crate::support::{Project, Said};

/// Prints what a test is given of these variables.
const PRINT: &str =
    "for name in ONE TWO THREE PROBE_TEST_NAME; do eval \"echo $name=\\$$name\"; done > \"$OUT\"";

fn project() -> Project {
    Project::new(
        r#"[library.engine]
url = "engine.txt"
kind = "data"
env = { TWO = "library", THREE = "library" }

[suite.unit]
files = ["*.sh"]
run = ["sh", "{file}"]
needs = ["engine"]
env = { ONE = "env", OUT = "{file}.out" }
env-file = "config/.env.test"
"#,
    )
    .write("engine.txt", "x")
    .write("a.sh", PRINT)
}

#[test]
fn a_variable_comes_from_the_most_exact_place() {
    let project = project().write(
        "config/.env.test",
        "ONE=file\nTWO=\"file # 2\" # the engine's own is another\nHOME_OF=${HOME}\n",
    );
    let said = project.command(&["run"]).env("THREE", "outside").env("ONE", "outside").output();
    assert!(said.expect("the binary starts").status.success());
    insta::assert_snapshot!(project.read("a.sh.out"), @"
    ONE=env
    TWO=file # 2
    THREE=library
    PROBE_TEST_NAME=unit a.sh
    ");
}

fn check_refused(said: &Said) -> &str {
    assert_eq!(said.code, 96, "{}", said.stderr);
    assert!(!said.stderr.contains("STARTING"), "{}", said.stderr);
    &said.stderr
}

#[test]
fn an_env_file_that_is_not_there_is_an_error_before_anything_runs() {
    let said = project().probe(&["run"]);
    insta::assert_snapshot!(check_refused(&said), @"
    × cannot read `config/.env.test`, the env file of `unit a.sh`: No such file or directory (os error 2)
    help: `env-file` is relative to the directory of the manifest
    ");
    // What runs no test reads no file.
    assert_eq!(project().probe(&["list"]).code, 0);
    assert_eq!(project().probe(&["graph"]).code, 0);
}

#[test]
fn mistakes_of_an_env_file_tell_nothing_of_its_secrets() {
    let project = project()
        .write("config/.env.test", "PASSWORD=\"hunter2\" x\nhunter2\nPROBE_STORE=/hunter2\nA=1\n");
    let said = project.probe(&["run"]);
    insta::assert_snapshot!(check_refused(&said), @"
    × the env file `config/.env.test` has 3 mistakes
    help: line 1: only a comment can follow a quoted value
          line 2: there is no `=`
          line 3: only probe sets variables that begin with `PROBE_`
    ");
    assert!(!said.stderr.contains("hunter2"));
}

#[test]
fn what_follows_two_dashes_is_given_to_the_tests_that_take_it() {
    let project = Project::new(
        r#"[suite.unit]
files = ["*.sh"]
run = ["sh", "{file}", "{args}"]

[test.other]
run = ["sh", "-c", "echo $# > other.out", "sh"]
"#,
    )
    .write("a.sh", "printf '<%s>' \"$@\" > out");
    let said = project.probe(&["run", "a.sh", "other", "--", "--filter", "x y"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert_eq!(project.read("out"), "<--filter><x y>");
    assert_eq!(project.read("other.out"), "0\n");
    insta::assert_snapshot!(check_refused(&project.probe(&["run", "other", "--", "-v"])), @r#"
    × no selected test takes what follows `--`
    help: add `"{args}"` to the `run` of a suite or a test
    "#);
}
