//! Suites whose tests a command lists.

use rustix::process::{Pid, Signal, kill_process};

use crate::killing::marked;
use crate::support::{Project, is_alive, wait_until, with_limits};

/// A suite that runs what `script` prints.
fn project(script: &str) -> Project {
    Project::new(
        r#"[suite.unit]
list = { run = ["sh", "list.sh"], match = '^(?<name>.+): test$' }
run = ["sh", "run.sh", "{name}"]
"#,
    )
    .write("list.sh", script)
    .write("run.sh", "test \"$1\" != two")
}

#[test]
fn every_listed_name_is_a_test() {
    let said =
        project("echo 'one: test'; echo 'two: test'; echo; echo '2 tests'").probe(&["run", "-j1"]);
    assert_eq!(said.code, 100);
    insta::assert_snapshot!(said.stderr, @"
        STARTING 2 tests, 1 at once (run ID)
            PASS [   TIME ] (1/2) unit one
            FAIL [   TIME ] (2/2) unit two: exit code 1
    ────────────
         SUMMARY [   TIME ] 2 tests run: 1 passed, 1 failed
            FAIL [   TIME ] unit two: exit code 1
       RUN AGAIN probe run --failed
    ");
}

#[test]
fn a_listing_that_is_long_is_read_whole() {
    let said = project("seq -f '%.0f: test' 1 20000").probe(&["list"]);
    assert_eq!(said.stdout.lines().count(), 20_000);
    assert_eq!(said.stdout.lines().last(), Some("unit 20000"));
}

#[test]
fn a_listing_that_fails_says_what_it_said() {
    let said = project("echo 'one: test'; echo 'no such target' >&2; exit 3").probe(&["run"]);
    assert_eq!(said.code, 104);
    insta::assert_snapshot!(said.stderr, @"
    × cannot list the tests of suite `unit`: `sh list.sh` exited with 3
    help: it said:
          no such target
    ");
    let project = project("");
    let manifest = project.read("probe.toml").replace("\"sh\", \"list.sh\"", "\"no-such-lister\"");
    let said = project.write("probe.toml", &manifest).probe(&["graph"]);
    assert_eq!(said.code, 104);
    insta::assert_snapshot!(said.stderr, @"  × cannot list the tests of suite `unit`: `no-such-lister` cannot be run: program `no-such-lister` is in no directory of PATH: is it installed?");
    let said = self::project("printf '\\377: test\\n'").probe(&["list"]);
    assert_eq!(said.code, 104);
    insta::assert_snapshot!(said.stderr, @"  × cannot list the tests of suite `unit`: `sh list.sh` printed something that is not UTF-8");
}

#[test]
fn a_listing_without_names_is_a_mistake_of_the_manifest() {
    let said = project("echo 'usage: list [--all]'").probe(&["run"]);
    assert_eq!(said.code, 96);
    insta::assert_snapshot!(said.stderr, @r#"
      × `probe.toml` has a mistake

      × the list of suite `unit` names no test
       ╭─[probe.toml:2:1]
     1 │ [suite.unit]
     2 │ list = { run = ["sh", "list.sh"], match = '^(?<name>.+): test$' }
       · ────
     3 │ run = ["sh", "run.sh", "{name}"]
       ╰────
      help: `match` did not match its first line: `usage: list [--all]`
    "#);
}

/// A suite whose listing and whose test want the library, which is made by a command that says so.
fn project_with_library(more: &str) -> Project {
    Project::new(&format!(
        r#"[library.words]
command = ["sh", "-c", "echo made >> made; echo one > words"]
paths = ["words"]
kind = "data"
env = {{ WORDS = "{{path}}", NAMES = "of the library" }}

[suite.unit]
list = {{ run = ["sh", "list.sh"], match = '^(?<name>.+)$' }}
run = ["sh", "-c", "grep -q \"$1\" \"$WORDS\" && test \"$NAMES $MORE\" = 'of the suite and a file'", "sh", "{{name}}"]
needs = ["words"]
tags = ["slow"]
env = {{ NAMES = "of the suite", OWN = "{{name}}" }}
env-file = "more.env"
{more}"#
    ))
    .write("more.env", "MORE=and a file\nNAMES=of a file\n")
    .write(
        "list.sh",
        "echo listed >> listed; test \"$NAMES $MORE$OWN\" = 'of the suite and a file' && \
         test \"$WORDS\" = \"$PROBE_LIBRARY_WORDS\" && cat \"$WORDS\"",
    )
}

#[test]
fn a_suite_is_listed_when_its_libraries_are_there_and_with_its_variables() {
    let project = project_with_library("");
    let said = project.probe(&["run", "-j1"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    insta::assert_snapshot!(said.stderr, @"
        BUILDING                  words: `sh -c echo made >> made; echo one > words`
         PRELOAD [   TIME ] (1/1) words: built, 4 B
        STARTING 1 test with 1 library, 1 at once (run ID)
            PASS [   TIME ] (1/1) unit one
    ────────────
         SUMMARY [   TIME ] 1 test run: 1 passed
    ");
    assert_eq!(
        (project.read("made"), project.read("listed")),
        ("made\n".into(), "listed\n".into())
    );
    for words in
        [&["list"][..], &["graph", "--format", "order"], &["graph", "--why", "one"], &["history"]]
    {
        let project = project_with_library("");
        let said = project.probe(words);
        assert_eq!(said.code, 0, "{words:?}: {}", said.stderr);
        assert!(said.stderr.contains("PRELOAD [   TIME ] (1/1) words: built"), "{}", said.stderr);
    }
}

#[test]
fn a_suite_that_is_not_meant_is_not_listed_and_nothing_is_imported_for_it() {
    let project = project_with_library("\n[test.other]\nrun = [\"true\"]\n");
    for selector in ["suite:other,!tag:x", "!tag:slow", "!library:words", "name:other,!suite:unit"]
    {
        let said = project.probe(&["run", "-s", selector, "-s", "name:other,tag:none"]);
        assert!(said.code == 0 || said.code == 4, "{selector}: {}", said.stderr);
        assert_eq!(project.read("made") + &project.read("listed"), "", "{selector}");
    }
    let said = project.probe(&["run", "-s", "!suite:unit", "-s", "suite:unit,tag:fast"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert!(said.stderr.contains("1 test run: 1 passed"), "{}", said.stderr);
    // It may have a test of this name, and is listed.
    let said = project.probe(&["run", "-s", "other"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert_eq!(project.read("listed"), "listed\n");
}

#[test]
fn a_suite_that_cannot_be_listed_stops_no_other() {
    let more = "\n[test.good]\nrun = [\"true\"]\n\n[test.bad]\nrun = [\"false\"]\n";
    let project = project_with_library(more).write("list.sh", "echo broken >&2; exit 3");
    let said = project.probe(&["run", "-j1", "--status-level", "fail"]);
    assert_eq!(said.code, 104);
    insta::assert_snapshot!(said.stderr, @"
      × cannot list the tests of suite `unit`: `sh list.sh` exited with 3
      help: it said:
            broken
            FAIL [   TIME ] (2/2) bad: exit code 1
    ────────────
         SUMMARY [   TIME ] 2 tests run: 1 passed, 1 failed
            FAIL [   TIME ] bad: exit code 1
       RUN AGAIN probe run --failed
    warning: the tests of suite `unit` did not run: they could not be listed, as said above
    ");
    let said = project.probe(&["list"]);
    assert_eq!((said.code, said.stdout.as_str()), (104, "good\nbad"));
    assert_eq!(project.probe(&["run", "-s", "suite:unit"]).code, 104);
    assert_eq!(project.probe(&["run", "-s", "!suite:unit,good"]).code, 0);
    // A library that is not there is the reason of both, and told by the run alone.
    let manifest = project.read("probe.toml").replace("echo one > words", "exit 7");
    let project = project
        .write("probe.toml", &manifest.replace("[test.bad]", "[test.bad]\nneeds = [\"words\"]"));
    let said = project.probe(&["run", "-j1"]);
    assert_eq!(said.code, 104);
    insta::assert_snapshot!(said.stderr, @"
        BUILDING                  words: `sh -c echo made >> made; exit 7`
      × cannot list the tests of suite `unit`: `sh list.sh` exited with 3
      help: it needs the library `words`, which could not be prepared: the command exited with 7
            it said:
            broken
        STARTING 2 tests with 1 library, 1 at once (run ID)
    PRELOAD FAIL [   TIME ] (1/1) words: the command exited with 7 (blocks 1 test)
            PASS [   TIME ] (2/2) good
    ────────────
         SUMMARY [   TIME ] 1 test run: 1 passed, 1 blocked
         BLOCKED 1 test by library words
                 failed to prepare `words` from `sh -c echo made >> made; exit 7`: the command exited with 7
                 it printed nothing: run it by hand to see why
                 - bad
       RUN AGAIN probe run --failed
    warning: the tests of suite `unit` did not run: they could not be listed, as said above
    ");
    assert_eq!(project.read("made").lines().count(), 4, "once in each run");
}

#[test]
fn a_listing_without_end_is_read_no_further_than_somebody_could_mean() {
    let said = project("echo $$ > pid; yes 'a: test'").probe(&["list"]);
    assert_eq!(said.code, 104);
    insta::assert_snapshot!(said.stderr, @"
    × cannot list the tests of suite `unit`: `sh list.sh` printed more than 16 MiB, and was not read further
    help: let it print the names of the tests alone, or share them among several suites
    ");
}

#[test]
fn a_signal_ends_a_listing_and_what_it_started() {
    let project = project("sleep 1000 & echo $! $$ > listing; wait");
    let child = project.start(&["run"]);
    let pids = project.wait_for("listing");
    kill_process(Pid::from_child(&child), Signal::TERM).expect("probe runs");
    let said = project.end(child);
    assert_eq!(said.code, 143, "{}", said.stderr);
    for pid in pids.split_whitespace() {
        assert!(!is_alive(pid), "process {pid} outlived probe");
    }
}

#[test]
fn a_listing_that_hangs_is_stopped_at_its_timeout_with_all_that_it_started() {
    let script = "trap '' TERM; setsid sleep 1000 & echo $! > away; sleep 1000 & echo $$ $! > pids; wait; sleep 1000";
    let (project, code, text) = with_limits(["1s500ms", "15s", "1m"], |limit| {
        let project = project(script);
        let manifest = project.read("probe.toml");
        let limits = format!("[run]\ntimeout = \"{limit}\"\ngrace = \"100ms\"\n");
        let project = project.write("probe.toml", &(limits + &manifest));
        let said = project.probe(&["list"]);
        if project.path("pids").exists() {
            Ok((project, said.code, said.stderr.replace(limit, "1s500ms")))
        } else {
            Err(said)
        }
    });
    assert_eq!(code, 104);
    insta::assert_snapshot!(text, @"
    × cannot list the tests of suite `unit`: `sh list.sh` took longer than 1s500ms, and was ended
    help: a listing may take as long as a test: raise `timeout` in `[suite.unit]` or `[run]`
    ");
    for pid in format!("{} {}", project.read("away"), project.read("pids")).split_whitespace() {
        assert!(!is_alive(pid), "process {pid} outlived probe");
    }
}

#[test]
fn what_a_listing_leaves_behind_does_not_outlive_it() {
    let project = project(
        "setsid sleep 1000 & echo $! > away; setsid -f sleep 1000 < /dev/null > /dev/null 2>&1; sleep 1000 & echo $! > near; echo 'one: test'",
    );
    let mut probe = project.command(&["list"]);
    let mark = format!("LISTING_LEAVES={}", std::process::id());
    let (name, value) = mark.split_once('=').expect("it has a value");
    let output = probe.env(name, value).output().expect("the binary starts");
    assert_eq!(output.stdout, b"unit one\n");
    for pid in [project.read("away"), project.read("near")] {
        assert!(!is_alive(&pid), "process {pid} outlived probe");
    }
    wait_until(|| marked(&mark) == 0, "the end of what nobody has the number of");
}
