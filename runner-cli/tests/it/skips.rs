//! Tests that skip themselves, and commands that run in another one.

use crate::support::Project;

const MANIFEST: &str = r#"[run]
skip-code = 77

[test.good]
run = ["true"]

[test.here]
run = ["sh", "-c", "echo looked for it; echo 'no docker here' >&2; exit 77"]

[test.talks]
run = ["sh", "-c", "printf '%0200d\\n' 7; exit 77"]

[test.other-code]
run = ["sh", "-c", "exit 3"]
skip-code = 3

[test.tap]
run = ["printf", '1..0 # SKIP no network\n']

[test.after]
run = ["true"]
after = ["here"]

[test.ends]
run = ["touch", "ended"]
after = ["here"]
finally = true
"#;

#[test]
fn a_test_that_skips_itself_is_skipped_in_every_report() {
    let project = Project::new(MANIFEST);
    let reports = "junit=j.xml,tap=t.tap,jsonl=e.jsonl,html=p.html";
    let said = project.probe(&["run", "-j1", "--report", reports]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    insta::assert_snapshot!(said.stderr);
    assert!(project.path("ended").exists());
    let junit = project.read("j.xml");
    assert!(junit.contains(r#"tests="7" skipped="5" errors="0" failures="0""#), "{junit}");
    assert!(junit.contains(r#"<skipped message="no docker here"/>"#), "{junit}");
    assert!(
        junit.contains("<skipped message=\"it comes after here, which was skipped\"/>"),
        "{junit}"
    );
    let tap = project.read("t.tap");
    assert!(!tap.contains("not ok"), "{tap}");
    assert!(tap.contains("- here # SKIP no docker here\n"), "{tap}");
    assert!(tap.contains("- after # SKIP it comes after here, which was skipped\n"), "{tap}");
    let events = project.read("e.jsonl");
    assert!(events.contains(r#""status":"skip""#) && events.contains(r#""skips":5"#), "{events}");
    assert!(events.contains(r#"{"kind":"skipped","reason":"no network"}"#), "{events}");
    assert!(project.read("p.html").contains(r#""status":"skip""#));
    for kind in ["junit", "tap", "html"] {
        let again = format!("{kind}=again");
        let said = project.probe(&["report", "--from", "e.jsonl", "--report", &again]);
        assert_eq!(said.code, 0, "{}", said.stderr);
    }
    let history = project.probe(&["history", "here"]).stdout;
    assert!(history.contains("SKIP"), "{history}");
    // Nothing is left to be run again.
    let said = project.probe(&["run", "--failed"]);
    assert!(said.stderr.contains("no selected test is left that failed"), "{}", said.stderr);
}

#[test]
fn where_all_is_skipped_no_test_has_run_and_without_its_code_a_test_has_failed() {
    let project = Project::new(MANIFEST);
    assert_eq!(project.probe(&["run", "-s", "=here"]).code, 0, "what ends it has passed");
    assert_eq!(project.probe(&["run", "-s", "=tap"]).code, 4);
    let other = Project::new("[test.t]\nrun = ['sh', '-c', 'exit 77']\n");
    assert_eq!(other.probe(&["run"]).code, 100);
}

#[test]
fn a_test_that_failed_and_then_skips_itself_has_failed() {
    let project = Project::new(
        r#"[test.t]
run = ["sh", "-c", "test -e seen && exit 77; touch seen; exit 1"]
skip-code = 77
retries = 1
"#,
    );
    assert_eq!(project.probe(&["run"]).code, 100);
}

#[test]
fn a_command_runs_in_another_one() {
    let project = Project::new(
        r#"[suite.unit]
files = ["*.txt"]
run = ["cat", "{file}"]
wrap = ["sh", "wrapper", "{file}"]

[test.plain]
run = ["sh", "-c", "echo plain"]
"#,
    )
    .write("a.txt", "text\n")
    .write("wrapper", "echo \"wrapped for $1\"; shift; exec \"$@\"\n")
    .write("other", "echo other; exec \"$@\"\n");
    let said = project.probe(&["run", "-v", "-j1"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert!(said.stderr.contains("wrapped for a.txt\n    text\n"), "{}", said.stderr);
    let said = project.probe(&["run", "-v", "-j1", "--wrap", "sh other"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert!(!said.stderr.contains("wrapped"), "{}", said.stderr);
    assert!(said.stderr.contains("other\n    text\n"), "{}", said.stderr);
    assert!(said.stderr.contains("other\n    plain\n"), "{}", said.stderr);
    for (wrap, why) in [("", "no program is named"), ("'sh", "a quote has no end")] {
        let said = project.probe(&["run", "--wrap", wrap]);
        assert_eq!(said.code, 2, "{wrap}");
        assert!(said.stderr.contains(why), "{}", said.stderr);
    }
    let said = project.probe(&["run", "--wrap", "not-there -q"]);
    assert_eq!(said.code, 100);
    assert!(
        said.stderr.contains("NOT STARTED") && said.stderr.contains("not-there"),
        "{}",
        said.stderr
    );
}

#[test]
fn what_runners_count_within_processes_is_summed_up() {
    let project = Project::new(
        r#"[suite.python]
kind = "pytest"
files = ["*_test.py"]
run = ["cat", "{file}"]
"#,
    )
    .write("a_test.py", "==== 10 passed, 2 skipped in 0.02s ====\n")
    .write("b_test.py", "==== 3 passed in 0.02s ====\n")
    .write("c_test.py", "==== 4 skipped in 0.02s ====\n");
    let said = project.probe(&["run", "--report", "jsonl=e.jsonl"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    let sum = "2 tests run: 2 passed, 1 skipped\n             \
               3 files, 19 tests in them: 13 passed, 6 skipped\n";
    assert!(said.stderr.contains(sum), "{}", said.stderr);
    let events = project.read("e.jsonl");
    assert!(events.contains(r#""tests":{"passed":10,"failed":0,"skipped":2}"#), "{events}");
    assert!(events.contains("all 4 tests in it are skipped"), "{events}");
}
