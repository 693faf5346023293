//! Signals to probe in the middle of a run.

use std::net::TcpListener;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};

use crate::support::{Project, is_alive, wait_at_most};

/// A library that never gets built and a test that never ends, each with a process that it has started.
const ENDLESS: &str = r#"[run]
grace = "200ms"

[library.endless]
command = ["sh", "-c", "sleep 1000 & echo $! $$ > building; wait"]
paths = ["never"]

[test.waits]
run = ["true"]
needs = ["endless"]

[test.sleeps]
run = ["sh", "-c", "sleep 1000 & echo $! $$ > sleeping; wait"]
"#;

fn check(signals: &[Signal], expected: i32) {
    let project = Project::new(ENDLESS);
    let child = project.start(&["run", "-j2"]);
    let pids = format!("{} {}", project.wait_for("building"), project.wait_for("sleeping"));
    for &signal in signals {
        kill_process(Pid::from_child(&child), signal).expect("probe runs");
    }
    let said = project.end(child);
    assert_eq!(said.code, expected, "{}", said.stderr);
    assert!(said.stderr.contains("SUMMARY"), "{}", said.stderr);
    assert!(said.stderr.contains("INTERRUPTED"), "{}", said.stderr);
    for pid in pids.split_whitespace() {
        assert!(!is_alive(pid), "process {pid} outlived probe");
    }
}

#[test]
fn a_signal_leaves_nothing_behind_and_decides_the_exit_code() {
    check(&[Signal::INT], 130);
    check(&[Signal::TERM], 143);
    check(&[Signal::HUP], 129);
}

#[test]
fn a_second_signal_does_not_wait_for_the_grace() {
    let project = Project::new(
        r#"[run]
grace = "1h"

[test.stubborn]
run = ["sh", "-c", "trap '' INT; echo $$ > stubborn; while :; do sleep 1; done"]
"#,
    );
    let mut child = project.start(&["run"]);
    let pid = project.wait_for("stubborn");
    let probe = Pid::from_child(&child);
    kill_process(probe, Signal::INT).expect("probe runs");
    // The first one is heard before the second is sent: two at once may be delivered as one.
    let mut stderr = std::io::BufReader::new(child.stderr.take().expect("it is piped"));
    let mut line = String::new();
    while !line.contains("STOPPING") {
        line.clear();
        assert!(std::io::BufRead::read_line(&mut stderr, &mut line).expect("probe writes") > 0);
    }
    kill_process(probe, Signal::INT).expect("probe runs");
    assert_eq!(child.wait().expect("probe ends").code(), Some(130));
    assert!(!is_alive(&pid));
}

#[test]
fn a_server_that_does_not_answer_does_not_hold_up_the_end() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port on loopback");
    let port = listener.local_addr().expect("it is bound").port();
    let project = Project::new(&format!(
        r#"[library.engine]
url = "http://127.0.0.1:{port}/engine.so"

[test.needy]
run = ["true"]
needs = ["engine"]
"#
    ));
    let mut child = project.start(&["run"]);
    // The request has come, and is never answered.
    let _connection = listener.accept().expect("probe asks");
    kill_process(Pid::from_child(&child), Signal::INT).expect("probe runs");
    // The loader itself would give up after a minute.
    let hangs = Duration::from_secs(30);
    wait_at_most(hangs, "the end of probe", || {
        child.try_wait().expect("probe is a child").is_some()
    });
    let said = project.end(child);
    assert_eq!(said.code, 130, "{}", said.stderr);
    assert!(said.stderr.contains("0 tests run: 0 passed, 1 not run"), "{}", said.stderr);
}
