//! The questions that the graph answers.

use crate::support::Project;

/// Libraries that need each other, tests that are alike, tests that come after others.
const MANIFEST: &str = r#"[library.base]
url = "https://example.org/base.so"

[library.top]
url = "https://example.org/top.so"
needs = ["base"]

[library.side]
url = "https://example.org/side.so"

[suite.unit]
files = ["unit/*.sh"]
run = ["sh", "{file}"]
needs = ["top"]

[suite.tool]
files = ["tool/*.sh"]
run = ["{library.side}", "{file}"]
needs = ["base"]

[test.free]
run = ["true"]

[test.'quotes "and" <marks> & back\slash #1;']
run = ["true"]
after = ["free"]
"#;

pub(crate) fn project() -> Project {
    let mut project = Project::new(MANIFEST);
    for name in ["unit/a", "unit/b", "unit/c", "unit/d", "unit/e", "tool/f", "tool/g"] {
        project = project.write(&format!("{name}.sh"), "true");
    }
    project
}

pub(crate) fn shown(format: &str) -> String {
    let said = project().probe(&["graph", "--format", format]);
    assert_eq!((said.code, said.stderr.as_str()), (0, ""));
    said.stdout
}

#[test]
fn order_says_when_each_import_starts_and_what_it_unlocks() {
    insta::assert_snapshot!(shown("order"), @"
    without a library: 2 tests
    prepared at once
    ├── 1. base: unlocks the preparation of top
    └── 2. side: unlocks 2 tests (tool tool/f.sh, tool tool/g.sh)
    prepared after 1s, as expected
    └── 3. top (after base): unlocks 5 tests (unit unit/a.sh, unit unit/b.sh, unit unit/c.sh, 2 more)
    ");
}

#[test]
fn without_libraries_the_order_is_the_tests_alone() {
    let project = Project::new("[test.free]\nrun = ['true']");
    insta::assert_snapshot!(project.probe(&["graph", "--format", "order"]).stdout, @"without a library: 1 test");
}

#[test]
fn why_shows_every_path_with_its_line() {
    let manifest = format!("{MANIFEST}needs = ['base', 'top']\n");
    let project = project().write("probe.toml", &manifest);
    let why = |name| {
        let said = project.probe(&["graph", "--why", name]);
        assert_eq!((said.code, said.stderr.as_str()), (0, ""));
        said.stdout
    };
    insta::assert_snapshot!(why(r#"quotes "and" <marks> & back\slash #1;"#), @r#"
    quotes "and" <marks> & back\slash #1; (probe.toml:24)
    ├── base (`needs` at probe.toml:27)
    ├── top (`needs` at probe.toml:27)
    │   └── base (`needs` at probe.toml:6)
    └── free (`after` in the test at probe.toml:24)
    "#);
    insta::assert_snapshot!(why("tool/f.sh"), @"
    tool tool/f.sh (probe.toml:16)
    ├── base (`needs` at probe.toml:19)
    └── side (`{library.side}` at probe.toml:18)
    ");
    insta::assert_snapshot!(why("free"), @"free (probe.toml:21), which waits for nothing");
}

#[test]
fn why_goes_through_services() {
    let project = Project::new(
        r#"[library.engine]
url = "https://example.org/engine"
[service.database]
run = ["{library.engine}", "--port={port}"]
[service.web]
run = ["web", "{port}"]
needs = ["database"]
[test.a]
run = ["true"]
needs = ["web", "database"]
"#,
    );
    insta::assert_snapshot!(project.probe(&["graph", "--why", "a"]).stdout, @"
    a (probe.toml:8)
    ├── database, a service (`needs` at probe.toml:10)
    │   └── engine (`{library.engine}` at probe.toml:4)
    └── web, a service (`needs` at probe.toml:10)
        └── database, a service (`needs` at probe.toml:7), as above
    ");
}

#[test]
fn why_of_an_unknown_test_says_what_is_near_or_where_the_names_are() {
    let said = project().probe(&["graph", "--why", "fre"]);
    assert_eq!((said.code, said.stdout.as_str()), (4, ""));
    insta::assert_snapshot!(said.stderr, @"
    × there is no test `fre`
    help: did you mean `free`?
    ");
    let said = project().probe(&["graph", "--why", "nothing like it"]);
    assert!(said.stderr.contains("`probe list` prints the names"), "{}", said.stderr);
}

#[test]
fn why_goes_below_a_library_once() {
    let library = |name, needs| {
        format!("[library.{name}]\nurl = 'https://example.org/x.so'\nneeds = [{needs}]\n")
    };
    let manifest = [
        library("low", ""),
        library("middle", "'low'"),
        library("left", "'middle'"),
        library("right", "'middle'"),
        "[test.top]\nrun = ['true']\nneeds = ['left', 'right']\n".to_owned(),
    ];
    let said = Project::new(&manifest.concat()).probe(&["graph", "--why", "top"]);
    insta::assert_snapshot!(said.stdout, @"
    top (probe.toml:13)
    ├── left (`needs` at probe.toml:15)
    │   └── middle (`needs` at probe.toml:9)
    │       └── low (`needs` at probe.toml:6)
    └── right (`needs` at probe.toml:15)
        └── middle (`needs` at probe.toml:12), as above
    ");
}

#[test]
fn critical_is_the_longest_path_of_the_selected_tests() {
    let project = project();
    insta::assert_snapshot!(project.probe(&["graph", "--critical"]).stdout, @"
    the longest path, expected to take 3s
    ├── prepare base: 1s, a guess: no run has measured it
    ├── prepare top: 1s, a guess: no run has measured it
    └── unit unit/a.sh: 1s, a guess: no run has measured it
    ");
    insta::assert_snapshot!(project.probe(&["graph", "--critical", "free"]).stdout, @"
    the longest path, expected to take 1s
    └── free: 1s, a guess: no run has measured it
    ");
    let said = project.probe(&["graph", "--critical", "no such test"]);
    assert_eq!((said.code, said.stdout.as_str()), (4, ""));
    assert_eq!(project.probe(&["graph", "--critical", "--why", "free"]).code, 2);
}

#[test]
fn json_is_what_its_schema_says() {
    let project = project();
    let parsed = |words: &[&str]| -> serde_json::Value {
        let said = project.probe(words);
        assert_eq!((said.code, said.stderr.as_str()), (0, ""));
        serde_json::from_str(&said.stdout).expect("it is JSON")
    };
    let schema = parsed(&["schema", "graph"]);
    let graph = parsed(&["graph", "--format", "json"]);
    let validator = jsonschema::draft202012::new(&schema).expect("the schema is one");
    validator.validate(&graph).expect("the graph is as the schema says");
    let keys = |value: &serde_json::Value| -> Vec<String> {
        value.as_object().expect("an object").keys().cloned().collect()
    };
    assert_eq!(keys(&graph), keys(&schema["properties"]));
    for (what, definition) in [("libraries", "library"), ("tests", "test")] {
        let definition = &schema["$defs"][definition];
        assert_eq!(keys(&graph[what][0]), keys(&definition["properties"]));
    }
    let mut other = graph.clone();
    other["tests"][0]["needs"] = serde_json::json!(["base", "base"]);
    assert!(!validator.is_valid(&other));
}

/// The picture's boxes by their colours: how often each outcome is one.
fn outcomes(picture: &str) -> Vec<(&'static str, usize)> {
    let all = ["passed", "raced", "flaky", "blocked", "failed", "not-run"];
    let document = roxmltree::Document::parse(picture).expect("the picture is XML");
    let classes: Vec<&str> =
        document.descendants().filter_map(|node| node.attribute("class")).collect();
    let count = |name: &'static str| {
        classes.iter().filter(|class| class.split(' ').any(|word| word == name)).count()
    };
    all.into_iter().map(|name| (name, count(name))).filter(|(_, count)| *count > 0).collect()
}

#[test]
fn a_picture_has_the_colours_of_what_each_test_last_came_to() {
    let manifest = r#"[library.made]
command = ["sh", "-c", "echo whole > made"]
paths = ["made"]
kind = "data"

[test.good]
run = ["true"]
needs = ["made"]

[test.bad]
run = ["false"]

[test.late]
run = ["true"]
after = ["bad"]

[test.flaky]
run = ["sh", "-c", "test $PROBE_ATTEMPT = 2"]
retries = 1
"#;
    let project = Project::new(manifest);
    let picture = |more: &[&str]| {
        let arguments: Vec<&str> =
            ["graph", "--format", "svg"].iter().chain(more).copied().collect();
        let said = project.probe(&arguments);
        assert_eq!((said.code, said.stderr.as_str()), (0, ""));
        said.stdout
    };
    let plain = picture(&[]);
    assert_eq!(outcomes(&plain), []);
    assert_eq!(project.probe(&["run", "flaky"]).code, 0);
    // What is in no run yet is told from what is in one.
    let first = picture(&[]);
    assert!(outcomes(&first).iter().any(|(name, _)| *name == "not-run"), "{first}");
    assert_eq!(project.probe(&["run"]).code, 100);
    let last = picture(&[]);
    let names: Vec<&str> = outcomes(&last).iter().map(|(name, _)| *name).collect();
    assert_eq!(names, ["passed", "flaky", "blocked", "failed"], "{last}");
    assert_eq!(picture(&["--no-history"]), plain);
}

#[test]
fn a_library_is_red_until_a_test_has_had_it_again() {
    let manifest = r#"[library.engine]
command = ["sh", "-c", "test -e ready && echo whole > engine"]
paths = ["engine"]
kind = "data"

[test.one]
run = ["true"]
needs = ["engine"]
"#;
    let project = Project::new(manifest);
    let picture = || project.probe(&["graph", "--format", "svg"]).stdout;
    assert_eq!(project.probe(&["run"]).code, 105);
    assert_eq!(outcomes(&picture()), [("blocked", 1), ("failed", 1)], "{}", picture());
    // An import that has failed says nothing about how long one takes.
    let critical = project.probe(&["graph", "--critical"]).stdout;
    assert!(critical.contains("prepare engine: 1s, a guess"), "{critical}");
    std::fs::write(project.path("ready"), "").expect("write");
    assert_eq!(project.probe(&["run"]).code, 0);
    assert_eq!(outcomes(&picture()), [("passed", 2)], "{}", picture());
    std::fs::remove_file(project.path("ready")).expect("remove");
    std::fs::remove_file(project.path("engine")).expect("remove");
    assert_eq!(project.probe(&["run"]).code, 105);
    assert_eq!(outcomes(&picture()), [("blocked", 1), ("failed", 1)], "{}", picture());
}
