//! Suites whose tests a command lists.

use rustix::process::{Pid, Signal, kill_process};

use crate::killing::marked;
use crate::support::{Project, is_alive, wait_until};

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

    Error: 
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
    let project = project(
        "trap '' TERM; setsid sleep 1000 & echo $! > away; sleep 1000 & echo $$ $! > pids; wait; sleep 1000",
    );
    let manifest = project.read("probe.toml");
    let project = project.write(
        "probe.toml",
        &format!("[run]\ntimeout = \"1s500ms\"\ngrace = \"100ms\"\n{manifest}"),
    );
    let said = project.probe(&["list"]);
    assert_eq!(said.code, 104);
    insta::assert_snapshot!(said.stderr, @"  × cannot list the tests of suite `unit`: `sh list.sh` ran into the `timeout` of `[run]`, 1s500ms");
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
