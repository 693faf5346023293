//! Failures that are known.

use crate::support::Project;

const MANIFEST: &str = r#"[test.good]
run = ["true"]

[test.known]
run = ["sh", "-c", "echo ran >> ran; echo out; exit 1"]
retries = 3

[test.mended]
run = ["true"]

[test.either]
run = ["false"]

[test.late]
run = ["false"]

[test.gone]
run = ["./not-there"]

[test.flaky]
run = ["sh", "-c", "test -e seen || { touch seen; exit 1; }"]
retries = 1

[expect."=known"]
outcome = "fail"
reason = "bug <17>"
until = 9999-12-31

[expect."=known,=good"]
outcome = "any"
reason = "no test has both names"

[expect.mended]
outcome = "fail"
reason = "bug 18"

[expect.flaky]
outcome = "flaky"
reason = "bug 19"

[expect.either]
outcome = "any"
reason = "bug 20"

[expect.late]
outcome = "fail"
reason = "bug 21"
until = 2020-01-31

[expect.gone]
outcome = "any"
reason = "bug 22"

[expect."tag:nobody"]
outcome = "any"
reason = "bug 23"
"#;

#[test]
fn a_known_failure_fails_no_run_and_stands_in_every_report() {
    let project = Project::new(MANIFEST);
    let reports = "junit=j.xml,tap=t.tap,jsonl=e.jsonl,html=p.html";
    let said = project.probe(&["run", "-j1", "--flaky", "fail", "--report", reports]);
    assert_eq!(said.code, 100, "{}", said.stderr);
    let lines = said.stderr.lines().filter(|line| !line.contains(" RETRY ["));
    insta::assert_snapshot!(lines.collect::<Vec<_>>().join("\n"));
    assert_eq!(project.read("ran"), "ran\n", "what is expected is not tried again");
    let junit = project.read("j.xml");
    let known = "expected failure: exit code 1, as expected: bug &lt;17&gt;";
    assert!(junit.contains(known), "{junit}");
    assert!(junit.contains(r#"tests="7" skipped="2" errors="1" failures="2""#), "{junit}");
    let tap = project.read("t.tap");
    assert!(tap.contains("- known # TODO bug <17>\n"), "{tap}");
    let events = project.read("e.jsonl");
    assert!(events.contains(r#""status":"xfail""#) && events.contains(r#""status":"xpass""#));
    let of = r#"{"kind":"expected","of":{"kind":"exited","code":1},"reason":"bug <17>"}"#;
    assert!(events.contains(of), "{events}");
    assert!(events.contains(r#""expected":2"#), "{events}");
    for kind in ["junit", "tap", "html"] {
        let again = format!("{kind}=again");
        let said = project.probe(&["report", "--from", "e.jsonl", "--report", &again]);
        assert_eq!(said.code, 0, "{}", said.stderr);
    }
    let history = project.probe(&["history", "known"]).stdout;
    assert!(history.contains("XFAIL"), "{history}");
    let listed = project.probe(&["run", "--failed", "-j1"]);
    assert!(listed.stderr.contains("STARTING 3 tests"), "{}", listed.stderr);
}

#[test]
fn what_a_known_failure_blocks_fails_the_run_and_alone_it_does_not() {
    let project = Project::new(
        r#"[test.known]
run = ["false"]

[test.after]
run = ["true"]
after = ["known"]

[expect.known]
outcome = "fail"
reason = "bug"
"#,
    );
    let said = project.probe(&["run"]);
    assert_eq!(said.code, 100, "{}", said.stderr);
    assert!(said.stderr.contains("BLOCKED 1 test by test known"), "{}", said.stderr);
    assert_eq!(project.probe(&["run", "-s", "=known"]).code, 0);
    let said = project.probe(&["run", "-s", "=known", "--stress-count", "2"]);
    assert!(said.stderr.contains("2 tests run: 0 passed, 2 failed as expected"), "{}", said.stderr);
}
