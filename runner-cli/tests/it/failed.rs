//! `run --failed`: what has not passed since it failed, over any number of runs.

use rustix::process::{Pid, Signal, kill_process};

use crate::support::{Project, Said};

/// `a` passes, `b` passes once there is a file `fixed`, `c` comes after `b`, `d` passes.
const MANIFEST: &str = r#"[test.a]
run = ["true"]

[test.b]
run = ["test", "-e", "fixed"]

[test.c]
run = ["true"]
after = ["b"]

[test.d]
run = ["true"]
"#;

/// Calls `probe run -j1` with further words; what it came to is its exit code and the tests that ran.
fn run(project: &Project, words: &[&str]) -> String {
    let said = project.probe(&[&["run", "-j1"], words].concat());
    format!("{} {}", said.code, ends(&said))
}

/// The names of the tests that ran, sorted.
fn ends(said: &Said) -> String {
    let lines = said.stderr.lines().filter(|line| line.contains("] ("));
    let names: Vec<&str> = lines.filter_map(|line| line.split(") ").nth(1)).collect();
    let mut names: Vec<&str> = names.iter().filter_map(|name| name.split(':').next()).collect();
    names.sort_unstable();
    names.join(" ")
}

#[test]
fn what_failed_runs_again_until_it_passes() {
    let project = Project::new(MANIFEST);
    assert_eq!(run(&project, &[]), "100 a b d");
    assert_eq!(run(&project, &["--failed"]), "100 b", "`c` is blocked once more");
    // Runs of other tests forget nothing.
    assert_eq!(run(&project, &["=a"]), "4 ");
    assert_eq!(run(&project, &["-s", "name:=a"]), "0 a");
    assert_eq!(run(&project, &["-s", "name:=c", "--failed"]), "100 b", "`c` brings `b`");
    let project = project.write("fixed", "");
    assert_eq!(run(&project, &["--failed", "-s", "!name:c"]), "0 b");
    assert_eq!(run(&project, &["--failed"]), "0 b c");
    let said = project.probe(&["run", "--failed"]);
    assert_eq!(said.code, 0);
    insta::assert_snapshot!(said.stderr, @"no selected test is left that failed: there is nothing to run again");
}

#[test]
fn without_earlier_runs_everything_runs() {
    let project = Project::new(MANIFEST).write("fixed", "");
    let said = project.probe(&["run", "-j1", "--failed"]);
    assert_eq!(said.code, 0);
    insta::assert_snapshot!(said.stderr.lines().next().unwrap_or_default(), @"no selected test is known from earlier runs: all of them run");
    assert_eq!(ends(&said), "a b c d");
    // A test that is not known while others are has not failed.
    let manifest = format!("{MANIFEST}\n[test.new]\nrun = [\"false\"]\n");
    let project = project.write("probe.toml", &manifest);
    assert_eq!(run(&project, &["--failed"]), "0 ");
    assert_eq!(run(&project, &["--failed", "no such test"]), "4 ");
}

#[test]
fn what_did_not_come_to_run_is_outstanding_too() {
    let project = Project::new(MANIFEST);
    assert_eq!(run(&project, &["--max-failures", "1"]), "100 b");
    let project = project.write("fixed", "");
    assert_eq!(run(&project, &["--failed"]), "0 a b c d");
}

#[test]
fn an_interrupted_run_loses_no_failures() {
    let project = Project::new(
        r#"[run]
grace = "100ms"

[test.a-fails]
run = ["test", "-e", "fixed"]

[test.b-sleeps]
run = ["sh", "-c", "test -e fixed || { echo > sleeping; exec sleep 1000; }"]

[test.c-waits]
run = ["true"]
"#,
    );
    assert_eq!(run(&project, &["a-fails"]), "100 a-fails");
    let child = project.start(&["run", "-j1", "-s", "!name:a-fails"]);
    project.wait_for("sleeping");
    kill_process(Pid::from_child(&child), Signal::INT).expect("probe runs");
    assert_eq!(project.end(child).code, 130);
    let project = project.write("fixed", "");
    assert_eq!(run(&project, &["--failed"]), "0 a-fails b-sleeps c-waits");
}
