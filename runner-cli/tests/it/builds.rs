//! Commands of libraries that hang, that are cut short, and that leave something behind.

use rustix::process::{Pid, Signal, kill_process};

use crate::support::{Project, Said, is_alive};

fn project(script: &str, keys: &str) -> Project {
    Project::new(&format!(
        r#"[run]
grace = "200ms"

[library.engine]
command = ["sh", "make.sh"]
paths = ["engine"]
kind = "data"
{keys}

[test.needy]
run = ["true"]
needs = ["engine"]
"#
    ))
    .write("make.sh", script)
}

/// What is said of the library when nothing else is to be said.
fn said_of_library(said: &Said) -> String {
    let lines = said.stderr.lines().skip_while(|line| !line.contains("PRELOAD FAIL"));
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn a_command_that_prints_nothing_for_too_long_is_ended() {
    // Deaf to SIGTERM, as what waits for a lock may be.
    let script = "trap '' TERM; echo begun; echo $$ > pid; while :; do sleep 1000; done";
    let project = project(script, "silence = \"300ms\"");
    let said = project.probe(&["run"]);
    assert_eq!(said.code, 105, "{}", said.stderr);
    assert!(!is_alive(&project.read("pid")));
    insta::assert_snapshot!(said_of_library(&said));
    let said = project.probe(&["preload"]);
    assert_eq!(said.code, 105, "{}", said.stderr);
    assert!(said.stderr.contains("printed nothing for 300 ms, its `silence`"), "{}", said.stderr);
}

#[test]
fn a_command_that_prints_for_ever_runs_into_its_timeout() {
    let script = "echo $$ > pid; while :; do echo waiting for 4242; sleep 0.05; done";
    let project = project(script, "timeout = \"400ms\"\nsilence = \"1h\"");
    let said = project.probe(&["run"]);
    assert_eq!(said.code, 105, "{}", said.stderr);
    assert!(!is_alive(&project.read("pid")));
    let text = said.stderr;
    assert!(text.contains("the command ran into its `timeout` of 400 ms, and was ended"), "{text}");
    assert!(text.contains("`timeout = \"2h\"` beside its `command`"), "{text}");
    assert!(text.contains("waiting for 4242\n"), "{text}");
}

#[test]
fn a_command_that_says_something_now_and_then_is_not_silent() {
    let script = "for i in 1 2 3 4 5 6 7 8; do printf .; sleep 0.1; done; echo engine > engine";
    let said = project(script, "silence = \"600ms\"").probe(&["run"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
}

#[test]
fn what_a_command_said_last_is_told_when_it_is_cut_short() {
    let script = "echo waiting for a lock; echo $$ > pid; while :; do sleep 1000; done";
    let detail = "`sh make.sh` was not done; it last said: waiting for a lock";
    for (words, summary) in [("run", true), ("preload", false)] {
        let project = project(script, "");
        let child = project.start(&[words]);
        let pid = project.wait_for("pid");
        kill_process(Pid::from_child(&child), Signal::INT).expect("probe runs");
        let said = project.end(child);
        assert_eq!(said.code, 130, "{}", said.stderr);
        assert!(!is_alive(&pid));
        let lines = said.stderr.lines().filter(|line| line.contains(detail));
        let lines: Vec<&str> = lines.collect();
        assert!(lines[0].contains("INTERRUPTED"), "{}", said.stderr);
        let in_summary = lines.iter().any(|line| line.contains("library engine: "));
        assert_eq!(in_summary, summary, "{}", said.stderr);
    }
}

#[test]
fn what_a_command_leaves_in_its_group_is_killed_and_named() {
    let script = "sleep 1001 & echo $! > helper; sleep 0.01 & echo engine > engine";
    let project = project(script, "");
    let said = project.probe(&["run"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    let pid = project.read("helper");
    assert!(!is_alive(&pid));
    let left = said.stderr.lines().filter(|line| line.contains("LEFT BEHIND"));
    let left: Vec<String> = left.map(|line| line.replace(pid.trim(), "PID")).collect();
    insta::assert_snapshot!(left.join("\n"), @" LEFT BEHIND                  `sh make.sh`: process PID `sleep 1001` was killed when this command had ended; what is to live on starts by `setsid`");
}
