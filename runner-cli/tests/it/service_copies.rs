//! Services that are started again when they die, and those of which each slot or each test has its own.

use std::collections::{BTreeMap, BTreeSet};

use crate::support::{Project, Said, is_alive};

fn has(said: &Said, words: &str) -> bool {
    said.stderr.contains(words)
}

/// A service that writes its port and its process down and is ready, then does `rest`.
fn manifest(keys: &str, rest: &str, tests: &str) -> String {
    let run = format!("echo \"$0 $$\" >> starts; touch $1/mine; echo ready; {rest}");
    format!(
        "[run]\ngrace = \"2s\"\n\n[service.thing]\nrun = [\"sh\", \"-c\", '{run}', \"{{port}}\", \"{{dir}}\"]\nready = {{ output = \"ready\" }}\nenv = {{ PORT = \"{{port}}\", DIR = \"{{dir}}\" }}\n{keys}\n\n{tests}"
    )
}

/// The ports and processes that were written down, in their order.
fn starts(project: &Project) -> Vec<(String, String)> {
    let text = project.read("starts");
    let pair = |line: &str| {
        let (port, pid) = line.split_once(' ').expect("a port and a process");
        (port.to_owned(), pid.to_owned())
    };
    text.lines().map(pair).collect()
}

#[test]
fn a_service_that_dies_is_started_again_where_it_was() {
    let project = Project::new(&manifest(
        "restart = \"on-failure\"",
        "if test -e crashed; then exec sleep 1000; fi; until test -e crash; do sleep 0.01; done; touch crashed; echo out of memory; exit 9",
        r#"[test.uses]
run = ["sh", "-c", "echo $PORT > port; touch crash; until grep -q service-restarting events; do sleep 0.01; done; test $PROBE_ATTEMPT = 2"]
needs = ["thing"]
retries = 1

[test.waits]
run = ["sh", "-c", "test $PORT = $(cat port) && test -e $DIR/mine"]
needs = ["thing"]
after = ["uses"]
"#,
    ));
    let said = project.probe(&["run", "--report", "jsonl=events", "--report", "html=page"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    for words in [
        "thing: exit code 9 (1 test was using it); starts again in 0.25 s (1 of 3)\n             ready\n             out of memory\n",
        "2 tests run: 2 passed (1 flaky)",
    ] {
        assert!(has(&said, words), "{words}\n{}", said.stderr);
    }
    let starts = starts(&project);
    let [(first, _), (second, pid)] = &starts[..] else { panic!("{starts:?}") };
    assert_eq!(first, second, "its port stays what it was");
    assert!(!is_alive(pid));
    let events = project.read("events");
    for event in [
        r#""type":"service-restarting","service":"thing","cause":"exit code 9","lines":["ready","out of memory"],"was-ready":true,"#,
        r#""kind":"service-lost""#,
    ] {
        assert!(events.contains(event), "{event}\n{events}");
    }
    assert_eq!(events.matches("service-ready").count(), 2);
    assert!(project.read("page").contains("ended by itself, to be started again"));
}

#[test]
fn a_service_is_started_again_only_a_few_times() {
    let tests =
        "[test.uses]\nrun = [\"true\"]\nneeds = [\"thing\"]\n[test.free]\nrun = [\"true\"]\n";
    let keys = "restart = \"on-failure\"\nstart-timeout = \"1m\"";
    let manifest = manifest(keys, "exit 3", tests).replace("\"ready\"", "\"never\"");
    let project = Project::new(&manifest);
    let said = project.probe(&["run"]);
    assert_eq!(said.code, 105, "{}", said.stderr);
    assert_eq!(starts(&project).len(), 4, "once, and three times again");
    assert!(has(&said, "starts again in 1.00 s (3 of 3)"), "{}", said.stderr);
    assert!(has(&said, "exit code 3"), "{}", said.stderr);
    // By default it is not.
    let project = Project::new(&manifest.replace("restart = \"on-failure\"", ""));
    assert_eq!(project.probe(&["run"]).code, 105);
    assert_eq!(starts(&project).len(), 1);
}

#[test]
fn a_run_that_is_stopped_starts_nothing_again() {
    let project = Project::new(&manifest(
        "restart = \"on-failure\"",
        "until test -e crash; do sleep 0.01; done; exit 9",
        "[test.uses]\nrun = [\"sh\", \"-c\", \"touch crash; until grep -q service-restarting events; do sleep 0.01; done; exit 1\"]\nneeds = [\"thing\"]\n[test.waits]\nrun = [\"true\"]\nneeds = [\"thing\"]\nafter = [\"uses\"]\n",
    ));
    let said = project.probe(&["run", "--fail-fast", "--report", "jsonl=events"]);
    assert_eq!(said.code, 100, "{}", said.stderr);
    assert_eq!(starts(&project).len(), 1, "{}", said.stderr);
    assert!(has(&said, "SERVICE LOST"), "{}", said.stderr);
}

#[test]
fn each_slot_has_a_service_of_its_own() {
    let project = Project::new(&manifest(
        "per = \"slot\"",
        "exec sleep 1000",
        r#"[suite.s]
list = { run = ["seq", "10"], match = '^(?<name>.+)$' }
run = ["sh", "-c", "echo $PROBE_SLOT $PORT $DIR >> seen; sleep 0.1", "{name}"]
needs = ["thing"]

[test.free]
run = ["sleep", "0.5"]
"#,
    ));
    let said = project.probe(&["run", "-j3", "--status-level", "all"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    let mut slots = BTreeMap::new();
    for line in project.read("seen").lines() {
        let [slot, port, dir] = line.split(' ').collect::<Vec<_>>()[..] else { panic!("{line}") };
        let (port, dir) = (port.to_owned(), dir.to_owned());
        assert!(dir.ends_with(&format!("/services/thing@{slot}")), "{dir}");
        let first = slots.entry(slot.to_owned()).or_insert_with(|| (port.clone(), dir.clone()));
        assert_eq!(*first, (port, dir), "a slot keeps its own");
    }
    let starts = starts(&project);
    assert!((1..=3).contains(&starts.len()) && starts.len() == slots.len(), "{starts:?}");
    let ports: BTreeSet<_> = starts.iter().map(|(port, _)| port).collect();
    assert_eq!(ports.len(), starts.len(), "{starts:?}");
    assert!(has(&said, "thing (slot "), "{}", said.stderr);
    assert!(starts.iter().all(|(_, pid)| !is_alive(pid)));
}

#[test]
fn each_attempt_of_a_test_has_a_service_of_its_own() {
    let project = Project::new(&manifest(
        "per = \"test\"\nneeds = [\"shared\"]",
        "trap \"touch ended-$$; exit\" TERM; while :; do sleep 0.01; done",
        r#"[service.shared]
run = ["sh", "-c", "echo once >> shared; echo ready; exec sleep 1000"]
ready = { output = 'ready' }
env = { SHARED = "yes" }

[suite.s]
list = { run = ["seq", "3"], match = '^(?<name>.+)$' }
run = ["sh", "-c", "test -e $DIR/mine && test ! -e $DIR/used && touch $DIR/used && test $0 != 2 -o $PROBE_ATTEMPT = 2", "{name}"]
needs = ["thing", "shared"]
retries = 1
"#,
    ));
    let said = project.probe(&["run", "-j2", "--report", "jsonl=events"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    let starts = starts(&project);
    assert_eq!(starts.len(), 4, "one for each attempt: {starts:?}");
    assert!(starts.iter().all(|(_, pid)| project.path(&format!("ended-{pid}")).exists()));
    assert_eq!(project.read("shared").lines().count(), 1);
    let events = project.read("events");
    assert!(events.contains(r#""service":"thing","of":"test s 2""#), "{events}");
    assert_eq!(events.matches(r#""type":"service-stopped","service":"thing""#).count(), 4);
}

#[test]
fn a_service_of_tests_that_cannot_start_blocks_all_that_need_it_at_once() {
    for per in ["slot", "test"] {
        let tests = "[suite.s]\nlist = { run = [\"seq\", \"20\"], match = '^(?<name>.+)$' }\nrun = [\"true\", \"{name}\"]\nneeds = [\"thing\"]\n[test.free]\nrun = [\"true\"]\n";
        let manifest = manifest(&format!("per = \"{per}\""), "exit 4", tests);
        let project = Project::new(&manifest.replace("\"ready\"", "\"never\""));
        let said = project.probe(&["run", "-j1"]);
        assert_eq!(said.code, 105, "{}", said.stderr);
        assert_eq!(starts(&project).len(), 1, "{}", said.stderr);
        assert!(has(&said, "1 test run: 1 passed, 20 blocked"), "{}", said.stderr);
    }
}

#[test]
fn a_test_whose_own_service_dies_has_a_new_one_the_next_time() {
    for per in ["slot", "test"] {
        let project = Project::new(&manifest(
            &format!("per = \"{per}\""),
            "if test -e crashed; then exec sleep 1000; fi; until test -e crash; do sleep 0.01; done; touch crashed; exit 9",
            "[test.uses]\nrun = [\"sh\", \"-c\", \"if test $PROBE_ATTEMPT = 2; then exit; fi; touch crash; until test -e crashed; do sleep 0.01; done; exit 1\"]\nneeds = [\"thing\"]\nretries = 1\n",
        ));
        let said = project.probe(&["run"]);
        assert_eq!(said.code, 0, "{}", said.stderr);
        assert_eq!(starts(&project).len(), 2, "{}", said.stderr);
        assert!(has(&said, "SERVICE DIED"), "{}", said.stderr);
        assert!(has(&said, "1 test run: 1 passed (1 flaky)"), "{}", said.stderr);
    }
}
