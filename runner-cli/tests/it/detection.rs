//! Needs that nobody has declared: found in sources and lock files, shown with their lines, and imported.

use std::fs;
use std::path::{Path, PathBuf};

use crate::support::{Project, Said};

/// A project of testdata, copied.
fn example(name: &str) -> Project {
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("../testdata").join(name);
    let manifest = fs::read_to_string(from.join("probe.toml")).expect("the example has a manifest");
    let mut project = Project::new(&manifest);
    let mut open = vec![PathBuf::new()];
    while let Some(directory) = open.pop() {
        for entry in fs::read_dir(from.join(&directory)).expect("the example is a directory") {
            let entry = entry.expect("the example can be read");
            let name = directory.join(entry.file_name());
            if entry.path().is_dir() {
                open.push(name);
            } else {
                let text = fs::read_to_string(entry.path()).expect("the example is text");
                project = project.write(name.to_str().expect("names are UTF-8"), &text);
            }
        }
    }
    project
}

/// A library that a test's import means, and a test that reads it.
const IMPORTED: &str = r#"
[library.words]
command = ["sh", "-c", "echo hello > words.txt"]
paths = ["words.txt"]
inputs = ["deno.json"]
kind = "data"
detect = ['^jsr:@me/words@']

[suite.all]
files = ["*.test.ts"]
run = ["sh", "-c", "cat \"$PROBE_LIBRARY_WORDS\" > {file}.out"]
"#;

fn imported() -> Project {
    Project::new(IMPORTED)
        .write("deno.json", r#"{ "imports": { "words": "jsr:@me/words@1.0.0" } }"#)
        .write("a.test.ts", "import { words } from 'words';")
        .write("b.test.ts", "import type { words } from 'words';")
}

fn needs(project: &Project) -> Said {
    project.probe(&["list", "--needs"])
}

#[test]
fn the_example_says_for_every_need_by_which_lines_it_is_known() {
    let said = needs(&example("needs"));
    assert_eq!((said.code, said.stderr.as_str()), (0, ""));
    insta::assert_snapshot!(said.stdout);
}

#[test]
fn needs_are_there_for_programs_too() {
    let said = example("needs").probe(&["list", "--needs", "--format", "json", "users"]);
    insta::assert_snapshot!(said.stdout);
}

#[test]
fn the_graph_names_the_lines_of_what_was_detected() {
    let said = example("needs").probe(&["graph", "--why", "deno db/users_test.ts"]);
    insta::assert_snapshot!(said.stdout, @"
    deno db/users_test.ts (probe.toml:4)
    └── sqlite3 (db/users_test.ts:2 `@helpers/database.ts` → helpers/database.ts:1 `@db/sqlite` → deno.json:4 `jsr:@db/sqlite@^0.12.0` → deno.lock:4 `jsr:@db/sqlite@0.12.0`)
    ");
}

#[test]
fn a_detected_library_is_there_before_its_test() {
    let project = imported();
    let said = project.probe(&["run"]);
    assert_eq!(said.code, 100, "{}", said.stderr);
    // The other test needs nothing, and so has no variable.
    assert_eq!(project.read("a.test.ts.out"), "hello\n");
    assert_eq!(project.read("b.test.ts.out"), "");
}

#[test]
fn detection_is_off_where_the_manifest_says_so() {
    let manifest = format!("[run]\ndetect = false\n{IMPORTED}");
    let said = needs(&imported().write("probe.toml", &manifest));
    insta::assert_snapshot!(said.stdout, @"
    all a.test.ts  (needs nothing)
    all b.test.ts  (needs nothing)
    ");
}

#[test]
fn a_library_without_a_version_is_led() {
    let project = Project::new("[suite.all]\nfiles = ['*.test.ts']\nrun = ['true', '{file}']\n")
        .write("a.test.ts", "\nimport { Database } from 'jsr:@db/sqlite@^0.12';");
    let said = project.probe(&["run", "-j2"]);
    assert_eq!(said.code, 0);
    insta::assert_snapshot!(said.stderr, @r#"
    `@db/sqlite` is led: no lock file says its version, so that one test fetches it before the others that need it start (a.test.ts:2 `jsr:@db/sqlite@^0.12`)
        STARTING 1 test with 1 library, 2 at once (run ID)
         PRELOAD [   TIME ] (1/1) sqlite3: not known to be there: tests that need it run one at a time until one has passed
         LEADING                  all a.test.ts: others that need `sqlite3` wait until it has passed
            PASS [   TIME ] (1/1) all a.test.ts
    ────────────
         SUMMARY [   TIME ] 1 test run: 1 passed
    "#);
}

#[test]
fn a_preset_in_the_manifest_has_the_version_of_the_lock_file() {
    let project = Project::new(
        "[library.sqlite]\npreset = '@db/sqlite'\n[test.a]\nrun = ['true']\nneeds = ['sqlite']\n",
    )
    .write("deno.lock", r#"{ "version": "5", "specifiers": { "jsr:@db/sqlite@0.12": "0.12.0" } }"#);
    let said = project.probe(&["graph"]);
    insta::assert_snapshot!(said.stdout, @"
    libraries
    └── sqlite: https://github.com/denodrivers/sqlite3/releases/download/0.12.0/libsqlite3.so
    after sqlite: 1 test
    └── a
    ");
}

#[test]
fn a_preset_by_a_name_that_was_wrong_says_the_right_one() {
    let project = Project::new(
        "[library.duck]\npreset = '@db/duckdb'\n[test.a]\nrun = ['true']\nneeds = ['duck']\n",
    );
    let said = project.probe(&["run"]);
    assert_eq!(said.code, 0);
    let first = said.stderr.lines().next().unwrap_or_default();
    insta::assert_snapshot!(first, @"warning: `preset` of library `duck`: no package is called `@db/duckdb`, and it is taken for `@ggpwnkthx/libduckdb`");
    assert_eq!(said.stderr.matches("@db/duckdb").count(), 1);
}

#[test]
fn exec_needs_no_manifest_where_lock_files_say_enough() {
    let project = imported();
    fs::remove_file(project.path("probe.toml")).expect("it is there");
    let lock = r#"{ "version": "5", "specifiers": { "jsr:@db/sqlite@0.12": "0.12.0" } }"#;
    let project = project.write("deno.lock", lock).write("sub/here.txt", "");
    // The store is empty and nothing may be fetched, so that it is seen what would be.
    let mut command = project.command(&["exec", "--offline", "--", "touch", "ran"]);
    let output = command.current_dir(project.path("sub")).output().expect("the binary starts");
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{stderr}");
    // Nobody has declared it, so that the command is not held up.
    assert!(project.path("sub/ran").is_file());
    assert!(stderr.contains("`sqlite3` is only detected"), "{stderr}");
    let url = "https://github.com/denodrivers/sqlite3/releases/download/0.12.0/libsqlite3.so";
    assert!(stderr.contains("sqlite3") && stderr.contains(url), "{stderr}");
}

#[test]
fn exec_without_manifest_and_lock_files_looks_at_sources() {
    let project = imported().write("c.ts", "import 'jsr:@db/sqlite@0.11.1';");
    fs::remove_file(project.path("probe.toml")).expect("it is there");
    let said = project.probe(&["exec", "--offline", "--", "touch", "ran"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert!(said.stderr.contains("/0.11.1/libsqlite3.so"), "{}", said.stderr);
    let said = project.probe(&["exec", "--offline", "--skip", "sqlite3", "--", "touch", "ran"]);
    assert_eq!((said.code, said.stderr.as_str()), (0, ""));
    let said = project.probe(&["exec", "--skip", "unknown", "--", "true"]);
    assert_eq!(said.code, 96, "{}", said.stderr);
    // The step before the tests is there to import.
    let said = project.probe(&["preload", "--offline"]);
    assert_eq!(said.code, 105, "{}", said.stderr);
    let said = project.probe(&["preload", "--offline", "--skip", "sqlite3"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    let said = project.probe(&["exec", "--needs", "unknown", "--", "true"]);
    assert_eq!(said.code, 96);
    insta::assert_snapshot!(said.stderr, @"
    × there is no library `unknown`
    help: there are `sqlite3`
    ");
}

#[test]
fn exec_looks_at_sources_where_deno_has_no_lock_file() {
    let check = |lock: &str, expected: &str| {
        let project = Project::new("")
            .write("deno.json", &format!("{{ {lock} }}"))
            .write(
                "deno.lock",
                r#"{ "version": "5", "specifiers": { "jsr:@db/sqlite@0.12": "0.12.0" } }"#,
            )
            .write(
                "my.lock",
                r#"{ "version": "5", "specifiers": { "jsr:@db/sqlite@0.12": "0.12.9" } }"#,
            )
            .write(
                "package-lock.json",
                r#"{ "packages": { "node_modules/left-pad": { "version": "1.0.0" } } }"#,
            )
            .write("sub/here.txt", "")
            .write("c.ts", "import 'jsr:@db/sqlite@^0.12';");
        fs::remove_file(project.path("probe.toml")).expect("it is there");
        let mut command = project.command(&["exec", "--offline", "--", "true"]);
        let output = command.current_dir(project.path("sub")).output().expect("the binary starts");
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(0), "{stderr}");
        assert!(stderr.contains(expected), "{lock}: {stderr}");
    };
    check("", "/0.12.0/libsqlite3.so");
    check("\"lock\": { \"path\": \"my.lock\" }", "/0.12.9/libsqlite3.so");
    check(
        "\"lock\": false",
        // Nobody has a `deno` here that could import it.
        "WARNING `sqlite3` could not be made before the command",
    );
}

#[test]
fn exec_runs_the_command_where_nothing_is_needed() {
    let project = imported();
    fs::remove_file(project.path("probe.toml")).expect("it is there");
    let said = project.probe(&["exec", "--", "echo", "ran"]);
    assert_eq!((said.code, said.stdout.as_str(), said.stderr.as_str()), (0, "ran", ""));
}

/// A test that is one command, and those that a command lists, have no files in which anything could be seen.
#[test]
fn lock_files_speak_for_tests_without_files() {
    let manifest = "[test.deno]\nrun = ['deno', 'test']\n\
                    [test.web]\ncwd = 'web'\nrun = ['npm', 'test']\n\
                    [test.other]\nrun = ['make', 'check']\n\
                    [suite.py]\nkind = 'pytest'\nlist = { run = ['echo', 'a.py::b'], match = '(?<name>.+)' }\n";
    let project = Project::new(manifest)
        .write(
            "deno.lock",
            r#"{ "version": "5", "specifiers": { "jsr:@db/sqlite@0.12": "0.12.0" } }"#,
        )
        .write(
            "web/package-lock.json",
            r#"{ "packages": { "node_modules/mongodb-memory-server": { "version": "10.0.0" } } }"#,
        )
        .write("uv.lock", "[[package]]\nname = \"pytest-playwright\"\nversion = \"0.7.0\"\n");
    let said = project.probe(&["list", "--needs"]);
    insta::assert_snapshot!(said.stdout, @"
    deno
        sqlite3 0.12.0: deno.lock:1 `jsr:@db/sqlite@0.12.0`
    web
        mongod 10.0.0: web/package-lock.json:1 `npm:mongodb-memory-server@10.0.0`
    other  (needs nothing)
    py a.py::b
        chromium 0.7.0: uv.lock:2 `pypi:pytest-playwright@0.7.0`
    ");
}

#[test]
fn each_extension_of_the_community_is_a_library() {
    let project = Project::new("[suite.all]\nfiles = ['*.py']\nrun = ['python3', '{file}']\n")
        .write("test_a.py", "sql('INSTALL h3 FROM community')\n")
        .write("test_b.py", "sql('INSTALL evalexpr_rhai FROM community')\n");
    insta::assert_snapshot!(project.probe(&["list", "--needs"]).stdout, @"
    all test_a.py
        duckdb-h3: test_a.py:1 `sql:community h3`
    all test_b.py
        duckdb-evalexpr_rhai: test_b.py:1 `sql:community evalexpr_rhai`
    ");
}

#[test]
fn plugins_that_pytest_is_told_to_load_run_with_every_test() {
    let project = Project::new("[suite.all]\nkind = 'pytest'\n")
        .write(
            "pyproject.toml",
            "[tool.pytest.ini_options]\naddopts = [\"-q\", \"-p\", \"plugins.fast\"]\n",
        )
        .write("plugins/__init__.py", "")
        .write("plugins/fast.py", "import pyximport\n")
        .write("tests/test_a.py", "");
    insta::assert_snapshot!(project.probe(&["list", "--needs"]).stdout, @"
    all tests/test_a.py
        pyximport: pyproject.toml:2 `plugins.fast` → plugins/fast.py:1 `pyximport`
    ");
}
