//! Libraries that nobody waits for: those that are skipped by name, and those that nobody has declared and that are not to be had.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use crate::support::Project;

const MANIFEST: &str = "[library.engine]\ncommand = ['false']\npaths = ['engine.so']\n\
                        [library.top]\nurl = 'top.txt'\nkind = 'data'\nneeds = ['engine']\n\
                        [test.a]\nrun = ['true']\nneeds = ['engine', 'top']\n";

#[test]
fn every_command_that_imports_leaves_out_what_is_skipped() {
    let project = Project::new(MANIFEST).write("top.txt", "data");
    for words in [&["run"][..], &["preload"], &["env"], &["exec"], &["exec", "--needs", "top"]] {
        let words = |skip: &[&'static str]| {
            let command = if words[0] == "exec" { &["--", "true"][..] } else { &[] };
            [words, skip, command].concat()
        };
        assert_eq!(project.probe(&words(&[])).code, 105, "{words:?}", words = words(&[]));
        let said = project.probe(&words(&["--skip", "engine", "--skip", "top"]));
        assert_eq!(said.code, 0, "{:?}: {}", words(&[]), said.stderr);
        let said = project.probe(&words(&["--skip", "enigne"]));
        assert_eq!(said.code, 96, "{:?}: {}", words(&[]), said.stderr);
        assert!(said.stderr.contains("there is no library `enigne`"), "{}", said.stderr);
        assert!(said.stderr.contains("there are `engine`, `top`"), "{}", said.stderr);
    }
    assert_eq!(project.probe(&["run", "--skip", "engine"]).code, 0, "for a library, too");
}

#[test]
fn what_is_written_into_a_command_cannot_be_skipped() {
    let manifest = format!("{MANIFEST}[test.b]\nrun = ['ls', '{{library.engine}}']\n");
    let said = Project::new(&manifest).probe(&["run", "--skip", "engine"]);
    assert_eq!(said.code, 96);
    insta::assert_snapshot!(said.stderr, @"
    × library `engine` cannot be skipped: test `b` has `{library.engine}` in what it runs
    help: leave out what needs it with `-s '!library:NAME'`, or write a path of your own in there
    ");
}

/// As if there were no probe: it may be there already, or the test can do without.
#[test]
fn what_is_only_detected_and_cannot_be_fetched_holds_up_no_test() {
    let suite = "[suite.all]\nfiles = ['*.ts']\nrun = ['./deno', '{file}']\n";
    let project = Project::new(suite)
        .write(
            "deno.lock",
            r#"{ "version": "5", "specifiers": { "jsr:@db/sqlite@0.12": "0.12.0" } }"#,
        )
        .write("a.ts", "import { Database } from 'jsr:@db/sqlite@0.12';")
        .write("deno", "#!/bin/sh\ntest -z \"$DENO_SQLITE_PATH\"\n");
    let mode = fs::Permissions::from_mode(0o755);
    fs::set_permissions(project.path("deno"), mode).expect("chmod");
    let said =
        project.probe(&["run", "-j2", "--offline", "--report", "tap=-", "--report", "junit=r.xml"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    let junit = project.read("r.xml");
    assert!(junit.contains("errors=\"0\"") && junit.contains("tests run without it"), "{junit}");
    assert!(said.stdout.contains("not ok 1 - @preload:sqlite3 # TODO"), "{}", said.stdout);
    insta::assert_snapshot!(said.stderr, @"
        STARTING 1 test with 1 library, 2 at once (run ID)
    PRELOAD FAIL [   TIME ] (1/1) sqlite3: not in the store, and the network is not to be used
         WARNING `sqlite3` is only detected, so that tests run without it, and fetch it themselves if they need it; `--skip sqlite3` leaves it out
            PASS [   TIME ] (1/1) all a.ts
    ────────────
         SUMMARY [   TIME ] 1 test run: 1 passed
    ");
    let project =
        project.write("probe.toml", &format!("{suite}[library.sqlite3]\npreset = '@db/sqlite'\n"));
    assert_eq!(project.probe(&["run", "--offline"]).code, 105, "what is declared is meant");
    assert_eq!(project.probe(&["run", "--offline", "--skip", "sqlite3"]).code, 0);
}
