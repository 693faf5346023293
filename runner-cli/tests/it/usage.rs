//! What tests use of processors and memory.

use serde_json::Value;

use crate::support::Project;

#[test]
fn what_a_test_uses_is_told_with_the_floor_that_its_peak_has() {
    let project = Project::new(
        r#"[test.works]
run = ["sh", "-c", "i=0; while test $i -lt 200000; do i=$((i+1)); done"]

[test.holds]
run = ["sh", "-c", "head -c 80000000 /dev/zero | tail -c 80000000 | wc -c > size"]

[test.nothing]
run = ["./no-such-program"]
"#,
    );
    let said = project.probe(&["run", "--report", "jsonl=run.jsonl,html=run.html"]);
    assert_eq!(said.code, 100, "{}", said.stderr);
    let log = project.read("run.jsonl");
    let events: Vec<Value> =
        log.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let ended = |name: &str| {
        let is_it = |event: &&Value| event["type"] == "test-ended" && event["test"] == name;
        events.iter().find(is_it).expect("it has ended")["usage"].clone()
    };
    let end = events.last().expect("the end");
    let floor = end["peak-floor"].as_u64().expect("a number of bytes");
    let works = ended("works");
    assert!(works["user"].as_f64() > Some(0.001), "{works}");
    assert!(works["peak"].as_u64() > Some(100_000), "{works}");
    // Its own process has waited for the one that held so much.
    let holds = ended("holds");
    assert!(holds["peak"].as_u64() > Some(floor.max(60_000_000)), "{holds}, {floor}");
    assert_eq!(ended("nothing"), Value::Null, "nothing has run");
    assert!(project.read("run.html").contains(" s CPU, "));
    let history = project.probe(&["history", "works"]).stdout;
    assert!(history.contains("; the last took ") && history.contains(" s CPU, "), "{history}");
}
