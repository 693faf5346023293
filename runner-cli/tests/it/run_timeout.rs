//! A run that may take only so long.

use rustix::process::{Pid, Signal, kill_process};

use crate::reports::documents::tap_results;
use crate::support::{Project, is_alive};

/// One test that ends when it is told to, one that has to be killed, a library that takes for ever, and tests that never start.
const LONG: &str = r#"[run]
run-timeout = "2s"
grace = "200ms"

[library.endless]
command = ["sh", "-c", "echo $$ > building; sleep 1000"]
paths = ["never"]

[test.quick]
run = ["true"]

[test.sleeps]
run = ["sh", "-c", "echo $$ > sleeping; exec sleep 1000"]
after = ["quick"]

[test.stubborn]
run = ["sh", "-c", "trap '' TERM; echo $$ > stubborn; while :; do sleep 0.1; done"]
after = ["quick"]

[test.needy]
run = ["true"]
needs = ["endless"]

[test.later]
run = ["true"]
after = ["sleeps"]
"#;

#[test]
fn a_run_that_takes_too_long_says_what_ran_and_what_did_not_and_ends_it() {
    let project = Project::new(LONG);
    let said = project.probe(&[
        "run",
        "-j2",
        "--report",
        "jsonl=events.jsonl,tap=run.tap,junit=run.xml,html=run.html",
    ]);
    assert_eq!(said.code, 100, "{}", said.stderr);
    for file in ["building", "sleeping", "stubborn"] {
        assert!(!is_alive(project.read(file).trim()), "{file}: {}", said.stderr);
    }
    let (_, end) = said.stderr.split_once("STOPPING ").expect("it stops");
    // Which of the two ends first is theirs.
    let mut lines: Vec<&str> = end.lines().collect();
    lines.sort_by_key(|line| line.contains("INTERRUPTED").then(|| line.contains("stubborn")));
    insta::assert_snapshot!(lines.join("\n"), @"
    the run has taken its `run-timeout` of 2s: what runs is told to end, and 2 tests have not started
                 [   TIME ] sleeps
                 [   TIME ] stubborn
                 [   TIME ] library endless
    ────────────
         SUMMARY [   TIME ] 3 tests run: 1 passed, 2 interrupted, 2 not run
     RUN TIMEOUT [   TIME ] 2 tests ran then, and 2 tests had not started
                 - needy
                 - later
       RUN AGAIN probe run --failed
     INTERRUPTED [   TIME ]       endless: `sh -c echo $$ > building; sleep 1000` was not done, and had said nothing
     INTERRUPTED [   TIME ] (2/5) sleeps
     INTERRUPTED [   TIME ] sleeps
     INTERRUPTED [   TIME ] library endless: `sh -c echo $$ > building; sleep 1000` was not done, and had said nothing
     INTERRUPTED [   TIME ] (3/5) stubborn
     INTERRUPTED [   TIME ] stubborn
    ");
    for (file, words) in [
        ("run.html", "stopped by its `run-timeout` of 2s"),
        ("run.xml", "not run: the run was stopped by its `run-timeout` of 2s"),
        ("run.tap", "Bail out! stopped by its run-timeout of 2s"),
        ("events.jsonl", r#""type":"run-stopping","run-timeout":2.0}"#),
    ] {
        assert!(project.read(file).contains(words), "{file}: {}", project.read(file));
    }
    if let Some(results) = tap_results(&project.path("run.tap")) {
        assert_eq!(results["ok"], false);
    }
    // What it has left is run again.
    let said = project.probe(&["run", "--failed", "--run-timeout", "300ms", "-s", "name:=later"]);
    assert!(said.stderr.contains("1 not run"), "{}", said.stderr);
}

#[test]
fn a_signal_after_the_time_is_over_decides_and_a_second_one_kills() {
    let project = Project::new(
        r#"[test.stubborn]
run = ["sh", "-c", "trap '' TERM INT; echo $$ > stubborn; while :; do sleep 0.1; done"]
grace = "1h"
"#,
    );
    let mut child = project.start(&["run", "--run-timeout", "1s"]);
    let pid = project.wait_for("stubborn");
    let probe = Pid::from_child(&child);
    let mut stderr = std::io::BufReader::new(child.stderr.take().expect("it is piped"));
    let mut wait_for = |words: &str| {
        let mut line = String::new();
        while !line.contains(words) {
            line.clear();
            let read = std::io::BufRead::read_line(&mut stderr, &mut line).expect("probe writes");
            assert!(read > 0, "{words}");
        }
    };
    wait_for("STOPPING the run has taken its `run-timeout` of 1s");
    kill_process(probe, Signal::INT).expect("probe runs");
    wait_for("STOPPING SIGINT");
    kill_process(probe, Signal::INT).expect("probe runs");
    assert_eq!(child.wait().expect("probe ends").code(), Some(130));
    assert!(!is_alive(pid.trim()));
}

#[test]
fn the_time_of_a_run_is_taken_from_the_flag_the_variable_and_the_manifest() {
    let project = Project::new(
        r#"[run]
run-timeout = "1h"

[profile.short]
run-timeout = "200ms"

[test.sleeps]
run = ["sleep", "1000"]
"#,
    );
    let run = |words: &[&str], variable: &str| {
        let mut probe = project.command(&[&["run"], words].concat());
        let output = probe.env("PROBE_RUN_TIMEOUT", variable).output().expect("it starts");
        let said = project.said(&output);
        let limit = said.stderr.split_once("`run-timeout` of ").map(|(_, rest)| rest);
        (said.code, limit.and_then(|rest| rest.split(':').next()).map(str::to_owned))
    };
    let over = |limit: &str| (100, Some(limit.to_owned()));
    assert_eq!(run(&["-P", "short"], ""), over("200ms"));
    assert_eq!(run(&[], "300ms"), over("300ms"));
    assert_eq!(run(&["-P", "short"], "300ms"), over("300ms"));
    assert_eq!(run(&["--run-timeout", "400ms"], "1h"), over("400ms"));
    for wrong in ["0s", "soon"] {
        let said = project.probe(&["run", "--run-timeout", wrong]);
        let named = format!("invalid value '{wrong}' for '--run-timeout <DURATION>'");
        assert!(said.code == 2 && said.stderr.contains(&named), "{}", said.stderr);
    }
}

#[test]
fn a_run_that_ends_in_its_time_does_not_wait_for_it() {
    let project = Project::new("[run]\nrun-timeout = \"1h\"\n[test.a]\nrun = [\"true\"]\n");
    let said = project.probe(&["run"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert!(!said.stderr.contains("run-timeout"), "{}", said.stderr);
}
