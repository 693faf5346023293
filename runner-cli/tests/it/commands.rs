//! `list` and `graph` for programs, and the command line itself.

use crate::support::Project;

const MANIFEST: &str = r#"[library.base]
url = "https://example.org/base.so"

[library.top]
url = "top.so"
needs = ["base"]

[suite.unit]
files = ["*.sh"]
run = ["sh", "{file}"]
needs = ["top"]
tags = ["fast"]

[test.free]
run = ["true"]

[test.later]
run = ["true"]
after = ["free"]
"#;

fn project() -> Project {
    Project::new(MANIFEST).write("a.sh", "true").write("b.sh", "true")
}

#[test]
fn the_graph_is_a_tree_for_people() {
    insta::assert_snapshot!(project().probe(&["graph"]).stdout, @"
    libraries
    ├── base: https://example.org/base.so
    └── top: top.so (after base)
    at once: 2 tests
    ├── free
    └── later (after free)
    after base and top: 2 tests
    ├── unit a.sh
    └── unit b.sh
    ");
}

#[test]
fn the_graph_and_the_list_are_documents_for_programs() {
    let project = project();
    insta::assert_snapshot!("graph_json", project.probe(&["graph", "--format", "json"]).stdout);
    insta::assert_snapshot!(
        "list_json",
        project.probe(&["list", "--format", "json", "a.sh", "free"]).stdout
    );
}

#[test]
fn nothing_selected_is_an_exit_code_of_its_own() {
    for command in ["run", "list", "graph"] {
        assert_eq!(project().probe(&[command, "no such test"]).code, 4, "{command}");
    }
}

#[test]
fn a_wrong_command_line_is_a_usage_error() {
    let project = project();
    for arguments in [&["run", "-j0"][..], &["run", "--bogus"], &["exec"], &[]] {
        assert_eq!(project.probe(arguments).code, 2, "{arguments:?}");
    }
}

#[test]
fn inspect_says_of_each_file_what_it_is() {
    let whole = std::fs::read("/proc/self/exe").expect("this test is a program");
    let project = project().write("page.so", "<!DOCTYPE html>").write("empty.so", "");
    std::fs::write(project.path("torn.so"), &whole[..whole.len() / 2]).expect("write");
    let said = project.probe(&["inspect", "page.so", "empty.so", "torn.so", "none.so"]);
    assert_eq!(said.code, 1);
    let cut = format!("cut at {} of ", whole.len() / 2);
    let (before, after) = said.stdout.split_once(&cut).expect("it is torn");
    let (_, after) = after.split_once(" bytes").expect("its length is said");
    insta::assert_snapshot!(format!("{before}[CUT]{after}"), @"
    page.so: not a library but an HTML page
    empty.so: torn: empty
    torn.so: torn: [CUT]
    none.so: absent
    ");
    std::fs::write(project.path("whole"), whole).expect("write");
    assert_eq!(project.probe(&["inspect", "whole"]).code, 0);
}

#[test]
fn the_schema_is_json() {
    let said = project().probe(&["schema"]);
    assert_eq!(said.code, 0);
    let schema: serde_json::Value = serde_json::from_str(&said.stdout).expect("it is JSON");
    assert!(schema["properties"]["library"].is_object());
}

#[test]
fn presets_are_listed_without_a_project_and_nothing_is_added() {
    let project = Project::bare();
    let said = project.probe(&["add", "--list"]);
    assert_eq!((said.code, said.stderr.as_str()), (0, ""));
    let sqlite = said.stdout.lines().find(|line| line.starts_with("@db/sqlite ")).expect("a line");
    assert!(sqlite.contains("  probe downloads it  "), "{sqlite}");
    assert!(sqlite.ends_with("  jsr:@db/sqlite, https://deno.land/x/sqlite3"), "{sqlite}");
    assert!(!project.path("probe.toml").exists());
    for words in [&["add"][..], &["add", "--list", "cffi"], &["add", "--list", "--name", "x"]] {
        assert_eq!(project.probe(words).code, 2, "{words:?}");
    }
}
