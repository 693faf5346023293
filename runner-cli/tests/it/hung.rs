//! Tests that hang: what is said of where they are, and how they are told to end.

use rustix::process::{Pid, Signal, kill_process};

use crate::support::{Project, is_alive};

/// The text without the numbers of processes and threads.
fn unnumbered(text: &str) -> String {
    let words = text.split_inclusive(' ').map(|word| {
        let number = word.trim_end_matches([' ', ':']);
        let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
        if is_number { word.replace(number, "N") } else { word.to_owned() }
    });
    words.collect()
}

#[test]
fn without_a_tool_each_process_and_thread_of_a_test_says_where_it_is() {
    let project = Project::new(
        r#"[test.waits]
run = ["sh", "-c", "sleep 1000 & wait"]
timeout = "300ms"
"#,
    );
    let reports = "jsonl=run.jsonl,junit=run.xml,html=run.html,tap=run.tap";
    let output = project.command(&["run", "--report", reports]).output().expect("it starts");
    assert_eq!(output.status.code(), Some(100));
    let stderr = String::from_utf8_lossy(&output.stderr);
    let (_, verdict) = stderr.split_once("verdict ───\n").expect("a verdict");
    let lines: Vec<String> = verdict.lines().take(5).map(unnumbered).collect();
    let expected = [
        ("where it was when its time was over:", ""),
        ("process N: ", "sh -c sleep N & wait"),
        ("thread N (sh): sleeps", ""),
        ("process N: sleep N", ""),
        ("thread N (sleep): sleeps", ""),
    ];
    for (line, (begin, end)) in lines.iter().zip(expected) {
        let is_so = line.trim_start().starts_with(begin) && line.ends_with(end);
        assert!(is_so, "{line:?} of {stderr}");
    }
    for file in ["run.jsonl", "run.xml", "run.html", "run.tap"] {
        assert!(project.read(file).contains("where it was when its time was over"), "{file}");
    }
}

#[test]
fn commands_look_at_a_test_before_it_is_told_to_end() {
    let project = Project::new(
        r#"[suite.unit]
list = { run = ["echo", "one"], match = '^(?<name>.+)$' }
run = ["sh", "-c", "echo $$ > pid; trap 'echo > told; exit 1' TERM; while :; do sleep 0.05; done", "{name}"]
timeout = "500ms"
on-timeout = [
    ["sh", "-c", "test {pid} = $(cat pid) && kill -0 {pid} && test ! -e told && echo looks at $PROBE_TEST_NAME"],
    ["sh", "-c", "echo other >&2; exit 3"],
    ["no-such-debugger", "-p", "{pid}"],
]
"#,
    );
    let said = project.probe(&["run"]);
    assert_eq!(said.code, 100, "{}", said.stderr);
    let (_, verdict) = said.stderr.split_once("verdict ───\n").expect("a verdict");
    let lines: Vec<&str> = verdict.lines().take(5).collect();
    let pid = project.read("pid");
    insta::assert_snapshot!(lines.join("\n").replace(pid.trim(), "PID"), @"
    `sh -c test PID = $(cat pid) && kill -0 PID && test ! -e told && echo looks at $PROBE_TEST_NAME`:
      looks at unit one
    `sh -c echo other >&2; exit 3` (exit code 3):
      other
    `no-such-debugger -p PID` could not be run: program `no-such-debugger` is in no directory of PATH: is it installed?
    ");
    assert!(project.path("told").exists(), "it is told after that");
}

#[test]
fn where_no_command_can_be_run_the_system_is_asked() {
    let project = Project::new(
        r#"[test.hangs]
run = ["sleep", "1000"]
timeout = "100ms"
on-timeout = ["no-such-debugger", "{pid}"]
"#,
    );
    let said = project.probe(&["run"]);
    assert!(
        said.stderr
            .contains("could not be run: program `no-such-debugger` is in no directory of PATH"),
        "{}",
        said.stderr
    );
    let look = "where it was when its time was over";
    assert!(said.stderr.contains(look), "{}", said.stderr);
}

#[test]
fn another_signal_tells_a_test_that_its_time_is_over() {
    for (signal, is_heard) in [("USR1", true), ("KILL", false)] {
        let project = Project::new(&format!(
            r#"[run]
timeout-signal = "{signal}"

[test.hangs]
run = ["sh", "-c", "trap 'echo > heard; exit 1' USR1; while :; do sleep 0.05; done"]
timeout = "300ms"
"#
        ));
        let said = project.probe(&["run"]);
        assert!(said.stderr.contains("TIMEOUT"), "{}", said.stderr);
        assert_eq!(project.path("heard").exists(), is_heard, "{signal}");
    }
}

#[test]
fn nobody_else_waits_while_a_test_is_looked_at() {
    let project = Project::new(
        r#"[test.hangs]
run = ["sleep", "1000"]
timeout = "200ms"
on-timeout = ["sh", "-c", "echo > looking; while ! test -e others; do sleep 0.01; done; echo others have run"]

[test.other]
run = ["sh", "-c", "while ! test -e looking; do sleep 0.01; done"]

[test.last]
run = ["sh", "-c", "echo > others"]
after = ["other"]
"#,
    );
    let said = project.probe(&["run", "-j2"]);
    assert!(said.stderr.contains("others have run"), "{}", said.stderr);
    assert!(said.stderr.contains("2 passed, 1 timed out"), "{}", said.stderr);
}

#[test]
fn a_signal_to_probe_ends_the_look_and_the_test() {
    let project = Project::new(
        r#"[test.hangs]
run = ["sh", "-c", "echo $$ > hanging; exec sleep 1000"]
timeout = "200ms"
grace = "1h"
on-timeout = ["sh", "-c", "echo $$ > looking; exec sleep 1000"]
"#,
    );
    let child = project.start(&["run"]);
    let pids = [project.wait_for("hanging"), project.wait_for("looking")];
    kill_process(Pid::from_child(&child), Signal::INT).expect("probe runs");
    let said = project.end(child);
    assert_eq!(said.code, 130, "{}", said.stderr);
    assert!(said.stderr.contains("INTERRUPTED"), "{}", said.stderr);
    for pid in pids {
        assert!(!is_alive(pid.trim()), "{}", said.stderr);
    }
}
