//! What a runner checks before it runs a file is checked once for all files: Deno's types, here by a script that stands in for
//! Deno, says what it was called with, and finds as many errors as a test wants.

use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use crate::support::{Project, Said, is_missing};

/// A check fails if it has a file with an error in it.
const DENO: &str = r#"#!/bin/sh
echo "$PWD|$EXTRA|$*" >> "$CALLS"
case " $* " in *' --no-check '*) echo 'ok | 1 passed | 0 failed (1ms)'; exit 0;; esac
for word; do
    case "$word" in *_test.ts) if grep -q ERROR "$word"; then echo 'error: Type checking failed.' >&2; exit 1; fi;; esac
done
case " $* " in *' --no-run '*) ;; *) echo 'ok | 1 passed | 0 failed (1ms)';; esac
"#;

fn project(manifest: &str, files: &[(&str, &str)]) -> Project {
    let project = Project::new(manifest).write("bin/deno", DENO);
    let program = std::fs::Permissions::from_mode(0o755);
    std::fs::set_permissions(project.path("bin/deno"), program).expect("a program");
    files.iter().fold(project, |project, (name, text)| project.write(name, text))
}

/// What probe says, and what Deno was called with: from where in the project, EXTRA, and the arguments; sorted.
fn run(project: &Project, arguments: &[&str]) -> (Said, Vec<String>) {
    let calls = project.path("calls");
    std::fs::write(&calls, "").expect("a file");
    let mut command = project.command(arguments);
    command.env("PATH", format!("{}:/usr/bin:/bin", project.path("bin").display()));
    command.env("CALLS", &calls);
    let said = project.end(project.start_command(&mut command));
    let root = project.path("").canonicalize().expect("a directory").display().to_string();
    let calls = project.read("calls").replace(&format!("{root}/"), "").replace(&root, "");
    let mut calls: Vec<String> = calls.lines().map(str::to_owned).collect();
    calls.sort();
    (said, calls)
}

const SUITE: &str = "[suite.deno]\nkind = \"deno\"\nargs = [\"-A\"]\n";
const CLEAN: [(&str, &str); 3] = [("a_test.ts", ""), ("b_test.ts", ""), ("c_test.ts", "")];

#[test]
fn the_files_of_a_suite_are_checked_once_before_they_run() {
    let project = project(SUITE, &CLEAN);
    let (said, calls) = run(&project, &["run"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    insta::assert_snapshot!(calls.join("\n"), @r"
    ||test --no-check --no-prompt -A a_test.ts
    ||test --no-check --no-prompt -A b_test.ts
    ||test --no-check --no-prompt -A c_test.ts
    ||test --no-run --no-prompt -A a_test.ts b_test.ts c_test.ts
    ");
    assert!(
        said.stderr.contains("deno-types: checked once, for all that need it"),
        "{}",
        said.stderr
    );
    assert!(said.stderr.contains("3 tests run: 3 passed"), "{}", said.stderr);
    // What was not asked for is not checked, and one process has nobody to share a check with.
    let (said, calls) = run(&project, &["run", "a_test", "c_test"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert!(
        calls.contains(&"||test --no-run --no-prompt -A a_test.ts c_test.ts".to_owned()),
        "{calls:?}"
    );
    let (said, calls) = run(&project, &["run", "b_test"]);
    assert_eq!((said.code, calls.join("\n").as_str()), (0, "||test --no-prompt -A b_test.ts"));
    // Copies have the same files.
    let (said, calls) = run(&project, &["run", "b_test", "--stress-count", "2"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert_eq!(calls.last().map(String::as_str), Some("||test --no-run --no-prompt -A b_test.ts"));
}

#[test]
fn an_error_is_one_of_the_tests_that_it_concerns() {
    let files = [("a_test.ts", ""), ("b_test.ts", "ERROR"), ("c_test.ts", "")];
    let (said, calls) = run(&project(SUITE, &files), &["run"]);
    assert_eq!(said.code, 100, "{}", said.stderr);
    assert_eq!(calls.iter().filter(|call| call.contains("--no-check")).count(), 0, "{calls:?}");
    let expected = "deno-types: has errors, so each test checks its own files";
    assert!(said.stderr.contains(expected), "{}", said.stderr);
    assert!(said.stderr.contains("3 tests run: 2 passed, 1 failed"), "{}", said.stderr);
    assert!(said.stderr.contains("error: Type checking failed."), "{}", said.stderr);
}

/// It runs where the suite runs, with its variables, and in as many processes as suites.
#[test]
fn each_suite_is_checked_as_its_tests_run() {
    let manifest = "[suite.one]\nkind = \"deno\"\ncwd = \"one\"\nenv = { EXTRA = \"x\" }\nbatch = 2\n\
         [suite.two]\nkind = \"deno\"\ncwd = \"two\"\n\
         [library.two-types]\nleader = true\n";
    let files =
        ["one/a_test.ts", "one/b_test.ts", "one/c_test.ts", "two/a_test.ts", "two/b_test.ts"];
    let (said, calls) = run(&project(manifest, &files.map(|file| (file, ""))), &["run"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    insta::assert_snapshot!(calls.join("\n"), @r"
    one|x|test --no-check --no-prompt a_test.ts b_test.ts
    one|x|test --no-check --no-prompt c_test.ts
    one|x|test --no-run --no-prompt a_test.ts b_test.ts c_test.ts
    two||test --no-check --no-prompt a_test.ts
    two||test --no-check --no-prompt b_test.ts
    two||test --no-run --no-prompt a_test.ts b_test.ts
    ");
    assert!(said.stderr.contains("two-types-2: checked once"), "{}", said.stderr);
}

#[test]
fn who_says_how_to_check_is_obeyed() {
    let check = |manifest: &str, arguments: &[&str], expected: &str| {
        let (said, calls) = run(&project(manifest, &CLEAN), arguments);
        assert_eq!(said.code, 0, "{}", said.stderr);
        assert_eq!(calls.len(), 3, "{calls:?}");
        assert_eq!(calls[0], expected);
    };
    let own = "[suite.deno]\nkind = \"deno\"\nrun = [\"deno\", \"test\", \"{file}\"]\n";
    check(own, &["run"], "||test a_test.ts");
    let args = |flag: &str| format!("[suite.deno]\nkind = \"deno\"\nargs = [\"{flag}\"]\n");
    check(&args("--no-check"), &["run"], "||test --no-prompt --no-check a_test.ts");
    check(&args("--check=all"), &["run"], "||test --no-prompt --check=all a_test.ts");
    check(SUITE, &["run", "--", "--doc"], "||test --no-prompt -A --doc a_test.ts");
}

#[test]
fn the_graph_shows_what_is_checked_before() {
    let (said, calls) = run(&project(SUITE, &CLEAN), &["graph"]);
    assert_eq!((said.code, calls.len()), (0, 0), "{}", said.stderr);
    insta::assert_snapshot!(said.stdout, @r"
    libraries
    └── deno-types: checked once for 3 tests
    after deno-types: 3 tests
    ├── deno a_test.ts
    ├── deno b_test.ts
    └── deno c_test.ts
    ");
}

/// The real one: its cache knows afterwards, and an error of a module is told by those that import it alone.
#[test]
fn deno_itself_finds_errors_where_they_are() {
    if is_missing(Command::new("deno").arg("--version")) {
        return;
    }
    let test = |module: &str| {
        format!(
            "import {{ one }} from \"./{module}.ts\";\nDeno.test(\"one\", () => {{ if (one !== 1) throw 1; }});\n"
        )
    };
    let files = [
        ("deno.json", "{}".to_owned()),
        ("good.ts", "export const one: number = 1;\n".to_owned()),
        ("bad.ts", "export const one: number = 1;\nexport const two: number = \"\";\n".to_owned()),
        ("a_test.ts", test("good")),
        ("b_test.ts", test("bad")),
        ("c_test.ts", test("good")),
    ];
    let project = Project::new("[suite.deno]\nkind = \"deno\"\n");
    let project = files.iter().fold(project, |project, (name, text)| project.write(name, text));
    let said = project.probe(&["run"]);
    assert_eq!(said.code, 100, "{}", said.stderr);
    assert!(said.stderr.contains("3 tests run: 2 passed, 1 failed"), "{}", said.stderr);
    assert!(said.stderr.contains("TS2322") && said.stderr.contains("bad.ts:2"), "{}", said.stderr);
    let project = project.write("bad.ts", &files[1].1);
    let said = project.probe(&["run"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert!(said.stderr.contains("deno-types: checked once"), "{}", said.stderr);
}
