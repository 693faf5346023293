//! `--report junit`, `tap` and `trace`: what other programs read in them.

use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use super::scenes::mixed;
use crate::support::{Project, is_missing};

/// What the Python package `junitparser` finds in a document: the suite, the name, and what became of each test case. It
/// counts them, too: the sums that stand in the document have to be its own.
const CASES: &str = r"
import json, sys
from junitparser import JUnitXml
def came(case):
    kinds = [type(result).__name__ for result in case.result] or ['Passed']
    again = ['again ' + element.tag for element in case._elem if element.tag in ('rerunFailure', 'flakyFailure')]
    return ' '.join(kinds + again)
document = JUnitXml.fromfile(sys.argv[1])
def sums(part):
    return part.tests, part.failures, part.errors, part.skipped
for part in [*document, document]:
    said = sums(part)
    part.update_statistics()
    assert said == sums(part), f'{part.name} says {said} and has {sums(part)}'
cases = [(suite.name, case.name, came(case)) for suite in document for case in suite]
print(json.dumps(cases))
";

/// Checks that two programs read a document of JUnit to its end, and returns the test cases that one of them finds.
pub(crate) fn junit_cases(document: &Path) -> Option<Vec<[String; 3]>> {
    let mut python = Command::new("python3");
    if is_missing(python.args(["-c", "import junitparser, junit2htmlreport"])) {
        return None;
    }
    let page = document.with_extension("html");
    let html = Command::new("python3")
        .args(["-m", "junit2htmlreport"])
        .args([document, &page])
        .output()
        .expect("it starts");
    assert!(html.status.success(), "{}", String::from_utf8_lossy(&html.stderr));
    let read =
        Command::new("python3").args(["-c", CASES]).arg(document).output().expect("it starts");
    assert!(read.status.success(), "{}", String::from_utf8_lossy(&read.stderr));
    Some(serde_json::from_slice(&read.stdout).expect("the script prints JSON"))
}

/// Checks that a document is a trace as its format has it, and returns the events.
pub(crate) fn trace_events(document: &Path) -> Vec<Value> {
    let schema: Value = serde_json::from_str(include_str!("trace.schema.json")).expect("JSON");
    let validator = jsonschema::draft202012::new(&schema).expect("the schema is one");
    let text = std::fs::read_to_string(document).expect("it is there");
    let trace: Value = serde_json::from_str(&text).expect("it is JSON");
    let wrong: Vec<String> = validator.iter_errors(&trace).map(|error| error.to_string()).collect();
    assert!(wrong.is_empty(), "{wrong:?}");
    trace["traceEvents"].as_array().expect("a list").clone()
}

/// What the npm package `tap-parser` says of a document at its end.
pub(crate) fn tap_results(document: &Path) -> Option<Value> {
    if is_missing(Command::new("tap-parser").arg("--help").stdin(Stdio::null())) {
        return None;
    }
    let input = std::fs::File::open(document).expect("it is there");
    let read =
        Command::new("tap-parser").args(["-j", "--strict"]).stdin(input).output().expect("starts");
    let events: Vec<Value> = serde_json::from_slice(&read.stdout).expect("it prints JSON");
    let end = events.iter().find(|event| event[0] == "complete").expect("it reads to the end");
    // It reads on where the document breaks the rules, and only says so.
    if !end[1]["bailout"].is_string() {
        assert_eq!(end[1]["plan"]["end"], end[1]["count"]);
    }
    for point in end[1]["failures"].as_array().expect("a list") {
        assert!(point.get("tapError").is_some_and(Value::is_null), "{point}");
    }
    Some(end[1].clone())
}

fn reported() -> Project {
    let project = mixed();
    let said = project.probe(&[
        "run",
        "-j2",
        "--report",
        "junit=j.xml",
        "--report",
        "tap=t.tap",
        "--report",
        "trace=t.json",
    ]);
    assert_eq!(said.code, 100, "{}", said.stderr);
    project
}

#[test]
fn two_readers_of_junit_find_every_test_and_every_library() {
    let project = reported();
    let document = project.read("j.xml");
    let tree = roxmltree::Document::parse(&document).expect("XML");
    let failure = tree.descendants().find(|node| {
        node.attribute("name").is_some_and(|name| name.starts_with("odd "))
            && node.has_tag_name("testcase")
    });
    let out = failure.and_then(|case| case.children().find(|node| node.has_tag_name("system-out")));
    assert_eq!(out.and_then(|out| out.text()), Some("ared\u{fffd} & <b> ]]> \nsecond\n"));
    let Some(cases) = junit_cases(&project.path("j.xml")) else { return };
    let mut lines: Vec<String> = cases.iter().map(|case| case.join(" | ")).collect();
    lines.sort_unstable();
    insta::assert_snapshot!(lines.join("\n"));
}

#[test]
fn a_reader_of_tap_finds_what_failed_and_what_was_left_out() {
    let project = reported();
    let Some(end) = tap_results(&project.path("t.tap")) else { return };
    let names = |list: &str| -> Vec<String> {
        let points = end[list].as_array().expect("a list").iter();
        let mut names: Vec<String> =
            points.map(|point| point["name"].as_str().expect("a name").to_owned()).collect();
        names.sort_unstable();
        names
    };
    assert_eq!(
        names("failures"),
        ["@preload:missing", "killed", "late", "nothing", "odd & <ends> ]]> 日本 #1", "twice"]
    );
    assert_eq!(names("skips"), ["after", "needy"]);
    // Five libraries, too.
    assert_eq!((&end["count"], &end["pass"], &end["fail"]), (&json!(18), &json!(12), &json!(6)));
    assert_eq!(end["bailout"], json!(false));
}

#[test]
fn a_trace_has_a_span_for_each_attempt_and_no_two_in_one_slot_at_once() {
    let project = reported();
    let events = trace_events(&project.path("t.json"));
    let spans = |of: &str| {
        let mut spans: Vec<(u64, f64, f64, String)> = events
            .iter()
            .filter(|event| event["ph"] == "X" && event["cat"] == of && event["name"] != "waits")
            .map(|event| {
                let number = |name: &str| event[name].as_f64().expect("a number");
                let name = event["name"].as_str().expect("a name").to_owned();
                (event["tid"].as_u64().expect("a thread"), number("ts"), number("dur"), name)
            })
            .collect();
        spans.sort_by(|a, b| (a.0, a.1).partial_cmp(&(b.0, b.1)).expect("numbers"));
        spans
    };
    // Eleven tests ran, of which two had two attempts.
    assert_eq!((spans("test").len(), spans("library").len()), (13, 5));
    for pair in spans("test").windows(2) {
        let ((slot, start, took, name), (other, next, ..)) = (&pair[0], &pair[1]);
        assert!(slot != other || start + took <= *next, "{name} overlaps in slot {slot}");
    }
}
