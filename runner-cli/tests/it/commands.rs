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
fn the_help_fits_a_screen() {
    insta::assert_snapshot!("help", project().probe(&["-h"]).stdout);
    insta::assert_snapshot!("help_run", project().probe(&["run", "-h"]).stdout);
}
