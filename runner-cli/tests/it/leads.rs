//! What only tests make, behind a command that starts its tests itself: made once before it, or said before it.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use crate::support::{Project, Said};

/// Stands for pytest: notes how it was called, and has its result in `result`.
const PYTEST: &str = "#!/bin/sh\ncase \"$*\" in\n*--collect-only*) echo \"$*\" >> collected; cat result; \
                      [ ! -s result ] || exit 2;;\n*) echo \"tests $*\";;\nesac\n";

/// A module that compiles something when it is imported, and a test that imports it.
fn with_cffi(pytest: &str) -> Project {
    let project = Project::bare()
        .write("fast.py", "import cffi\n")
        .write("test_a.py", "import fast\n")
        .write("result", "")
        .write("bin/pytest", pytest);
    with_mode(project, "bin/pytest")
}

fn with_mode(project: Project, program: &str) -> Project {
    let mode = fs::Permissions::from_mode(0o755);
    fs::set_permissions(project.path(program), mode).expect("chmod");
    project
}

/// The binary with the project's own programs first.
fn command(project: &Project, words: &[&str]) -> Command {
    let mut command = project.command(words);
    let path = format!("{}:/usr/bin:/bin", project.path("bin").display());
    command.env("HOME", project.path("home")).env("PATH", path);
    command
}

#[track_caller]
fn passes(project: &Project, words: &[&str]) -> Said {
    let said = project.said(&command(project, words).output().expect("the binary starts"));
    assert_eq!(said.code, 0, "{}", said.stderr);
    said
}

const TESTS: [&str; 4] = ["--", "pytest", "-n", "4"];

#[test]
fn tests_are_collected_once_before_they_run_where_loading_them_makes_what_they_need() {
    let project = with_cffi(PYTEST);
    let said = passes(&project, &TESTS);
    assert_eq!(said.stdout, "tests -n 4");
    insta::assert_snapshot!(said.stderr, @"
    BUILDING                  cffi: `pytest --collect-only -q -n 4`
     PRELOAD [   TIME ] (1/1) cffi: built, for fast.py:1 `cffi`
    ");
    assert_eq!(passes(&project, &TESTS).stderr, "");
    assert_eq!(project.read("collected"), "--collect-only -q -n 4\n");
    let project = project.write("test_a.py", "import fast # changed\n");
    assert_eq!(passes(&project, &TESTS).stderr, "");
    // What is made may differ now.
    let project = project.write("fast.py", "import cffi # changed\n");
    passes(&project, &TESTS);
    let project = project.write("test_b.py", "import cffi\n");
    passes(&project, &TESTS);
    assert_eq!(project.read("collected").lines().count(), 3);
    // Another command may load other tests.
    passes(&project, &["--", "pytest", "-n", "4", "-k", "b"]);
    assert_eq!(project.read("collected").lines().count(), 4);
}

#[test]
fn tests_of_one_process_race_with_nobody() {
    let project = with_cffi(PYTEST);
    assert_eq!(passes(&project, &["--", "pytest", "-q"]).stderr, "");
    assert_eq!(passes(&project, &["exec", "--skip", "cffi", "--", "pytest", "-n", "4"]).stderr, "");
    assert_eq!(project.read("collected"), "");
    // What its configuration adds counts, too.
    let project = project.write("pytest.ini", "[pytest]\naddopts = -n auto\n");
    assert!(passes(&project, &["--", "pytest", "-q"]).stderr.contains("BUILDING"));
}

#[test]
fn a_collection_that_fails_is_shown_and_holds_up_no_command() {
    let project = with_cffi(PYTEST).write("result", "ERROR test_a.py\n");
    let said = passes(&project, &TESTS);
    assert_eq!(said.stdout, "tests -n 4");
    insta::assert_snapshot!(said.stderr, @"
        BUILDING                  cffi: `pytest --collect-only -q -n 4`
    PRELOAD FAIL library cffi
                 failed to prepare `cffi` from `pytest --collect-only -q -n 4`: the command exited with 2
                 it is needed by fast.py:1 `cffi`
                 `detect = false` under `[run]` in `probe.toml` leaves to the tests what nobody has declared
                 ERROR test_a.py
         WARNING `cffi` could not be made before the command, as said above: its processes race for it where it is not there yet; `probe init && probe run` lets one test make it before the others, and `--skip cffi` says no more of it
    ");
    assert_eq!(passes(&project, &TESTS).stdout, "tests -n 4");
    assert_eq!(project.read("collected").lines().count(), 2);
}

/// The one that is second finds it made.
#[test]
fn of_two_commands_at_once_one_collects() {
    let waits = PYTEST.replace("cat result;", "until [ -e go ]; do :; done; cat result;");
    let project = with_cffi(&waits);
    let start = || project.start_command(&mut command(&project, &TESTS));
    let first = start();
    project.wait_for("collected");
    let second = start();
    fs::write(project.path("go"), "").expect("write");
    for child in [first, second] {
        let said = project.end(child);
        assert_eq!((said.code, said.stdout.as_str()), (0, "tests -n 4"), "{}", said.stderr);
    }
    assert_eq!(project.read("collected").lines().count(), 1);
}

#[test]
fn what_is_left_to_the_command_is_said_before_it_until_that_has_passed() {
    let project = Project::bare()
        .write("package.json", "{ \"dependencies\": { \"selenium-webdriver\": \"^4\" } }")
        .write("a.test.mjs", "import { Builder } from \"selenium-webdriver\";\n");
    let said = |script: &str, code: i32| {
        let words = ["--", "sh", "-c", script];
        let said = project.said(&command(&project, &words).output().expect("the binary starts"));
        assert_eq!(said.code, code, "{}", said.stderr);
        said.stderr
    };
    let warned = said("echo ran >&2; exit 1", 1);
    insta::assert_snapshot!(warned, @"
         WARNING nothing is known that makes `selenium-driver` before this command: its processes race for it where it is not there yet (a.test.mjs:1 `selenium-webdriver` → package.json:1 `selenium-webdriver@^4`); `probe init && probe run` lets one test make it before the others, and `--skip selenium-driver` says no more of it
    ran
    ");
    assert!(said("echo ran >&2; exit 1", 1).contains("WARNING"));
    assert!(said("true", 0).contains("WARNING"));
    assert_eq!(said("true", 0), "", "it has passed");
    assert!(said("true ", 0).contains("WARNING"), "this one has not");
    fs::write(project.path("b.test.mjs"), "import \"selenium-webdriver\";\n").expect("write");
    assert!(said("true", 0).contains("WARNING"), "nor has it with this test");
}

/// Without a version nothing is known to be fetched, but the package itself knows when it is imported.
#[test]
fn a_package_without_a_version_is_imported_once_before_the_command() {
    let deno = "#!/bin/sh\nif [ \"$1\" = eval ]; then echo \"$PROBE $*\" >> evaluated; else echo \"deno $*\"; fi\n";
    let project = Project::bare()
        .write(
            "deno.json",
            "{ \"lock\": false, \"imports\": { \"db\": \"jsr:@db/sqlite@^0.12\" } }",
        )
        .write("a_test.ts", "import { Database } from \"db\";\n")
        .write("bin/deno", deno);
    let project = with_mode(project, "bin/deno");
    let tests = ["--", "deno", "test", "-A", "--parallel"];
    let said = passes(&project, &tests).stderr;
    assert!(said.contains("sqlite3: built, for a_test.ts:1 `db`"), "{said}");
    assert_eq!(passes(&project, &tests).stderr, "");
    let evaluated = "1 eval --no-lock await import('jsr:@db/sqlite@^0.12')\n";
    assert_eq!(project.read("evaluated"), evaluated);
    // One process is enough for itself.
    let project = project.write("a_test.ts", "import { Database } from \"db\"; // changed\n");
    assert_eq!(passes(&project, &["--", "deno", "test", "-A"]).stderr, "");
    assert_eq!(project.read("evaluated"), evaluated);
}

#[test]
fn what_an_installer_leaves_may_be_a_text_that_says_so() {
    let lock = r#"{ "packages": { "node_modules/electron": { "version": "33.0.0" } } }"#;
    let install = "#!/bin/sh\necho \"$*\" >> called\nmkdir -p node_modules/electron/dist\n\
                   printf 33.0.0 > node_modules/electron/dist/version\n";
    let project = Project::bare()
        .write("package-lock.json", lock)
        .write("node_modules/electron/package.json", "{}")
        .write("bin/node", install);
    let project = with_mode(project, "bin/node");
    let said = passes(&project, &["--", "true"]);
    insta::assert_snapshot!(said.stderr, @"
    BUILDING                  electron: `node -e require('electron/install.js')`
     PRELOAD [   TIME ] (1/1) electron: built, 6 B, for package-lock.json:1 `npm:electron@33.0.0`
    ");
    assert_eq!(passes(&project, &["--", "true"]).stderr, "");
    assert_eq!(project.read("called").lines().count(), 1);
}
