//! What commands and tests make in place is not made anew below those who use it: by another run, an `exec`, or this run.

use std::fs;

use crate::support::{Project, Said, wait_until};
use crate::talking::Talking;

/// A program that a command copies, and a test that runs it until `go` is there. Each says so in `log`.
fn project(inputs: &str) -> Project {
    let project = Project::new(&format!(
        r#"
[library.tool]
command = ["sh", "-c", "echo built >> log; cp tool bin/tool"]
paths = ["bin/tool"]
{inputs}
kind = "executable"
[test.uses]
run = ["sh", "-c", "echo used >> log; exec bin/tool -c 'while ! [ -e go ]; do sleep 0.02; done; echo end >> log'"]
needs = ["tool"]
"#
    ))
    .write("input", "1")
    .write("bin/README", "");
    fs::copy("/bin/sh", project.path("tool")).expect("copy");
    project
}

const INPUTS: &str = "inputs = ['input']";

fn wait_for_lines(project: &Project, count: usize) {
    wait_until(|| project.read("log").lines().count() >= count, "log");
}

#[track_caller]
fn check(said: &Said, code: i32) {
    assert_eq!(said.code, code, "{}", said.stderr);
}

#[test]
fn what_a_run_has_made_without_inputs_is_good_for_another_one_beside_it() {
    let project = project("");
    let first = project.start(&["run"]);
    wait_for_lines(&project, 2);
    let second = project.start(&["run"]);
    wait_for_lines(&project, 3);
    assert_eq!(project.read("log"), "built\nused\nused\n");
    let project = project.write("go", "");
    check(&project.end(first), 0);
    let second = project.end(second);
    check(&second, 0);
    assert!(second.stderr.contains("tool: already there"), "{}", second.stderr);
    // Nobody lives who has made it.
    check(&project.probe(&["run"]), 0);
    assert_eq!(project.read("log").matches("built").count(), 2);
}

#[test]
fn who_makes_something_anew_waits_for_those_who_use_it_and_names_them() {
    for user in [&["run"][..], &["exec"], &["exec", "--replace"]] {
        let project = project(INPUTS);
        let mut words = user.to_vec();
        if user[0] == "exec" {
            let script = "echo used >> log; bin/tool -c 'while ! [ -e go ]; do sleep 0.02; done; echo end >> log'";
            words.extend(["--needs", "tool", "--", "sh", "-c", script]);
        }
        let first = project.start(&words);
        wait_for_lines(&project, 2);
        let project = project.write("input", "2");
        let mut second = Talking::start(&project, &["run"]);
        second.wait_for("WAITING");
        assert!(second.said.contains(&format!("process {} on ", first.id())), "{}", second.said);
        assert_eq!(project.read("log"), "built\nused\n", "{user:?}");
        let project = project.write("go", "");
        check(&project.end(first), 0);
        let (code, said) = second.end();
        assert_eq!(code, Some(0), "{said}");
        assert_eq!(project.read("log"), "built\nused\nend\nbuilt\nused\nend\n", "{user:?}");
    }
}

#[test]
fn no_test_starts_while_somebody_waits_to_make_its_library() {
    let project = project(INPUTS);
    let manifest = project.read("probe.toml")
        + "[test.zz-later]\nrun = ['sh', '-c', 'echo later >> log']\nneeds = ['tool']\n";
    let project = project.write("probe.toml", &manifest);
    let first = project.start(&["run", "-j1"]);
    wait_for_lines(&project, 2);
    let project = project.write("input", "2");
    let mut second = Talking::start(&project, &["preload"]);
    second.wait_for("WAITING");
    let project = project.write("go", "");
    check(&project.end(first), 0);
    assert_eq!(second.end().0, Some(0));
    assert_eq!(project.read("log"), "built\nused\nend\nbuilt\nlater\n");
}

#[test]
fn a_run_that_mends_waits_for_its_own_tests() {
    let project = Project::new(
        r#"
[library.made]
command = ["sh", "-c", "echo built >> log; cp whole made"]
paths = ["made"]
kind = "executable"
[test.tears]
run = ["sh", "-c", "test $PROBE_ATTEMPT = 2 && exit 0; while ! [ -e uses ]; do sleep 0.02; done; truncate -s 300 made; echo > torn; exit 1"]
needs = ["made"]
[test.uses]
run = ["sh", "-c", "echo > uses; while ! [ -e torn ]; do sleep 0.02; done; sleep 0.2; echo end >> log"]
needs = ["made"]
"#,
    );
    fs::copy("/bin/sh", project.path("whole")).expect("copy");
    let said = project.probe(&["run", "-j2"]);
    check(&said, 0);
    assert!(said.stderr.contains("RACE"), "{}", said.stderr);
    assert_eq!(project.read("log"), "built\nend\nbuilt\n");
}

#[test]
fn what_a_user_starts_does_not_wait_for_that_user() {
    let project = project(INPUTS).write("go", "");
    let probe = env!("CARGO_BIN_EXE_probe");
    let script = format!("echo 2 > input; exec {probe} preload");
    let said = project.probe(&["exec", "--needs", "tool", "--", "sh", "-c", &script]);
    check(&said, 0);
    assert_eq!(project.read("log"), "built\nbuilt\n");
}

#[test]
fn a_leader_waits_for_the_tests_of_another_run_that_use_what_it_makes() {
    let project = Project::new(
        r#"
[library.made]
leader = true
paths = ["made/*"]
inputs = ["input"]
kind = "data"
[test.a-makes]
run = ["sh", "-c", "mkdir -p made; cp input made/data; echo made >> log"]
needs = ["made"]
[test.b-uses]
run = ["sh", "-c", "echo used >> log; while ! [ -e go ]; do sleep 0.02; done; echo end >> log"]
needs = ["made"]
"#,
    )
    .write("input", "1");
    let first = project.start(&["run", "-j1"]);
    wait_for_lines(&project, 2);
    let project = project.write("input", "2");
    let mut second = Talking::start(&project, &["run", "-j1", "a-makes"]);
    second.wait_for("WAITING");
    assert!(second.said.contains(&format!("process {} on ", first.id())), "{}", second.said);
    assert_eq!(project.read("log"), "made\nused\n");
    let project = project.write("go", "");
    check(&project.end(first), 0);
    assert_eq!(second.end().0, Some(0));
    assert_eq!(project.read("log"), "made\nused\nend\nmade\n");
}

#[test]
fn what_was_made_anew_is_what_counts_from_then_on() {
    let project = Project::new(
        r#"
[library.made]
command = ["sh", "-c", "echo built >> log; cat whole log > made"]
paths = ["made"]
kind = "executable"
[test.tears]
run = ["sh", "-c", "test $PROBE_ATTEMPT = 2 && exit 0; truncate -s 300 made; exit 1"]
needs = ["made"]
[test.dies]
run = ["sh", "-c", "echo x >> runs; kill -SEGV $$"]
needs = ["made"]
after = ["tears"]
"#,
    );
    fs::copy("/bin/sh", project.path("whole")).expect("copy");
    let said = project.probe(&["run"]);
    check(&said, 100);
    assert_eq!(project.read("log"), "built\nbuilt\n");
    assert_eq!(project.read("runs"), "x\n", "{}", said.stderr);
}

#[test]
fn what_a_service_needs_is_not_made_anew_while_it_runs() {
    let project = Project::new(
        r#"
[library.tool]
command = ["sh", "-c", "echo built >> log; cp input made"]
paths = ["made"]
inputs = ["input"]
kind = "data"
[service.server]
run = ["sh", "-c", "echo served >> log; echo ready; exec sleep 1000"]
ready = { output = "ready" }
needs = ["tool"]
[test.served]
run = ["sh", "-c", "while ! [ -e go ]; do sleep 0.02; done; echo end >> log"]
needs = ["server"]
"#,
    )
    .write("input", "1");
    let first = project.start(&["run"]);
    wait_for_lines(&project, 2);
    let project = project.write("input", "2");
    let mut second = Talking::start(&project, &["run"]);
    second.wait_for("WAITING");
    assert!(second.said.contains(&format!("process {} on ", first.id())), "{}", second.said);
    assert!(!second.said.contains("no test needs"), "{}", second.said);
    assert_eq!(project.read("log"), "built\nserved\n");
    let project = project.write("go", "");
    check(&project.end(first), 0);
    let (code, said) = second.end();
    assert_eq!(code, Some(0), "{said}");
    assert_eq!(project.read("log"), "built\nserved\nend\nbuilt\nserved\nend\n");
}
