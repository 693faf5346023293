//! `probe race`: the disease on scratch caches, and the cure beside it.

use std::fs;
use std::process::Stdio;

use rustix::process::{Pid, Signal, kill_process};

use crate::support::{Project, is_alive};

/// A copy that finds the library half written dies as one does that loads it: the others of its round wait until the
/// first one has begun, and that one ends only when they have looked.
const TORN: &str = r#"
lib="$HOME/.cache/lib.so"
if mkdir "$HOME/.cache/writing" 2> /dev/null; then
    [ "${ALONE:-$PROBE_RACE_COPIES}" = 1 ] || while [ ! -e "$HOME/.cache/seen" ]; do sleep 0.01; done
    printf '\177ELF whole' > "$lib"
elif [ ! -e "$lib" ]; then
    touch "$HOME/.cache/seen"
    echo "could not open library: $lib: file too short" >&2
    exit 1
fi
"#;

fn race(project: &Project, options: &[&str], script: &str) -> crate::support::Said {
    let arguments = [&["race"], options, &["--", "sh", "-c", script]].concat();
    project.probe(&arguments)
}

/// The table without its trailing blanks.
fn lines(text: &str) -> String {
    text.lines().map(str::trim_end).collect::<Vec<_>>().join("\n")
}

#[test]
fn what_copies_die_of_is_counted_by_kind() {
    let script = "case $PROBE_RACE_COPY in 1) ;; 2) kill -BUS $$ ;; 3) exit 139 ;; 4) echo oops; exit 3 ;; esac";
    let said = race(&Project::bare(), &["--rounds", "2", "--copies", "4", "--jobs", "2"], script);
    assert_eq!(said.code, 100, "{}", said.stderr);
    insta::assert_snapshot!(lines(&said.stdout), @"
                                without probe
    copies                                  8
    failed                                  6
      SIGBUS                                2
      exit code 139 (SIGSEGV)               2
      exit code 3                           2
    rounds                                  2
    rounds with a failure                   2
    exit code 3: oops
    no native file came into the empty caches
    ");
    insta::assert_snapshot!(said.stderr, @"
    ROUND 1/2 without probe: 3 of 4 copies failed: 1 × SIGBUS, 1 × exit code 139 (SIGSEGV), 1 × exit code 3
    ROUND 2/2 without probe: 3 of 4 copies failed: 1 × SIGBUS, 1 × exit code 139 (SIGSEGV), 1 × exit code 3
    ");
}

#[test]
fn the_cure_stands_beside_the_disease() {
    let manifest = r#"
        [library.torn]
        command = ["sh", "-c", "echo built >> log; ALONE=1 sh script"]
        paths = ["~/.cache/lib.so"]
        inputs = ["script"]
        kind = "data"
    "#;
    let project = Project::new(manifest).write("script", TORN);
    let options = ["--rounds", "2", "--copies", "2", "--with-probe"];
    let said = race(&project, &options, "sh script");
    assert_eq!(said.code, 0, "{}\n{}", said.stdout, said.stderr);
    insta::assert_snapshot!(lines(&said.stdout), @"
                                      without probe   with probe
    copies                                        4            4
    failed                                        2            0
      exit code 1: “file too short”               2            0
    rounds                                        2            2
    rounds with a failure                         2            0
    exit code 1: “file too short”: could not open library: ~/.cache/lib.so: file too short
    what a round brings into its empty caches:
        ~/.cache/lib.so (10 B)
    ");
    assert_eq!(project.read("log"), "built\n".repeat(2), "once in every round");
}

#[test]
fn what_fails_alone_does_not_fail_of_a_race() {
    let said = race(&Project::bare(), &[], "echo no such thing >&2; exit 3");
    assert_eq!((said.code, said.stdout.as_str()), (100, ""));
    insta::assert_snapshot!(said.stderr, @"
    × the command fails on empty caches even when it runs alone: exit code 3
    │ no such thing
    help: `--keep NAME` leaves a variable as it is, HOME for one, where the command needs more of it than caches; `--copies 1` counts how often a command fails whose own processes race, such as a test runner
    ");
    assert_eq!(Project::bare().probe(&["race", "--", "no-such-program"]).code, 127);
}

/// As a test runner does, which starts the processes itself that then race.
#[test]
fn one_copy_of_a_command_whose_own_processes_race_is_counted_in_every_round() {
    let script = r#"echo started >> "$LOG"; kill -BUS $$"#;
    let project = Project::bare();
    let options = ["--rounds", "2", "--copies", "1", "--format", "json", "--", "sh", "-c", script];
    let mut command = project.command(&[&["race"], &options[..]].concat());
    let output = command.env("LOG", project.path("log")).output().expect("the binary starts");
    let said = project.said(&output);
    let document: serde_json::Value = serde_json::from_str(&said.stdout).expect("it is JSON");
    assert_eq!(document["without_probe"]["failed"], 2, "{}", said.stderr);
    assert_eq!(project.read("log"), "started\n".repeat(2), "no run before the rounds");
}

#[test]
fn nothing_of_the_users_is_touched_and_every_round_begins_empty() {
    let script = r#"
        for place in "$HOME" "$XDG_CACHE_HOME" "$DENO_DIR" "$TMPDIR" "$MINE" cache; do
            [ ! -e "$place/mark" ] || { echo "$place is not empty" >&2; exit 1; }
            mkdir -p "$place"
            touch "$place/mark"
        done
    "#;
    let project = Project::bare().write("cache/kept", "mine").write("home/.cache/kept", "mine");
    let options = ["--rounds", "2", "--copies", "1", "--fresh", "cache/", "--fresh-var", "MINE"];
    let arguments = [&["race"], &options[..], &["--", "sh", "-c", script]].concat();
    let mut command = project.command(&arguments);
    command.env("HOME", project.path("home")).env("TMPDIR", project.path("home"));
    let said = project.said(&command.output().expect("the binary starts"));
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert_eq!(project.read("cache/kept"), "mine");
    let left: Vec<_> = fs::read_dir(project.path("home")).expect("it is there").flatten().collect();
    assert_eq!(left.len(), 1, "{left:?}");
    assert!(!project.path("cache/mark").exists() && !project.path("cache.before-race").exists());
}

#[test]
fn a_race_that_is_stopped_leaves_no_copy_and_puts_back_what_it_moved() {
    let project = Project::bare().write("cache/kept", "mine");
    let script = "echo $$ > running; while :; do sleep 0.05; done";
    let arguments = ["race", "--fresh", "cache", "--", "sh", "-c", script];
    let mut command = project.command(&arguments);
    let child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it starts");
    let pid = project.wait_for("running");
    kill_process(Pid::from_child(&child), Signal::TERM).expect("probe runs");
    assert_eq!(project.end(child).code, 143);
    assert!(!is_alive(&pid));
    assert_eq!(project.read("cache/kept"), "mine");
}

#[test]
fn a_result_for_programs_is_one_document() {
    let options = ["--rounds", "1", "--copies", "2", "--format", "json"];
    let said = race(&Project::bare(), &options, "[ $PROBE_RACE_COPY = 1 ]");
    let document: serde_json::Value = serde_json::from_str(&said.stdout).expect("it is JSON");
    assert_eq!(document["without_probe"]["failed"], 1);
    assert_eq!(document["without_probe"]["deaths"][0]["kind"], "exit code 1");
    assert_eq!(document["with_probe"], serde_json::Value::Null);
}

#[test]
fn a_race_of_nothing_is_refused_in_words() {
    for option in ["--rounds", "--copies", "--jobs"] {
        let said = Project::bare().probe(&["race", option, "0", "--", "true"]);
        assert_eq!(said.code, 2);
        assert!(said.stderr.contains("not a number from 1 on"), "{}", said.stderr);
    }
}
