//! SIGKILL to probe itself, at random moments of a run.

use std::fs;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};

use crate::support::{Project, is_alive, rounds, state, wait_until};

/// Tests of every kind that is hard to find: short and long ones, in their group and out of it, with streams and without.
const BUSY: &str = r#"[run]
jobs = 4

[suite.quick]
list = { run = ["seq", "1", "1000"], match = '^(?<name>.+)$' }
run = ["sh", "-c", "touch $TEST_TMPDIR/file; setsid sleep 1000 & sleep 1000 > /dev/null 2>&1 & sleep 0.01", "{name}"]

[suite.slow]
list = { run = ["seq", "1", "100"], match = '^(?<name>.+)$' }
run = ["sh", "-c", "setsid -f sleep 1000 > /dev/null 2>&1; sleep 1000", "{name}"]
"#;

/// How many processes have `variable` in their environment.
pub(crate) fn marked(variable: &str) -> usize {
    let entries = fs::read_dir("/proc").expect("there is a /proc").flatten();
    let environments = entries.filter_map(|entry| fs::read(entry.path().join("environ")).ok());
    environments
        .filter(|environment| {
            environment.split(|&byte| byte == 0).any(|one| one == variable.as_bytes())
        })
        .count()
}

#[test]
fn a_killed_probe_leaves_neither_processes_nor_files() {
    let project = Project::new(BUSY).write("temporary/here", "");
    // A run of somebody else, and a process that nobody has registered.
    let other =
        Project::new("[test.a]\nrun = [\"sh\", \"-c\", \"echo $$ > pid; exec sleep 1000\"]\n");
    let other_run = other.start(&["run"]);
    let stranger = other.wait_for("pid");
    let mut killed = 0;
    for round in 0..rounds(8) {
        let mark = format!("KILLED_ROUND={}-{round}", std::process::id());
        let (name, value) = mark.split_once('=').expect("it has a value");
        let mut command = project.command(&["run"]);
        command.env(name, value).env("TMPDIR", project.path("temporary"));
        command.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null());
        let mut probe = command.spawn().expect("the binary starts");
        if round % 2 == 1 {
            wait_until(|| marked(&mark) > 1, "the start of a test");
        }
        // Any moment is a good one.
        std::thread::sleep(Duration::from_millis(rand::random_range(0..300)));
        killed += marked(&mark).saturating_sub(1);
        probe.kill().expect("it runs");
        probe.wait().expect("it has ended");
        wait_until(|| marked(&mark) == 0, "the end of all processes of a killed run");
        let left = || fs::read_dir(project.path("temporary")).expect("it is there").count();
        wait_until(|| left() == 1, "the removal of the files of a killed run");
    }
    assert!(killed > 0, "no round came far enough to start something");
    kill_process(Pid::from_child(&other_run), Signal::KILL).expect("the other run goes on");
    let _ = other.end(other_run);
    assert!(!is_alive(&stranger));
}

/// Ways to give up everything by which a process could be known: its environment, its session and group, its streams, and
/// its parent, which ends at once.
const STRANGERS: &str = r#"close="exec > /dev/null 2>&1 < /dev/null 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&-"
setsid env -i sh -c "echo \$\$ > pids/child; $close; exec sleep 1000" &
(setsid env -i sh -c "(echo \$\$ > pids/orphan; $close; exec sleep 1000) & echo \$! > pids/orphan" &)
(setsid env -i sh -c "(setsid sh -c \"echo \\\$\\\$ > pids/daemon; $close; exec sleep 1000\" &)" &)
while [ ! -s pids/child ] || [ ! -s pids/orphan ] || [ ! -s pids/daemon ]; do sleep 0.01; done
touch ready
sleep 1000
"#;

#[test]
fn what_has_given_up_all_by_which_it_is_known_does_not_outlive_a_killed_probe() {
    let project = Project::new(
        r#"[library.server]
command = ["sh", "-c", "setsid sh -c 'echo $$ > server; exec sleep 1000' > /dev/null 2>&1 & while [ ! -s server ]; do sleep 0.01; done"]
paths = ["server"]
kind = "data"

[test.a]
run = ["sh", "test.sh"]
needs = ["server"]
"#,
    )
    .write("test.sh", STRANGERS)
    .write("pids/here", "");
    let mut probe = project.start(&["run"]);
    wait_until(|| project.path("ready").exists(), "the test's processes");
    probe.kill().expect("it runs");
    probe.wait().expect("it has ended");
    for name in ["child", "orphan", "daemon"] {
        let pid = project.read(&format!("pids/{name}"));
        assert!(!is_alive(&pid), "the {name}, process {pid}, is alive");
    }
    // A compiler's server may: it was a library's command that started it.
    let server = project.read("server");
    assert_eq!(state(&server), Some('S'), "process {server}");
    let pid = Pid::from_raw(server.trim().parse().expect("a number")).expect("not 0");
    kill_process(pid, Signal::KILL).expect("it is there");
}
