//! Services behind the second door, and around a test that has the terminal: started before, stopped after, whatever happens.

use rustix::process::{Pid, Signal, kill_process};

use crate::support::{Project, is_alive, wait_until};

/// A service that says in `log` when it starts and when it is asked to end, one that needs it, and a library.
const MANIFEST: &str = r#"[run]
grace = "5s"

[library.words]
command = ["sh", "-c", "echo hello > words.txt"]
paths = ["words.txt"]
kind = "data"
env = { WORDS = "{path}" }

[service.thing]
run = ["sh", "-c", "trap 'echo stopped >> log; exit 0' TERM; echo $$ > pid; echo started {dir} >> log; echo ready now; while :; do sleep 0.02; done"]
ready = { output = 'ready (?<word>\w+)' }
env = { WORD = "{word}", DIR = "{dir}" }
needs = ["words"]

[service.upper]
run = ["sh", "-c", "echo upper knows $WORD; exec sleep 1000"]
ready = { output = 'upper knows (?<what>\w+)' }
env = { UPPER = "{what}" }
needs = ["thing"]
"#;

fn project() -> Project {
    Project::new(MANIFEST)
}

fn exec<'a>(needs: &'a str, script: &'a str) -> [&'a str; 7] {
    ["exec", "--needs", needs, "--", "sh", "-c", script]
}

#[test]
fn a_command_has_what_it_needs_ready_and_keeps_its_exit_code() {
    let project = project();
    let script = "echo $WORD, $UPPER, $PROBE_SLOT$PROBE_RUN_ID; test -d $DIR && kill -0 $(cat pid) && exit 7";
    let said = project.probe(&exec("upper,thing,words", script));
    assert_eq!((said.code, said.stdout.as_str()), (7, "now, now,"), "{}", said.stderr);
    insta::assert_snapshot!(said.stderr, @"
    BUILDING                  words: `sh -c echo hello > words.txt`
     PRELOAD [   TIME ] (1/1) words: built, 6 B
     SERVICE [   TIME ]       thing: ready
     SERVICE [   TIME ]       upper: ready
    ");
    let log = project.read("log");
    let [started, stopped] = log.lines().collect::<Vec<_>>()[..] else { panic!("{log}") };
    assert_eq!(stopped, "stopped");
    let directory = started.strip_prefix("started ").expect("it says where");
    assert!(!std::fs::exists(directory).expect("it can be asked"), "{directory}");
    assert!(!is_alive(&project.read("pid")));
}

#[test]
fn libraries_of_a_service_come_with_it_and_no_others_do() {
    let project = project();
    let said =
        project.probe(&exec("thing", "test -s words.txt && test -z \"$UPPER\" && echo $WORDS"));
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert!(!said.stderr.contains("upper"), "{}", said.stderr);
}

#[test]
fn without_a_service_the_command_does_not_run() {
    let project = Project::new(
        "[service.thing]\nrun = [\"sh\", \"-c\", \"echo no configuration; exit 3\"]\nready = { output = 'never' }\n",
    );
    let said = project.probe(&exec("thing", "touch ran"));
    assert_eq!(said.code, 105, "{}", said.stderr);
    assert!(!project.path("ran").exists());
    insta::assert_snapshot!(said.stderr, @"
    SERVICE FAIL [   TIME ]       thing: exit code 3
                 no configuration
    ");
}

#[test]
fn a_service_that_dies_meanwhile_is_told_and_the_command_goes_on() {
    let project = project();
    let script =
        "kill -KILL $(cat pid); while kill -0 $(cat pid) 2> /dev/null; do sleep 0.02; done; exit 4";
    let said = project.probe(&exec("thing", script));
    assert_eq!(said.code, 4, "{}", said.stderr);
    insta::assert_snapshot!(said.stderr, @"
        BUILDING                  words: `sh -c echo hello > words.txt`
         PRELOAD [   TIME ] (1/1) words: built, 6 B
         SERVICE [   TIME ]       thing: ready
    SERVICE DIED [   TIME ]       thing: killed by SIGKILL
                 ready now
    ");
}

#[test]
fn a_signal_is_the_commands_and_services_end_after_it() {
    let project = project();
    let script =
        "trap 'echo told >> log; exit 9' TERM; echo $$ > running; while :; do sleep 0.02; done";
    let child = project.start(&exec("thing", script));
    let pid = project.wait_for("running");
    kill_process(Pid::from_child(&child), Signal::TERM).expect("probe runs");
    let said = project.end(child);
    assert_eq!(said.code, 9, "{}", said.stderr);
    let log = project.read("log");
    assert!(log.ends_with("told\nstopped\n"), "{log}");
    assert!(!is_alive(&pid) && !is_alive(&project.read("pid")));
}

#[test]
fn a_signal_before_the_command_stops_what_has_started() {
    let project = Project::new(
        "[service.thing]\nrun = [\"sh\", \"-c\", \"echo $$ > pid; exec sleep 1000\"]\nready = { output = 'never' }\n",
    );
    let child = project.start(&exec("thing", "touch ran"));
    let pid = project.wait_for("pid");
    kill_process(Pid::from_child(&child), Signal::TERM).expect("probe runs");
    assert_eq!(project.end(child).code, 143);
    assert!(!project.path("ran").exists() && !is_alive(&pid));
}

#[test]
fn nothing_of_a_service_outlives_a_killed_probe() {
    let project = project();
    let child = project.start(&exec("upper", "echo $$ > running; exec sleep 1000"));
    let command = project.wait_for("running");
    kill_process(Pid::from_child(&child), Signal::KILL).expect("probe runs");
    project.end(child);
    let service = project.read("pid");
    assert!(!is_alive(&service) && !is_alive(&command));
    let log = project.read("log");
    let directory = log.lines().next().and_then(|line| line.strip_prefix("started "));
    let directory = directory.expect("it says where").to_owned();
    wait_until(|| !std::fs::exists(&directory).unwrap_or(true), "the directory is removed");
}

#[test]
fn what_cannot_be_meant_is_said() {
    let project = project();
    let said = project.probe(&exec("thing,think", "true"));
    assert_eq!(said.code, 96, "{}", said.stderr);
    insta::assert_snapshot!(said.stderr, @"
    × there is no library or service `think`
    help: there are `words`, `thing`, `upper`
    ");
    let said = project.probe(&["preload", "thing"]);
    insta::assert_snapshot!(said.stderr, @"
    × `thing` is a service, and no library
    help: `probe exec --needs thing -- COMMAND` starts it
    ");
    let said = project.probe(&["exec", "--replace", "--needs", "thing", "--", "touch", "ran"]);
    assert_eq!(said.code, 2, "{}", said.stderr);
    insta::assert_snapshot!(said.stderr, @"
      BUILDING                  words: `sh -c echo hello > words.txt`
       PRELOAD [   TIME ] (1/1) words: built, 6 B
    × with `--replace` nothing is left of probe that could stop the services of `--needs`: leave one of them out
    ");
    let said = project.probe(&["exec", "--needs", "thing", "--", "no-such-program"]);
    assert_eq!(said.code, 127, "{}", said.stderr);
    assert!(!project.path("log").exists(), "nothing is started for a command that is not there");
}

#[test]
fn a_test_that_has_the_terminal_has_its_services_and_what_runs_around_it() {
    let project = Project::new(&format!(
        r#"{MANIFEST}
[test.a]
run = ["sh", "-c", "echo $WORD $MADE >> log; exit 5"]
before = ["sh", "-c", "echo before $WORD >> log"]
cleanup = ["sh", "-c", "echo cleanup $WORD >> log"]
needs = ["thing"]
retries = 3

[test.unprepared]
run = ["touch", "ran"]
before = ["sh", "-c", "echo not today; exit 2"]
"#
    ));
    let said = project.probe(&["run", "--debug", "a"]);
    assert_eq!(said.code, 5, "{}", said.stderr);
    let log = project.read("log");
    let lines: Vec<&str> = log.lines().collect();
    assert_eq!(lines[1..], ["before now", "now", "cleanup now", "stopped"], "{log}");
    let said = project.probe(&["run", "--debug", "unprepared"]);
    assert_eq!(said.code, 100, "{}", said.stderr);
    assert!(
        said.stderr.contains("BEFORE FAIL") && said.stderr.contains("not today"),
        "{}",
        said.stderr
    );
    assert!(!project.path("ran").exists());
}
