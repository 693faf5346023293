//! The second door: libraries first, then somebody else's command.

use rustix::process::{Pid, Signal, kill_process};

use crate::support::{Project, is_alive};

const MANIFEST: &str = r#"[library.words]
command = ["sh", "-c", "echo built >> log; echo hello > words.txt"]
paths = ["words.txt"]
inputs = ["words.in"]
kind = "data"
env = { WORDS = "{path}" }
"#;

fn project() -> Project {
    Project::new(MANIFEST).write("words.in", "1")
}

#[test]
fn the_command_finds_the_libraries_and_keeps_its_exit_code() {
    let project = project();
    let script = "cat \"$PROBE_LIBRARY_WORDS\" \"$WORDS\"; exit 7";
    let said = project.probe(&["exec", "--needs", "words", "--", "sh", "-c", script]);
    assert_eq!((said.code, said.stdout.as_str()), (7, "hello\nhello"));
    insta::assert_snapshot!(said.stderr, @"
    BUILDING                  words: `sh -c echo built >> log; echo hello > words.txt`
     PRELOAD [   TIME ] (1/1) words: built, 6 B
    ");
    let again = project.probe(&["--", "sh", "-c", script]);
    assert_eq!((again.code, again.stdout.as_str(), again.stderr.as_str()), (7, "hello\nhello", ""));
    assert_eq!(project.read("log"), "built\n");
}

#[test]
fn a_command_that_cannot_run_has_the_shells_exit_codes() {
    let project = project().write("plain.txt", "no program");
    for (command, expected) in [("no-such-program", 127), ("./plain.txt", 126), ("./none", 127)] {
        assert_eq!(project.probe(&["exec", "--", command]).code, expected, "{command}");
    }
    assert_eq!(project.probe(&["exec", "--", "sh", "-c", "kill -KILL $$"]).code, 137);
}

#[test]
fn the_command_is_not_run_without_its_libraries() {
    let project = Project::new("[library.broken]\ncommand = [\"false\"]\npaths = [\"never\"]\n");
    let said = project.probe(&["exec", "--", "touch", "ran"]);
    assert_eq!(said.code, 105);
    assert!(!project.path("ran").exists());
    insta::assert_snapshot!(said.stderr, @"
        BUILDING                  broken: `false`
    PRELOAD FAIL library broken
                 failed to prepare `broken` from `false`: the command exited with 1
                 it printed nothing: run it by hand to see why
    ");
}

#[test]
fn signals_to_probe_reach_the_command() {
    let project = project();
    let script =
        "trap 'echo told > told; exit 9' TERM; echo $$ > running; while :; do sleep 0.05; done";
    let child = project.start(&["exec", "--", "sh", "-c", script]);
    let pid = project.wait_for("running");
    kill_process(Pid::from_child(&child), Signal::TERM).expect("probe runs");
    assert_eq!(project.end(child).code, 9);
    assert_eq!(project.read("told"), "told\n");
    assert!(!is_alive(&pid));
}
