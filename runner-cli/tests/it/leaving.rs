//! What tests leave behind: processes in their group and out of it, and files.

use crate::support::{Project, is_alive, wait_until};

/// One way to leave a process: `$1` is a number, by which the four ways take turns; its pid is written to `pids/$1`.
const DAEMON: &str = r"case $(($1 % 4)) in
0) sleep 1000 & ;;
1) sleep 1000 > /dev/null 2>&1 & ;;
2) setsid sleep 1000 & ;;
3) setsid sleep 1000 > /dev/null 2>&1 & ;;
esac
echo $! > pids/$1
";

#[test]
fn every_process_that_a_test_leaves_is_named_and_none_is_alive_afterwards() {
    let project = Project::new(
        r#"[run]
leaks = "report"

[suite.daemon]
list = { run = ["seq", "1", "500"], match = '^(?<name>.+)$' }
run = ["sh", "daemon.sh", "{name}"]
"#,
    )
    .write("daemon.sh", DAEMON)
    .write("pids/here", "");
    let said = project.probe(&["run", "-j16"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert!(said.stderr.contains("500 tests run: 500 passed (500 leaky)"), "{}", said.stderr);
    let (lines, summary) = said.stderr.split_once("────────────\n").expect("a summary");
    for number in 1..=500 {
        let pid = project.read(&format!("pids/{number}"));
        let pid = pid.trim();
        assert!(lines.contains(&format!("left behind: process {pid} `")), "{number}: {lines}");
        let named = format!("LEFT BEHIND daemon {number}: process {pid} `");
        assert!(summary.contains(&named), "{named}: {summary}");
        assert!(!is_alive(pid), "process {pid} of test {number} is alive");
    }
}

#[test]
fn what_becomes_of_a_test_that_leaves_something_is_for_the_manifest_to_say() {
    let daemon = r#"["sh", "-c", "sleep 1000 & echo $! > $PROBE_TEST_NAME"]"#;
    let project = Project::new(&format!(
        r#"[test.kill]
run = {daemon}

[test.report]
run = {daemon}
leaks = "report"

[test.fail]
run = {daemon}
leaks = "fail"

[test.broken]
run = ["sh", "-c", "sleep 1000 & echo $! > broken; exit 1"]

[test.deep]
run = ["sh", "-c", "sh -c 'sleep 1001 & sleep 1000 & echo $! > deep; wait' & while [ ! -s deep ]; do sleep 0.01; done"]
"#,
    ));
    let said = project.probe(&["run", "-j1"]);
    assert_eq!(said.code, 100);
    let mut shown = said.stderr;
    for test in ["kill", "report", "fail", "broken", "deep"] {
        let pid = project.read(test);
        assert!(!is_alive(&pid), "{test}");
        shown = shown.replace(&format!("process {} ", pid.trim()), "process PID ");
    }
    let deep = shown.lines().filter(|line| line.contains("left behind:") && line.contains("100"));
    let deep: Vec<&str> = deep.filter(|line| !line.contains("PID `sleep 1000`")).collect();
    // The shell, and the sleep whose number nobody wrote down.
    assert_eq!(deep.len(), 2, "{shown}");
    let lines = shown.lines().filter(|line| !line.contains("deep") && !deep.contains(line));
    let lines: Vec<&str> = lines.collect();
    insta::assert_snapshot!(lines.join("\n"));
}

#[test]
fn what_ends_by_itself_in_time_is_not_left_behind() {
    let project = Project::new(
        r#"[test.pipeline]
run = ["sh", "-c", "mkfifo ends; { read nothing; echo late; } < ends & exec 3> ends; exit 1"]
leaks = "fail"
"#,
    );
    let said = project.probe(&["run"]);
    assert_eq!(said.code, 100);
    assert!(
        said.stderr.contains("exit code 1") && said.stderr.contains("    late\n"),
        "{}",
        said.stderr
    );
    assert!(!said.stderr.contains("left behind"), "{}", said.stderr);
}

#[test]
fn a_process_that_does_not_say_whose_it_is_is_ended_with_the_run() {
    let project = Project::new(
        r#"[test.hides]
run = ["sh", "-c", "setsid env -i sleep 1000 > /dev/null 2>&1 & echo $! > pid; while grep -qz PROBE /proc/$!/environ; do sleep 0.01; done"]
"#,
    );
    let said = project.probe(&["run"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    let pid = project.read("pid");
    let named =
        format!("LEFT BEHIND by a test that cannot be told: process {} `sleep 1000`", pid.trim());
    assert!(said.stderr.contains(&named), "{}", said.stderr);
    assert!(!is_alive(&pid));
}

#[test]
fn what_the_command_of_a_library_leaves_out_of_its_group_lives_on() {
    let project = Project::new(
        r#"[library.engine]
command = ["sh", "engine.sh"]
paths = ["engine"]
kind = "data"

[test.needy]
run = ["true"]
needs = ["engine"]
leaks = "fail"
"#,
    )
    // A server that is out of the group says so itself: before that, it would die with the group.
    .write(
        "engine.sh",
        r#"setsid sh -c 'echo $$ > server; exec sleep 1000' > /dev/null 2>&1 &
while [ ! -s server ]; do sleep 0.01; done
sleep 1000 &
echo $! > helper
echo engine > engine
"#,
    );
    let said = project.probe(&["run"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert!(!is_alive(&project.read("helper")), "it was in the group of the command");
    let server = project.read("server");
    let server =
        server.trim().parse().ok().and_then(rustix::process::Pid::from_raw).expect("a pid");
    rustix::process::kill_process(server, rustix::process::Signal::KILL).expect("it is alive");
}

#[test]
fn a_test_finds_an_empty_directory_for_its_files() {
    let project = Project::new(
        r#"[suite.s]
files = ["*.sh"]
run = ["sh", "{file}"]
"#,
    )
    .write("1.sh", "echo $TEST_TMPDIR > 1; test -d $TEST_TMPDIR")
    .write("2.sh", "ls -A $TEST_TMPDIR > 2; mkdir -p $TEST_TMPDIR/a/b; touch $TEST_TMPDIR/a/c; chmod 500 $TEST_TMPDIR/a")
    .write("3.sh", "ls -A $TEST_TMPDIR > 3; rmdir $TEST_TMPDIR")
    .write("4.sh", "ls -A $TEST_TMPDIR > 4; echo $TEST_TMPDIR >> 4")
    .write("temporary/here", "");
    let mut command = project.command(&["run", "-j1"]);
    command.env("TMPDIR", project.path("temporary"));
    let output = command.output().expect("the binary starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let directory = project.read("1");
    assert!(directory.starts_with(&project.path("temporary").display().to_string()), "{directory}");
    assert_eq!([project.read("2"), project.read("3")], ["", ""]);
    assert_eq!(project.read("4"), directory);
    let left = std::fs::read_dir(project.path("temporary")).expect("it is there").count();
    assert_eq!(left, 1, "only what was there before");
}

#[test]
fn the_files_of_a_test_are_gone_before_the_next_one_starts() {
    let project = Project::new(
        r#"[test.writes]
run = ["sh", "-c", "mkdir $TEST_TMPDIR/d && cd $TEST_TMPDIR/d && seq 1 20000 | xargs touch"]

[test.looks]
run = ["sh", "-c", "find $TEST_TMPDIR/.. -type f | wc -l > found"]
after = ["writes"]
"#,
    );
    for jobs in ["-j1", "-j2"] {
        let said = project.probe(&["run", jobs]);
        assert_eq!(said.code, 0, "{}", said.stderr);
        assert_eq!(project.read("found").trim(), "0", "{jobs}");
    }
}

#[test]
fn whoever_is_killed_while_it_tidies_up_leaves_no_files() {
    let project = Project::new(
        r#"[test.writes]
run = ["sh", "-c", "mkdir $TEST_TMPDIR/../many && cd $TEST_TMPDIR/../many && seq 1 30000 | xargs touch; pwd > ../../many"]
"#,
    )
    .write("temporary/here", "");
    let mut command = project.command(&["run"]);
    command.env("TMPDIR", project.path("temporary"));
    let mut probe = project.start_command(&mut command);
    let many = std::path::PathBuf::from(project.wait_for("temporary/many").trim());
    let has_begun = || (1..=30).any(|number| !many.join((number * 1000).to_string()).exists());
    while !has_begun() {
        std::thread::yield_now();
    }
    probe.kill().expect("it is a child");
    probe.wait().expect("it has ended");
    let root = many.parent().expect("it is in the directory of the run");
    wait_until(|| !root.exists(), "the removal of the files of a run that was killed");
}
