//! What ends services: signals, commands, and the guardian; and what runs after them.

use std::collections::BTreeSet;
use std::process::Stdio;

use rustix::process::{Pid, Signal, kill_process};

use crate::killing::marked;
use crate::support::{Project, Said, wait_until};

fn has(said: &Said, words: &str) -> bool {
    said.stderr.contains(words)
}

#[test]
fn a_command_stops_a_service_and_another_one_runs_after_it() {
    let project = Project::new(
        r#"[service.thing]
run = ["sh", "-c", "touch {dir}/here; echo on 77; until test -e stop-$$; do sleep 0.01; done; echo served >> order"]
ready = { output = 'on (?<word>\d+)' }
stop = { run = ["sh", "-c", "echo $0 $1 $PROBE_SERVICE > said; touch stop-$1", "{word}", "{pid}"] }
cleanup = ["sh", "-c", "test -e {dir}/here && echo cleaned >> order"]

[test.a]
run = ["true"]
needs = ["thing"]
"#,
    );
    let said = project.probe(&["run"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert_eq!(project.read("order"), "served\ncleaned\n");
    let (word, rest) = (project.read("said"), "thing\n");
    assert!(word.starts_with("77 ") && word.ends_with(rest), "{word}");
    assert!(!has(&said, "failed"), "{}", said.stderr);
}

#[test]
fn a_service_that_its_command_does_not_stop_is_ended_by_signals() {
    let project = Project::new(
        r#"[run]
grace = "300ms"

[service.deaf]
run = ["sh", "-c", "echo ready; trap 'echo asked > asked; exit 4' TERM; while :; do sleep 0.01; done"]
ready = { output = 'ready' }
stop = { run = ["true"] }

[service.broken]
run = ["sh", "-c", "echo ready; trap 'echo asked > broken; exit 0' TERM; while :; do sleep 0.01; done"]
ready = { output = 'ready' }
stop = { run = ["sh", "-c", "echo no such server; exit 3"] }
cleanup = ["sh", "-c", "echo still in use >&2; exec sleep 1000"]

[service.dead]
run = ["sh", "-c", "trap '' TERM; echo ready; while :; do sleep 0.01; done"]
ready = { output = 'ready' }
stop = { run = ["there-is-no-such-program"] }

[test.a]
run = ["true"]
needs = ["deaf", "broken", "dead"]
"#,
    );
    let said = project.probe(&["run", "--report", "jsonl=events", "--report", "html=page"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert!(project.path("asked").exists() && project.path("broken").exists());
    for words in [
        "broken: its `stop` failed: exit code 3\n             no such server\n",
        "broken: its `cleanup` failed: it took longer than the `grace` of `[run]`\n             still in use\n",
        "dead: its `stop` failed: program `there-is-no-such-program` is in no directory of PATH",
        "dead: did not end on SIGTERM",
    ] {
        assert!(has(&said, words), "{words}\n{}", said.stderr);
    }
    let events = project.read("events");
    let event = r#""type":"service-trouble","service":"broken","command":"stop","cause":"exit code 3","lines":["no such server"]"#;
    assert!(events.contains(event), "{events}");
    assert!(project.read("page").contains("its `cleanup` failed"));
}

#[test]
fn what_runs_after_a_service_runs_whatever_became_of_it() {
    let project = Project::new(
        r#"[service.missing]
run = ["there-is-no-such-program"]
ready = { output = 'ready' }
cleanup = ["sh", "-c", "echo missing >> cleaned"]

[service.ends]
run = ["sh", "-c", "exit 1"]
ready = { output = 'ready' }
cleanup = ["sh", "-c", "echo ends >> cleaned"]

[service.dies]
run = ["sh", "-c", "echo ready; until test -e crash; do sleep 0.01; done"]
ready = { output = 'ready' }
cleanup = ["sh", "-c", "sleep 0.3; echo dies >> cleaned"]

[service.unused]
run = ["sh", "-c", "echo ready; exec sleep 1000"]
ready = { output = 'ready' }
cleanup = ["touch", "unused"]
needs = ["ends"]

[test.a]
run = ["true"]
needs = ["missing"]

[test.b]
run = ["true"]
needs = ["unused"]

[test.c]
run = ["touch", "crash"]
needs = ["dies"]
"#,
    );
    let said = project.probe(&["run"]);
    assert_eq!(said.code, 105, "{}", said.stderr);
    let cleaned: BTreeSet<String> = project.read("cleaned").lines().map(str::to_owned).collect();
    assert_eq!(cleaned, ["dies", "ends", "missing"].map(str::to_owned).into());
    assert!(!project.path("unused").exists());
}

#[test]
fn what_runs_after_a_service_runs_after_a_signal_and_at_the_end_of_the_time() {
    let manifest = |rest: &str| {
        format!(
            r#"{rest}
[service.thing]
run = ["sh", "-c", "echo ready; exec sleep 1000"]
ready = {{ output = 'ready' }}
cleanup = ["sh", "-c", "sleep 0.2; touch cleaned"]

[test.a]
run = ["sh", "-c", "touch runs; exec sleep 1000"]
needs = ["thing"]
"#
        )
    };
    let project = Project::new(&manifest(""));
    let child = project.start(&["run"]);
    wait_until(|| project.path("runs").exists(), "the test");
    let pid = Pid::from_raw(i32::try_from(child.id()).expect("a pid")).expect("it is one");
    kill_process(pid, Signal::INT).expect("it runs");
    let said = project.end(child);
    assert_eq!(said.code, 130, "{}", said.stderr);
    assert!(project.path("cleaned").exists(), "{}", said.stderr);

    let project = Project::new(&manifest("[run]\nrun-timeout = \"1s\"\n"));
    let said = project.probe(&["run"]);
    assert_eq!(said.code, 100, "{}", said.stderr);
    assert!(project.path("cleaned").exists(), "{}", said.stderr);
}

#[test]
fn the_services_of_a_killed_probe_may_end_by_themselves() {
    let project = Project::new(
        r#"[service.polite]
run = ["sh", "-c", "trap 'kill $!; sleep 0.3; touch left; exit' INT; sleep 1000 & echo ready; while :; do sleep 0.01; done"]
ready = { output = 'ready' }
stop = "INT"

[service.deaf]
run = ["sh", "-c", "trap '' TERM; echo ready; while :; do sleep 0.01; done"]
ready = { output = 'ready' }

[test.a]
run = ["sh", "-c", "echo $$ > test; exec sleep 1000"]
needs = ["polite", "deaf"]
"#,
    );
    let mark = format!("POLITE_ROUND={}", std::process::id());
    let (name, value) = mark.split_once('=').expect("it has a value");
    let mut command = project.command(&["run"]);
    command.env(name, value).stdout(Stdio::null()).stderr(Stdio::null());
    let mut probe = command.spawn().expect("it starts");
    wait_until(|| project.path("test").exists(), "the test");
    probe.kill().expect("it runs");
    probe.wait().expect("it has ended");
    wait_until(|| marked(&mark) == 0, "the end of all processes of a killed run");
    assert!(project.path("left").exists(), "it was asked to end");
}
