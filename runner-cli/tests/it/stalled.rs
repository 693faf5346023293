//! Streams that nobody reads any more: a full pipe, a full FIFO. They hold up what probe says, and not its end.

use std::fs::File;
use std::os::fd::AsFd;
use std::process::{Child, Stdio};
use std::time::Duration;

use rustix::fs::{Mode, OFlags, mkfifoat};
use rustix::process::{Pid, Signal, kill_process};

use crate::support::{Project, is_alive, wait_at_most, wait_until};

/// A test that says more than a pipe holds, and one that does not end when it is asked to.
const LOUD: &str = r#"[run]
grace = "1h"

[test.loud]
run = ["sh", "-c", "yes xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx | head -c 60000; exit 1"]

[test.loud-too]
run = ["sh", "-c", "yes xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx | head -c 60000; exit 1"]

[test.stubborn]
run = ["sh", "-c", "trap 'echo told > told' INT TERM; echo $$ > stubborn; while :; do sleep 1; done"]
"#;

/// Two signals end probe with the first one's code, and what it runs with it, though nobody reads `stream`.
fn check(project: &Project, mut probe: Child, stream: impl AsFd) {
    let pid = project.wait_for("stubborn");
    // All that a pipe holds but a page: whoever has more to say is held up.
    wait_until(
        || rustix::io::ioctl_fionread(&stream).expect("it is a pipe") > 60_000,
        "the stream to be full",
    );
    let send = |signal| kill_process(Pid::from_child(&probe), signal).expect("probe runs");
    send(Signal::INT);
    // Whoever is held up does not pass it on.
    project.wait_for("told");
    send(Signal::TERM);
    wait_at_most(Duration::from_secs(30), "the end of probe", || {
        probe.try_wait().expect("probe is a child").is_some()
    });
    assert_eq!(probe.wait().expect("it has ended").code(), Some(130));
    assert!(!is_alive(&pid), "process {pid} outlived probe");
}

#[test]
fn a_second_signal_ends_probe_though_nobody_reads_its_errors() {
    let project = Project::new(LOUD);
    let (reader, writer) = std::io::pipe().expect("a pipe");
    let mut command = project.command(&["run", "-j3"]);
    let probe = command.stdout(Stdio::null()).stderr(writer).spawn().expect("the binary starts");
    check(&project, probe, reader);
}

#[test]
fn a_second_signal_ends_probe_though_nobody_reads_its_output() {
    let project = Project::new(LOUD);
    let (reader, writer) = std::io::pipe().expect("a pipe");
    let mut command = project.command(&["run", "-j3", "--report", "jsonl=-"]);
    let probe = command.stdout(writer).stderr(Stdio::null()).spawn().expect("the binary starts");
    check(&project, probe, reader);
}

#[test]
fn a_second_signal_ends_probe_though_nobody_reads_a_report() {
    let project = Project::new(LOUD);
    let fifo = project.path("events");
    mkfifoat(rustix::fs::CWD, &fifo, Mode::RUSR | Mode::WUSR).expect("a FIFO");
    // Both ends, so that nobody waits for the other one.
    let both = rustix::fs::open(&fifo, OFlags::RDWR | OFlags::CLOEXEC, Mode::empty());
    let reader = File::from(both.expect("it can be opened"));
    let mut command = project.command(&["run", "-j3", "--report", "jsonl=events"]);
    command.stdout(Stdio::null()).stderr(Stdio::null());
    check(&project, command.spawn().expect("the binary starts"), reader);
}

#[test]
fn what_exec_says_in_the_end_does_not_make_it_deaf() {
    let project = Project::new(
        r#"[library.words]
command = ["sh", "-c", "echo words > words.txt"]
paths = ["words.txt"]
inputs = ["probe.toml"]
kind = "data"
"#,
    );
    assert_eq!(project.probe(&["preload"]).code, 0);
    let (reader, mut writer) = std::io::pipe().expect("a pipe");
    // Built already, it is nothing to speak of; torn, it is.
    let mut command = project.command(&["exec", "--", "sh", "-c", ": > words.txt; exit 1"]);
    command.stdout(Stdio::null()).stderr(writer.try_clone().expect("another end"));
    std::io::Write::write_all(&mut writer, &vec![b'x'; 65_536]).expect("as much as it holds");
    let mut probe = command.spawn().expect("the binary starts");
    let pid = probe.id().to_string();
    let has_child = || {
        let children = std::fs::read_to_string(format!("/proc/{pid}/task/{pid}/children"));
        !children.unwrap_or_default().is_empty()
    };
    wait_until(|| project.read("words.txt").is_empty() && !has_child(), "the end of the command");
    wait_at_most(Duration::from_secs(30), "the end of probe", || {
        // Perhaps it has not begun to speak.
        let _ = kill_process(Pid::from_child(&probe), Signal::TERM);
        probe.try_wait().expect("probe is a child").is_some()
    });
    assert_eq!(
        std::os::unix::process::ExitStatusExt::signal(&probe.wait().expect("it ended")),
        Some(15)
    );
    drop(reader);
}
