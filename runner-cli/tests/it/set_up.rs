//! Commands that run before and after each attempt of a test.

use rustix::process::{Pid, Signal, kill_process};

use crate::support::Project;

#[test]
fn they_run_around_each_attempt_with_its_variables_and_directory() {
    let project = Project::new(
        r#"[suite.unit]
files = ["t/*.sh"]
run = ["sh", "{file}"]
cwd = "t"
env = { WORD = "word" }
retries = 1
before = ["sh", "-c", "echo before $1 $WORD $PROBE_ATTEMPT >> log; touch $TEST_TMPDIR/made", "sh", "{file}"]
cleanup = ["sh", "-c", "echo cleanup $WORD; echo cleanup $PROBE_ATTEMPT >> log"]
"#,
    )
    .write("t/a.sh", "test -e \"$TEST_TMPDIR/made\" && echo test >> log; test $PROBE_ATTEMPT = 2\n");
    let said = project.probe(&["run"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    let log = project.read("t/log");
    let expected = "before a.sh word 1\ntest\ncleanup 1\nbefore a.sh word 2\ntest\ncleanup 2\n";
    assert_eq!(log, expected);
}

#[test]
fn when_they_fail_so_has_the_test_and_what_they_print_is_shown() {
    let project = Project::new(
        r#"[test.before]
run = ["touch", "ran"]
before = ["sh", "-c", "echo no disk; exit 3"]
cleanup = ["touch", "cleaned"]

[test.cleanup]
run = ["echo", "fine"]
cleanup = ["sh", "-c", "echo it is busy; exit 4"]

[test.both]
run = ["sh", "-c", "echo bad; exit 1"]
cleanup = ["sh", "-c", "echo it is busy; exit 5"]

[test.gone]
run = ["true"]
before = ["./not-there"]

[test.hangs]
run = ["true"]
before = ["sleep", "1000"]
timeout = "100ms"

[expect."=before"]
outcome = "any"
reason = "a set-up that fails is no known failure"
"#,
    );
    let said = project.probe(&["run", "-j1", "--report", "junit=j.xml,jsonl=e.jsonl"]);
    assert_eq!(said.code, 100, "{}", said.stderr);
    insta::assert_snapshot!(said.stderr);
    assert!(project.path("cleaned").exists() && !project.path("ran").exists());
    let junit = project.read("j.xml");
    assert!(junit.contains("`before`: exit code 3"), "{junit}");
    assert!(
        junit.contains("`cleanup` failed, too: exit code 5; it last said: it is busy"),
        "{junit}"
    );
    let events = project.read("e.jsonl");
    assert!(events.contains(r#"{"kind":"unprepared","reason":"exit code 3"}"#), "{events}");
    let said = project.probe(&["report", "--from", "e.jsonl", "--report", "junit=again.xml"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert_eq!(project.read("again.xml"), junit);
}

#[test]
fn after_a_signal_cleanup_runs_and_is_not_told_to_end() {
    let project = Project::new(
        r#"[test.waits]
run = ["sh", "-c", "echo on > waits; sleep 1000"]
cleanup = ["sh", "-c", "sleep 0.2; touch cleaned"]

[test.later]
run = ["true"]
after = ["waits"]
before = ["touch", "before"]
cleanup = ["touch", "never"]
"#,
    );
    let child = project.start(&["run"]);
    project.wait_for("waits");
    kill_process(Pid::from_child(&child), Signal::INT).expect("probe runs");
    let said = project.end(child);
    assert_eq!(said.code, 130, "{}", said.stderr);
    assert!(project.path("cleaned").exists(), "{}", said.stderr);
    assert!(!project.path("never").exists() && !project.path("before").exists());
}
