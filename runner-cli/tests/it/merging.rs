//! `probe merge`: the logs of machines that shared a suite, made one run.

use std::fs;

use crate::support::{Project, Said};

/// A bit of everything, which comes to the same on every machine.
const MANIFEST: &str = r#"[library.there]
command = ["sh", "-c", "mkdir -p made; echo there > made/there"]
kind = "data"
paths = ["made/there"]

[library.gone]
url = "no/such/file"
kind = "data"

[service.server]
run = ["sh", "-c", "echo ready; exec sleep 100"]
ready = { output = 'ready' }

[suite.unit]
files = ["t/*.sh"]
run = ["sh", "{file}"]
needs = ["there", "server"]
tags = ["x"]

[suite.lost]
files = ["l/*.sh"]
run = ["sh", "{file}"]
needs = ["gone"]

[suite.odd]
files = ["o/*.sh"]
run = ["sh", "{file}"]
skip-code = 77

[test.first]
run = ["false"]

[test.second]
run = ["true"]
after = ["first"]
"#;

const SHARDS: u32 = 4;

fn project() -> Project {
    let mut project = Project::new(MANIFEST);
    for number in 1..=8 {
        let fails = if number == 3 { "echo not good >&2; exit 3" } else { "echo good" };
        project = project
            .write(&format!("t/{number}.sh"), fails)
            .write(&format!("l/{number}.sh"), "true")
            .write(&format!("o/{number}.sh"), if number == 5 { "exit 77" } else { "true" });
    }
    project
}

/// Runs all shards, each with its log, on a machine of its own: nothing is there before.
fn run_shards(project: &Project) -> Vec<String> {
    (1..=SHARDS)
        .map(|number| {
            let log = format!("log{number}");
            let report = format!("jsonl={log}");
            fs::remove_dir_all(project.path("made")).ok();
            fs::remove_dir_all(project.path(".probe")).ok();
            project.probe(&["run", "--shard", &format!("{number}/{SHARDS}"), "--report", &report]);
            log
        })
        .collect()
}

fn merge(project: &Project, logs: &[String], words: &[&str]) -> Said {
    let logs: Vec<&str> = logs.iter().map(String::as_str).collect();
    project.probe(&[&["merge"], words, &logs[..]].concat())
}

/// A report without what differs from run to run: times, slots, ports and the name of the run.
fn lasting(report: &str) -> String {
    let mut lines: Vec<String> = Vec::new();
    for line in report.lines() {
        let words = line.split(' ').filter(|word| {
            let differs = ["time=", "timestamp=", "uuid=", "name=\"slot\"", "value="];
            !differs.iter().any(|start| word.starts_with(start))
        });
        lines.push(words.collect::<Vec<_>>().join(" "));
    }
    // What several machines prepare is in the order in which that begins.
    let whole = lines.join("\n");
    let mut suites: Vec<&str> = whole.split("    <testsuite ").collect();
    suites.sort_unstable();
    suites.join("    <testsuite ")
}

#[test]
fn merged_reports_are_those_of_one_run() {
    let project = project();
    let whole = project.probe(&["run", "--report", "junit=whole.xml", "--report", "tap=whole.tap"]);
    let logs = run_shards(&project);
    let said =
        merge(&project, &logs, &["--report", "junit=merged.xml", "--report", "jsonl=merged"]);
    assert_eq!(said.code, whole.code, "{}", said.stderr);
    assert_eq!(lasting(&project.read("merged.xml")), lasting(&project.read("whole.xml")));
    insta::assert_snapshot!(said.stderr, @r"
    BLOCKED 8 tests by library gone: failed to read `[ROOT]/no/such/file`: No such file or directory (os error 2)
       FAIL [   TIME ] first: exit code 1
       FAIL [   TIME ] unit t/3.sh: exit code 3
    SUMMARY [   TIME ] 16 tests run: 14 passed, 2 failed, 9 blocked, 1 skipped, on 4 machines
    ");
    // What it writes is a log like any other, and the history knows what failed.
    let said = project.probe(&["report", "--from", "merged", "--report", "junit=again.xml"]);
    assert_eq!((said.code, said.stderr.as_str()), (0, ""));
    assert_eq!(project.read("again.xml"), project.read("merged.xml"));
    let failed = project.probe(&["list", "--format", "json"]);
    assert_eq!(failed.code, 0);
    let again = project.probe(&["run", "--failed"]);
    assert!(again.stderr.contains("STARTING 11 tests"), "{}", again.stderr);
}

#[test]
fn logs_that_are_not_those_of_all_shards_are_refused() {
    let project = project();
    let logs = run_shards(&project);
    project.probe(&["run", "--report", "jsonl=whole"]);
    project.probe(&["run", "--shard", "2/3", "--report", "jsonl=other-count"]);
    project.probe(&["run", "-s", "suite:unit", "--shard", "2/4", "--report", "jsonl=other-tests"]);
    let timings = r#"{"version": 1, "jobs": 1, "tests": {}, "libraries": {}}"#;
    fs::write(project.path("probe-timings.json"), timings).expect("write");
    let by_time = ["run", "--shard", "2/4", "--shard-by", "time", "--report", "jsonl=by-time"];
    project.probe(&by_time);
    let text = project.read("log2");
    let torn = |lines: usize| text.lines().take(lines).collect::<Vec<_>>().join("\n");
    fs::write(project.path("no-plan"), torn(2)).expect("write");
    fs::write(project.path("text"), "not a log\n").expect("write");
    // Another shard's test in the plan of this one.
    let planned =
        text.lines().find(|line| line.contains("\"place\":") && line.contains("tests-planned"));
    let planned = planned.expect("it has tests");
    let of_others = project.read("log1");
    let foreign = of_others.lines().find(|line| line.contains("tests-planned")).expect("a plan");
    fs::write(project.path("foreign"), text.replace(planned, foreign)).expect("write");
    let mut all = String::new();
    for second in [
        "whole",
        "other-count",
        "other-tests",
        "by-time",
        "no-plan",
        "text",
        "foreign",
        "log1",
        "missing",
        "t",
    ] {
        let mut logs = logs.clone();
        logs[1] = second.to_owned();
        let said = merge(&project, &logs, &["--report", "junit=merged.xml"]);
        all += &format!(
            "$ probe merge {}\n{}\nexit code {}\n\n",
            logs.join(" "),
            said.stderr,
            said.code
        );
        assert!(!project.path("merged.xml").exists(), "{second}");
    }
    let said = merge(&project, &logs[1..3], &[]);
    all += &format!("$ probe merge log2 log3\n{}\nexit code {}\n\n", said.stderr, said.code);
    let said = merge(&project, &logs, &["--report", "jsonl=log3"]);
    all +=
        &format!("$ probe merge --report jsonl=log3\n{}\nexit code {}\n", said.stderr, said.code);
    insta::assert_snapshot!(all);
    assert!(!project.read("log3").is_empty());
}

#[test]
fn a_shard_that_was_killed_is_red_with_what_it_had_not_run() {
    let project = Project::new("[suite.s]\nfiles = [\"t/*\"]\nrun = [\"true\", \"{file}\"]\n");
    let project =
        (1..=9).fold(project, |project, number| project.write(&format!("t/{number}"), ""));
    let logs = run_shards(&project);
    let (log, text) = logs
        .iter()
        .map(|log| (log, project.read(log)))
        .max_by_key(|(_, text)| text.matches("test-ended").count())
        .expect("a log");
    let ends = text.match_indices("test-ended").nth(1).expect("two tests end").0;
    fs::write(project.path(log), &text[..ends]).expect("write");
    let said = merge(&project, &logs, &["--report", "junit=merged.xml", "--report", "tap=-"]);
    assert_eq!(said.code, 100, "{}", said.stderr);
    let lost = 9 - logs
        .iter()
        .map(|log| project.read(log).matches("\"test-ended\"").count())
        .sum::<usize>();
    let words = format!("probe was killed there, and {lost} tests came to nothing");
    assert!(said.stderr.contains(&words) || lost == 1, "{}", said.stderr);
    assert!(project.read("merged.xml").contains("cut off"), "{}", project.read("merged.xml"));
    let again = project.probe(&["run", "--failed"]);
    assert!(again.stderr.contains(&format!("{lost} test")), "{}", again.stderr);
}
