//! Tests that run finally: whatever became of what they come after, and of the run.

use rustix::process::{Pid, Signal, kill_process};

use crate::support::{Project, Said};

/// Each test says in a file that it has run.
const MANIFEST: &str = r#"[run]
grace = "GRACE"

[test.up]
run = ["sh", "-c", "echo up >> log"]

[suite.unit]
files = ["*_test.sh"]
run = ["sh", "{file}"]
after = ["up"]

[test.later]
run = ["sh", "-c", "echo later >> log"]
after = ["use"]

[test.use]
run = ["sh", "-c", "echo use >> log; exit 1"]
after = ["up"]

[test.down]
run = ["sh", "-c", "echo down >> log; DOWN"]
after = ["later", "unit"]
finally = true

[test.report]
run = ["sh", "-c", "echo report >> log"]
after = ["down"]
finally = true
"#;

fn project(grace: &str, down: &str, unit: &str) -> Project {
    Project::new(&MANIFEST.replace("GRACE", grace).replace("DOWN", down)).write("a_test.sh", unit)
}

fn lines(project: &Project) -> Vec<String> {
    project.read("log").lines().map(str::to_owned).collect()
}

/// The last part of the summary's line.
fn counts(said: &Said) -> &str {
    let line = said.stderr.lines().find(|line| line.contains("SUMMARY")).expect("a summary");
    line.split_once("] ").expect("a time").1
}

#[test]
fn they_run_when_what_they_come_after_has_failed_or_is_blocked() {
    let project = project("10s", "true", "echo unit >> log");
    let said = project.probe(&["run", "-j1"]);
    assert_eq!(said.code, 100, "{}", said.stderr);
    assert_eq!(lines(&project), ["up", "use", "unit", "down", "report"]);
    assert_eq!(counts(&said), "5 tests run: 4 passed, 1 failed, 1 blocked");
}

#[test]
fn they_run_in_a_run_that_failures_cut_short_and_their_own_failure_counts() {
    let project = project("10s", "exit 3", "echo unit >> log");
    let said = project.probe(&["run", "-j1", "--max-failures", "1", "--report", "tap=out.tap"]);
    assert_eq!(said.code, 100, "{}", said.stderr);
    assert_eq!(lines(&project), ["up", "use", "down", "report"]);
    assert_eq!(counts(&said), "4 tests run: 2 passed, 2 failed, 1 blocked, 1 not run");
    let stopping = "1 test failed: nothing more is started but what runs finally";
    assert!(said.stderr.contains(stopping), "{}", said.stderr);
    let tap = project.read("out.tap");
    assert!(tap.contains("not ok") && tap.contains("- report\n"), "{tap}");
}

#[test]
fn a_selection_takes_them_along_and_one_alone_waits_for_nobody() {
    let project = project("10s", "true", "echo unit >> log");
    let said = project.probe(&["run", "unit"]);
    assert_eq!(lines(&project), ["up", "unit", "down", "report"]);
    let note = "also runs `down` and `report`, which end what is selected, whatever becomes of it";
    assert!(said.stderr.contains(note), "{}", said.stderr);
    std::fs::remove_file(project.path("log")).expect("remove");
    assert_eq!(project.probe(&["run", "=down"]).code, 4, "it is a word, and no name has it");
    assert_eq!(project.probe(&["run", "-s", "=down"]).code, 0);
    assert_eq!(lines(&project), ["down", "report"]);
    let graph = project.probe(&["graph", "-s", "suite:unit"]).stdout;
    assert!(graph.contains("down (finally, after unit a_test.sh)\n"), "{graph}");
    for format in ["svg", "dot", "mermaid", "json", "order"] {
        assert_eq!(project.probe(&["graph", "unit", "--format", format]).code, 0, "{format}");
    }
}

#[test]
fn copies_end_their_own() {
    let project = project("10s", "true", "echo unit >> log");
    let said = project.probe(&["run", "unit", "--stress-count", "3"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    let count = |word: &str| lines(&project).iter().filter(|line| *line == word).count();
    assert_eq!(["up", "unit", "down", "report"].map(count), [3; 4]);
}

/// Sends a signal when the unit test runs, and another one when the log has `second`.
fn interrupted(project: &Project, second: Option<&str>) -> Said {
    let child = project.start(&["run", "-j1"]);
    project.wait_for("waits");
    kill_process(Pid::from_child(&child), Signal::INT).expect("probe runs");
    if let Some(file) = second {
        project.wait_for(file);
        kill_process(Pid::from_child(&child), Signal::INT).expect("probe runs");
    }
    project.end(child)
}

/// Ends by no signal of its own accord.
const WAITS: &str = "echo unit >> log; trap 'echo told >> log; exit 1' INT; echo on > waits; \
                     while :; do sleep 0.01; done";

#[test]
fn after_a_signal_they_run_and_are_not_told_to_end() {
    // A signal would end it.
    let project = project("100s", "sleep 0.2; echo done >> log", WAITS);
    let said = interrupted(&project, None);
    assert_eq!(said.code, 130, "{}", said.stderr);
    assert_eq!(lines(&project)[2..], ["unit", "told", "down", "done", "report"]);
}

#[test]
fn after_a_signal_they_have_their_grace() {
    let project = project("300ms", "sleep 1000", WAITS);
    let said = interrupted(&project, None);
    assert_eq!(said.code, 130, "{}", said.stderr);
    assert_eq!(lines(&project)[4..], ["down", "report"]);
    assert!(
        said.stderr.contains(" INTERRUPTED [") && said.stderr.contains("] down"),
        "{}",
        said.stderr
    );
}

#[test]
fn a_second_signal_ends_them_too() {
    let project = project("1h", "echo on > ending; sleep 1000", WAITS);
    let said = interrupted(&project, Some("ending"));
    assert_eq!(said.code, 130, "{}", said.stderr);
    assert!(said.stderr.contains("] down"), "it was killed: {}", said.stderr);
}

#[test]
fn after_a_signal_what_has_nothing_to_end_does_not_run() {
    let project = Project::new(
        r#"[test.waits]
run = ["sh", "-c", "echo on > waits; sleep 1000"]

[test.then]
run = ["true"]
after = ["waits"]

[test.last]
run = ["true"]
after = ["then"]

[test.other]
run = ["true"]

[test.down]
run = ["touch", "down"]
after = ["other"]
finally = true
"#,
    );
    let child = project.start(&["run", "-j1"]);
    project.wait_for("waits");
    kill_process(Pid::from_child(&child), Signal::TERM).expect("probe runs");
    let said = project.end(child);
    assert_eq!(said.code, 143, "{}", said.stderr);
    assert!(!project.path("down").exists(), "{}", said.stderr);
    assert_eq!(counts(&said), "1 test run: 0 passed, 1 interrupted, 4 not run");
}

#[test]
fn a_library_that_they_need_and_that_fails_blocks_them() {
    let project = Project::new(
        r#"[library.tool]
command = ["false"]
paths = ["tool"]

[test.use]
run = ["true"]

[test.down]
run = ["touch", "down"]
needs = ["tool"]
after = ["use"]
finally = true
"#,
    );
    let said = project.probe(&["run"]);
    assert_eq!(said.code, 105, "{}", said.stderr);
    assert_eq!(counts(&said), "1 test run: 1 passed, 1 blocked");
}
