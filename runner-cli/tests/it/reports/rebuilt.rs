//! `probe report`: of the log of a run every report can be made that the run has written, byte for byte; and of a log that
//! has no end, one that says so.

use std::fs;
use std::io::Write;
use std::process::Stdio;

use super::scenes::{Run, beside, mixed, reports};
use crate::support::Project;

/// What tests print that is hard to keep: bytes that are no text, controls, and more than is shown.
const LOUD: &str = r#"
[test.bytes]
run = ["sh", "-c", "printf '\\377\\376\\302\\200 \\342\\202\\033[31m\\177\\000</script>\\r\\n'; exit 1"]
output = "combined"

[test.long]
run = ["sh", "-c", "i=0; while test $i -lt 9000; do printf 'line %s \\303\\251 \\377\\n' $i; i=$((i+1)); done; exit 1"]

[test.unbroken]
run = ["sh", "-c", "head -c 300000 /dev/zero | tr '\\0' '\\360'; exit 1"]

[test."first \\ \"x\""]
run = ["true"]
after = ["later"]

[test.later]
run = ["true"]
tags = ["one", "two"]
"#;

#[test]
fn every_report_is_made_again_of_the_log_of_its_run() {
    let project = mixed();
    let manifest = project.read("probe.toml") + LOUD;
    // A name that is escaped where it is shown.
    let project = project.write("probe.toml", &manifest).write("new\nline.sh", "exit 1");
    let (said, events) = Run::start(&project, "events.jsonl", &["-j2"]).end();
    assert_eq!(said.code, 100, "{}", said.stderr);
    let long = events.iter().find(|event| event["type"] == "test-ended" && event["test"] == "long");
    let long = long.expect("it ended");
    assert!(long["output"][0]["omitted"].as_u64() > Some(0) && long["whole"].is_array(), "{long}");
}

#[test]
fn copies_of_tests_and_tests_that_are_not_selected_are_told_apart() {
    let project = mixed();
    let arguments = ["-j2", "--stress-count", "3", "-s", "name:=flaky", "-s", "suite:ok"];
    let (said, events) = Run::start(&project, "events.jsonl", &arguments).end();
    assert_eq!(said.code, 0, "{}", said.stderr);
    let ended = events.iter().filter(|event| event["type"] == "test-ended").count();
    assert_eq!(ended, 9);
}

#[test]
fn a_run_of_nothing_has_reports_too() {
    let project = Project::new("[test.one]\nrun = ['true']\n");
    let (said, _) = Run::start(&project, "events.jsonl", &["nothing-like-it"]).end();
    assert_eq!(said.code, 4, "{}", said.stderr);
}

#[test]
fn a_log_of_a_run_that_was_killed_gives_reports_that_say_so() {
    let project = Project::new(
        r#"[test.done]
run = ["true"]

[test.runs]
run = ["sh", "-c", "echo > running; exec sleep 1000"]
after = ["done"]

[test.waits]
run = ["true"]
after = ["runs"]
"#,
    );
    let mut child = project.start(&["run", "-j1", "--report", "jsonl=events.jsonl"]);
    project.wait_for("running");
    child.kill().expect("probe runs");
    child.wait().expect("it was killed");
    // As if it had been killed while it wrote.
    let whole = project.read("events.jsonl");
    fs::write(project.path("events.jsonl"), whole.clone() + "{\"at\":1.5,\"type\":\"test-en")
        .expect("write");
    let said =
        project.probe(&["report", "--from", "events.jsonl", "--report", &reports("again", "")]);
    assert_eq!(said.code, 0);
    insta::assert_snapshot!(said.stderr, @r"
    warning: `events.jsonl` ends before its run: probe was killed, and what it would have told is missing in the reports
    ");
    let again = |kind: &str| project.read(&beside("again", "", kind));
    assert_eq!(again("jsonl"), whole);
    for (kind, expected) in [
        ("html", r#""stop":"cut off (its log has no end)""#),
        ("html", r#""why":"it did not end: the run was cut off (its log has no end)""#),
        ("junit", "not run: the run was cut off (its log has no end)"),
        ("junit", r#"name="done""#),
        ("tap", "Bail out! the run was cut off"),
        ("trace", r#""ended":"cut off (its log has no end)""#),
    ] {
        assert!(again(kind).contains(expected), "{kind}: {}", again(kind));
    }
}

#[test]
fn a_log_is_read_from_standard_input_and_a_report_goes_to_standard_output() {
    let project = mixed();
    let (said, _) = Run::start(&project, "events.jsonl", &["-j2"]).end();
    assert_eq!(said.code, 100, "{}", said.stderr);
    let mut probe = project.command(&["report", "--from", "-", "--report", "junit=-"]);
    let piped = probe.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = piped.spawn().expect("the binary starts");
    let mut stdin = child.stdin.take().expect("it is piped");
    stdin.write_all(project.read("events.jsonl").as_bytes()).expect("it reads");
    drop(stdin);
    let written = child.wait_with_output().expect("it ends");
    assert_eq!((written.status.code(), written.stderr.len()), (Some(0), 0));
    let expected = project.read("events.junit");
    assert!(String::from_utf8(written.stdout).is_ok_and(|written| written == expected));
}

/// What `probe report` says of a file that is no log, or not as it should be.
fn complaint(project: &Project, from: &str) -> String {
    let said = project.probe(&["report", "--from", from, "--report", "html=page.html"]);
    assert_eq!((said.code, said.stdout.as_str()), (96, ""), "{}", said.stderr);
    assert!(!project.path("page.html").exists());
    said.stderr
}

#[test]
fn what_is_no_log_is_said_with_file_line_and_the_way_out() {
    let project = Project::new("[test.one]\nrun = ['true']\n");
    let (said, _) = Run::start(&project, "events.jsonl", &[]).end();
    assert_eq!(said.code, 0, "{}", said.stderr);
    let log = project.read("events.jsonl");
    let old: Vec<&str> = log.lines().filter(|line| !line.contains("-planned")).collect();
    let project = project
        .write("empty.jsonl", "")
        .write("wrong.json", "{\n  \"name\": \"package\"\n}\n")
        .write(
            "newer.jsonl",
            &log.replace("\"version\":1,\"probe\":\"0", "\"version\":2,\"probe\":\"7"),
        )
        .write("older.jsonl", &old.join("\n"))
        .write("torn.jsonl", &log.replace("\"type\":\"test-started\"", "\"type\":\"test-sta\0\0\0"))
        .write("two.jsonl", &log.repeat(2));
    let files = [
        "none.jsonl",
        ".",
        "empty.jsonl",
        "wrong.json",
        "newer.jsonl",
        "older.jsonl",
        "torn.jsonl",
        "two.jsonl",
    ];
    let complaints = files.map(|file| complaint(&project, file));
    let mut settings = insta::Settings::clone_current();
    // Where it stands in the line depends on the digits of a time.
    settings.add_filter(r"at column \d+", "at column N");
    settings.bind(|| insta::assert_snapshot!(complaints.join("\n")));
}

#[test]
fn a_report_is_not_written_over_its_log() {
    let project = Project::new("[test.one]\nrun = ['true']\n");
    let (said, _) = Run::start(&project, "events.jsonl", &[]).end();
    assert_eq!(said.code, 0, "{}", said.stderr);
    let log = project.read("events.jsonl");
    let said =
        project.probe(&["report", "--from", "events.jsonl", "--report", "jsonl=./events.jsonl"]);
    assert_eq!(said.code, 96);
    insta::assert_snapshot!(said.stderr, @r"
    × the report `jsonl=./events.jsonl` would be written over the log that it is made of
    help: name another file for it
    ");
    assert_eq!(project.read("events.jsonl"), log);
    let said = project.probe(&[
        "report",
        "--from",
        "events.jsonl",
        "--report",
        "html=events.jsonl/page.html",
    ]);
    assert_eq!(said.code, 110, "{}", said.stderr);
    assert_eq!(project.probe(&["report", "--from", "events.jsonl"]).code, 2);
}
