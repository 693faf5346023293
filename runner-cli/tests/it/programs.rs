//! Programs that are found in PATH, and what tests do to them meanwhile.

use std::os::unix::fs::PermissionsExt;

use crate::support::Project;

/// A manifest of one job whose tests find programs in `first` before `second`.
fn project(tests: &str) -> Project {
    let path = r#"env = { PATH = "first:second:/usr/bin:/bin" }"#;
    let project = Project::new(&format!("[run]\njobs = 1\n{}", tests.replace("PATH", path)))
        .write("first/here", "")
        .write("second/tool", "#!/bin/sh\necho old > $1\n")
        .write("new", "#!/bin/sh\necho new > $1\n");
    for name in ["second/tool", "new"] {
        let mode = std::fs::Permissions::from_mode(0o755);
        std::fs::set_permissions(project.path(name), mode).expect("its mode");
    }
    project
}

#[test]
fn a_program_that_was_moved_since_it_was_found_is_started_where_it_is() {
    let project = project(
        r#"[test.a]
run = ["tool", "a.txt"]
PATH

[test.b]
run = ["mv", "second/tool", "first/tool"]

[test.c]
run = ["tool", "c.txt"]
PATH

[test.d]
run = ["rm", "first/tool"]

[test.e]
run = ["tool", "e.txt"]
PATH
"#,
    );
    let said = project.probe(&["run"]);
    assert_eq!([project.read("a.txt"), project.read("c.txt")], ["old\n", "old\n"], "{said:?}");
    assert_eq!(said.code, 100, "{}", said.stderr);
    let gone = "program `tool` is in no directory of PATH";
    assert!(said.stderr.contains(gone), "{}", said.stderr);
    assert!(said.stderr.contains("4 passed"), "{}", said.stderr);
}

#[test]
fn whoever_comes_after_a_test_finds_what_that_has_built() {
    let project = project(
        r#"[test.a]
run = ["tool", "a.txt"]
PATH

[test.build]
run = ["cp", "new", "first/tool"]
after = ["a"]

[test.c]
run = ["tool", "c.txt"]
after = ["build"]
PATH
"#,
    );
    let said = project.probe(&["run"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert_eq!([project.read("a.txt"), project.read("c.txt")], ["old\n", "new\n"]);
}

#[test]
fn whoever_is_run_again_finds_what_it_has_built() {
    let project = project(
        r#"[test.a]
run = ["tool", "a.txt"]
retries = 1
PATH
"#,
    )
    .write("second/tool", "#!/bin/sh\nif mv new first/tool; then exit 1; fi\n");
    let said = project.probe(&["run"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert_eq!(project.read("a.txt"), "new\n");
}

#[test]
fn whoever_needs_a_library_finds_it_in_front_of_what_others_have_found() {
    let project = project(
        r#"[library.tool]
command = ["sh", "-c", "until [ -s a.txt ]; do sleep 0.01; done; cp new first/tool"]
paths = ["first/tool"]
kind = "executable"

[test.a]
run = ["tool", "a.txt"]
PATH

[test.b]
run = ["tool", "b.txt"]
needs = ["tool"]
PATH
"#,
    );
    let said = project.probe(&["run"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert_eq!([project.read("a.txt"), project.read("b.txt")], ["old\n", "new\n"]);
}

#[test]
fn whoever_needs_what_another_test_has_made_finds_it() {
    let project = project(
        r#"[library.tool]
leader = true
paths = ["first/tool"]
kind = "executable"

[test.a]
run = ["tool", "a.txt"]
PATH

[test.b]
run = ["tool", "b.txt"]
needs = ["tool"]
PATH

[test.c]
run = ["tool", "c.txt"]
needs = ["tool"]
PATH
"#,
    )
    .write(
        "second/tool",
        "#!/bin/sh\necho old > $1\nif [ $1 = b.txt ]; then cp new first/tool; fi\n",
    );
    let said = project.probe(&["run"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    let read = ["a.txt", "b.txt", "c.txt"].map(|name| project.read(name));
    assert_eq!(read, ["old\n", "old\n", "new\n"]);
}
