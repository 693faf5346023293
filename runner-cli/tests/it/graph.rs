//! The pictures of the graph, and the questions that it answers.

use std::io::Write;
use std::process::{Command, Stdio};

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

fn project() -> Project {
    let mut project = Project::new(MANIFEST);
    for name in ["unit/a", "unit/b", "unit/c", "unit/d", "unit/e", "tool/f", "tool/g"] {
        project = project.write(&format!("{name}.sh"), "true");
    }
    project
}

fn shown(format: &str) -> String {
    let said = project().probe(&["graph", "--format", format]);
    assert_eq!((said.code, said.stderr.as_str()), (0, ""));
    said.stdout
}

#[test]
fn dot_has_a_box_for_tests_that_nothing_tells_apart() {
    insta::assert_snapshot!("graph_dot", shown("dot"));
}

#[test]
#[expect(clippy::print_stderr, reason = "a check that was left out is said")]
fn graphviz_accepts_the_dot_output() {
    let started = Command::new("dot")
        .arg("-Tplain")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let mut graphviz = match started {
        Ok(graphviz) => graphviz,
        Err(error) => {
            let must = std::env::var_os("PROBE_CI_TOOLS").is_some_and(|value| value == "1");
            assert!(!must, "PROBE_CI_TOOLS=1 wants Graphviz's `dot`: {error}");
            eprintln!("not checked: Graphviz's `dot` is not installed");
            return;
        }
    };
    let mut stdin = graphviz.stdin.take().expect("it is piped");
    stdin.write_all(shown("dot").as_bytes()).expect("`dot` reads");
    drop(stdin);
    let output = graphviz.wait_with_output().expect("`dot` ends");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    let plain = String::from_utf8_lossy(&output.stdout);
    assert_eq!(plain.lines().filter(|line| line.starts_with("node ")).count(), 7, "{plain}");
}

#[test]
fn mermaid_has_the_same_boxes_and_text_that_is_only_text() {
    insta::assert_snapshot!("graph_mermaid", shown("mermaid"));
}

#[test]
fn order_says_when_each_import_starts_and_what_it_unlocks() {
    insta::assert_snapshot!(shown("order"), @"
    without a library: 2 tests
    imported at once
    ├── 1. base: unlocks the import of top
    └── 2. side: unlocks 2 tests (tool tool/f.sh, tool tool/g.sh)
    imported after 1s, as expected
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
fn why_of_an_unknown_test_says_where_the_names_are() {
    let said = project().probe(&["graph", "--why", "fre"]);
    assert_eq!((said.code, said.stdout.as_str()), (4, ""));
    insta::assert_snapshot!(said.stderr, @"
    × there is no test `fre`
    help: `probe list` prints the names of all tests
    ");
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
    ├── import base: 1s
    ├── import top: 1s
    └── unit unit/a.sh: 1s
    ");
    insta::assert_snapshot!(project.probe(&["graph", "--critical", "free"]).stdout, @"
    the longest path, expected to take 1s
    └── free: 1s
    ");
    let said = project.probe(&["graph", "--critical", "no such test"]);
    assert_eq!((said.code, said.stdout.as_str()), (4, ""));
    assert_eq!(project.probe(&["graph", "--critical", "--why", "free"]).code, 2);
}
