//! `--report jsonl`: lines that its schema accepts, written at once, of everything that happens.

use std::collections::BTreeSet;

use serde_json::Value;

use super::scenes::{
    Run, checked, given_up, mixed, raced, served, timed_out, troubled, types, waiting,
};
use crate::support::Project;
use crate::tools;

fn schema() -> Value {
    let said = Project::bare().probe(&["schema", "events"]);
    assert_eq!((said.code, said.stderr.as_str()), (0, ""));
    serde_json::from_str(&said.stdout).expect("the schema is JSON")
}

/// Checks that the schema accepts every event and none of its distortions.
fn check(events: &[Value]) {
    let schema = schema();
    let validator = jsonschema::draft202012::new(&schema).expect("the schema is one");
    for event in events {
        let name = event["type"].as_str().expect("a type");
        let mut only = schema.clone();
        // Against its own definition the reason is legible, where `oneOf` only says that nothing fits.
        only["oneOf"] = serde_json::json!([{ "$ref": format!("#/$defs/{name}") }]);
        let only = jsonschema::draft202012::new(&only).expect("the schema is one");
        let wrong: Vec<String> = only.iter_errors(event).map(|error| error.to_string()).collect();
        assert!(wrong.is_empty(), "{event}: {wrong:?}");
        assert!(validator.is_valid(event), "{event}");
    }
    for event in events {
        let mut strange = event.clone();
        strange["at"] = "now".into();
        assert!(!validator.is_valid(&strange), "{strange}");
    }
}

#[test]
fn every_kind_of_event_is_written_and_is_as_the_schema_says() {
    let project = mixed();
    let (said, mut events) = Run::start(&project, "events.jsonl", &["-j2"]).end();
    assert_eq!(said.code, 100, "{}", said.stderr);
    assert_eq!(events[0]["type"], "run-started");
    assert_eq!(events.last().expect("lines")["type"], "run-ended");
    events.extend(waiting());
    events.extend(troubled());
    events.extend(given_up());
    events.extend(timed_out());
    events.extend(checked());
    events.extend(served());
    let mut expected: BTreeSet<String> = schema()["oneOf"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|one| one["$ref"].as_str().expect("a reference").replace("#/$defs/", ""))
        .collect();
    // It is told of a test that is just about to start when its service dies, which nothing brings about at will.
    expected.remove("service-blocks");
    if tools::has("cc") {
        events.extend(raced());
    } else {
        expected.retain(|name| !["test-raced", "test-awaits"].contains(&name.as_str()));
    }
    check(&events);
    let found: BTreeSet<String> = types(&events).into_iter().map(str::to_owned).collect();
    assert_eq!(found, expected);
}

#[test]
fn the_lines_of_a_test_tell_its_story() {
    let project = mixed();
    let (_, events) = Run::start(&project, "events.jsonl", &["-j1"]).end();
    let of = |test: &str| -> Vec<String> {
        let about = events.iter().filter(|event| event["test"] == test);
        about
            .map(|event| match event.get("status") {
                Some(status) => format!("{} {}", event["type"], status),
                None => event["type"].to_string(),
            })
            .map(|line| line.replace('"', ""))
            .collect()
    };
    assert_eq!(of("flaky"), ["test-started", "test-retried", "test-started", "test-ended flaky"]);
    assert_eq!(of("late"), ["test-started", "test-ended timeout"]);
    assert_eq!(of("leaves"), ["test-started", "test-ended leak"]);
    assert_eq!(of("nothing"), ["test-started", "test-ended not-started"]);
    assert_eq!(of("needy"), [""; 0]);
    let odd = events
        .iter()
        .find(|event| event["type"] == "test-ended" && event["status"] == "fail")
        .expect("a test fails");
    assert_eq!(odd["ending"], serde_json::json!({ "kind": "exited", "code": 3 }));
    assert_eq!(
        odd["output"][0]["head"],
        "a\u{1b}[31mred\u{1b}[0m\0\u{1}\u{fffd} & <b> ]]> \nsecond\n"
    );
    let blocked = |kind: &str| {
        let found = events.iter().find(|event| event["type"] == kind);
        found.unwrap_or_else(|| panic!("no {kind}")).clone()
    };
    assert_eq!(blocked("preload-failed")["blocked"], serde_json::json!(["needy"]));
    assert_eq!(blocked("tests-blocked")["tests"], serde_json::json!(["after"]));
}
