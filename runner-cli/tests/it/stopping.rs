//! Signals to probe in the middle of a run.

use std::net::TcpListener;
use std::path::PathBuf;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};

use crate::killing::marked;
use crate::reports::documents::{junit_cases, tap_results, trace_events};
use crate::support::{Project, is_alive, rounds, state, wait_at_most, wait_until, with_limits};

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
    let reports = "jsonl=/dev/full,html=page.html";
    let mut child = project.start(&["run", "--report", reports]);
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
    // Nothing is said after this end but what belongs to it.
    let complaint = "cannot write the report `jsonl=/dev/full`: No space left on device";
    assert!(said.stderr.contains(complaint), "{}", said.stderr);
    let page = project.read("page.html");
    assert!(page.contains("</html>"), "a page that can be written is whole");
}

#[test]
fn while_probe_is_stopped_so_are_the_tests_and_their_clocks() {
    // It waits without a child: a shell that is stopped while it starts one may be in the middle of vfork, and is never
    // seen as stopped, since it waits in the kernel for a child that is.
    let manifest = r#"[test.waits]
run = ["sh", "-c", "mkfifo go; echo $$ > pid; read line < go"]
timeout = "LIMITs"
slow = "LIMITs"
"#;
    with_limits(["4", "40"], |limit| {
        let project = Project::new(&manifest.replace("LIMIT", limit));
        let child = project.start(&["run"]);
        let test = project.wait_for("pid");
        let probe = Pid::from_child(&child);
        kill_process(probe, Signal::TSTP).expect("probe runs");
        // Too late, they have ended.
        let stops = |pid: &str| matches!(state(pid), None | Some('T' | 'Z'));
        wait_until(|| stops(&probe.to_string()), "the stop of probe");
        wait_until(|| stops(&test), "the stop of the test");
        // Longer than the test may run.
        std::thread::sleep(Duration::from_secs(limit.parse::<u64>().expect("a number") + 1));
        kill_process(probe, Signal::CONT).expect("probe is stopped");
        wait_until(|| state(&test) != Some('T'), "the test to go on");
        // Not by opening it, which would wait for a test that has ended.
        let go = std::fs::File::options().read(true).write(true).open(project.path("go"));
        std::io::Write::write_all(&mut go.expect("open"), b"on\n").expect("write");
        let said = project.end(child);
        let is_right = said.code == 0 && !said.stderr.contains("SLOW");
        if is_right { Ok(()) } else { Err(said) }
    });
}

/// Checks that reports are whole, and nothing is left that was to become one.
fn check_reports(project: &Project, [events, junit, tap, trace]: &[PathBuf; 4], round: u32) {
    // Before there are handlers, a signal ends probe by itself; then there is no report at all, or one without a line.
    let events = std::fs::read_to_string(events).unwrap_or_default();
    if events.is_empty() && !junit.exists() {
        return;
    }
    let last = events.lines().last().expect("there are events");
    assert!(last.contains("\"type\":\"run-ended\""), "round {round}: {last}");
    for line in events.lines() {
        serde_json::from_str::<serde_json::Value>(line).expect("a line is a document");
    }
    let document = std::fs::read_to_string(junit).expect("it is there");
    roxmltree::Document::parse(&document).expect("XML");
    junit_cases(junit);
    trace_events(trace);
    if let Some(end) = tap_results(tap) {
        let why = end["bailout"].as_str().unwrap_or_default();
        assert!(why.starts_with("stopped by SIG"), "round {round}: {why}");
    }
    let files = std::fs::read_dir(project.path("")).expect("it is there").flatten();
    let names = files.map(|file| file.file_name().to_string_lossy().into_owned());
    let left: Vec<String> = names.filter(|name| name.starts_with(".probe-report")).collect();
    assert!(left.is_empty(), "round {round}: {left:?}");
}

#[test]
fn at_any_moment_signals_leave_nothing_behind() {
    let project = Project::new(
        r#"[run]
jobs = 4
grace = "200ms"

[suite.s]
list = { run = ["seq", "1", "1000"], match = '^(?<name>.+)$' }
run = ["sh", "-c", "touch $TEST_TMPDIR/file; setsid sleep 1000 & sleep 1000 & sleep 0.01", "{name}"]
"#,
    )
    .write("temporary/here", "");
    let signals: [(&[Signal], i32); 4] = [
        (&[Signal::INT], 130),
        (&[Signal::TERM], 143),
        (&[Signal::HUP], 129),
        (&[Signal::INT, Signal::INT], 130),
    ];
    for round in 0..rounds(8) {
        let (signals, code) = signals[round as usize % signals.len()];
        let mark = format!("SIGNAL_ROUND={}-{round}", std::process::id());
        let (name, value) = mark.split_once('=').expect("it has a value");
        // None of an earlier round is taken for this one's.
        let reports = ["events.jsonl", "junit.xml", "points.tap", "trace.json"]
            .map(|name| project.path(name));
        for report in &reports {
            let _ = std::fs::remove_file(report);
        }
        let mut command = project.command(&["run"]);
        command.args(["--report", "jsonl=events.jsonl", "--report", "junit=junit.xml"]);
        command.args(["--report", "tap=points.tap", "--report", "trace=trace.json"]);
        command.env(name, value).env("TMPDIR", project.path("temporary"));
        command.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null());
        let child = command.spawn().expect("the binary starts");
        // Any moment is a good one, once there are handlers: before, the signal ends probe by itself.
        std::thread::sleep(Duration::from_millis(rand::random_range(0..400)));
        for &signal in signals {
            // It may have ended at the first one.
            let _ = kill_process(Pid::from_child(&child), signal);
        }
        let said = project.end(child);
        assert_eq!(said.code, code, "round {round}");
        check_reports(&project, &reports, round);
        assert_eq!(marked(&mark), 0, "round {round}: processes are left");
        let left = std::fs::read_dir(project.path("temporary")).expect("it is there").count();
        assert_eq!(left, 1, "round {round}: files are left");
    }
}
