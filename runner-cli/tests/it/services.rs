//! Services: started for somebody, ready before, stopped after the last user, and what follows when they fail.

use std::collections::BTreeSet;
use std::fs;
use std::process::{Command, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};

use crate::killing::marked;
use crate::support::{Project, Said, is_alive, is_missing, rounds, wait_until};

/// A server that writes down that it starts, and takes connections.
const WEB: &str = r#"[service.web]
run = ["sh", "-c", "echo $$ >> starts; exec python3 -u -m http.server $0 --bind 127.0.0.1 --directory $1", "{port}", "{dir}"]
env = { WEB = "http://127.0.0.1:{port}/", WEB_PORT = "{port}", WEB_DIR = "{dir}" }
"#;

fn has_no_python() -> bool {
    is_missing(Command::new("python3").arg("--version"))
}

/// A manifest with a service that does not need more than a shell.
fn with_service(run: &str, rest: &str) -> Project {
    Project::new(&format!(
        "[run]\ngrace = \"2s\"\n\n[service.thing]\nrun = [\"sh\", \"-c\", '''{run}''']\nready = {{ output = 'ready (?<word>\\w+)' }}\nenv = {{ WORD = \"{{word}}\" }}\n{rest}"
    ))
}

/// The lines, without where in the line they stand.
fn lines(said: &Said) -> Vec<&str> {
    said.stderr.lines().map(str::trim).collect()
}

fn has(said: &Said, words: &str) -> bool {
    said.stderr.contains(words)
}

#[test]
fn a_service_starts_once_is_ready_before_its_users_and_ends_before_the_run_does() {
    if has_no_python() {
        return;
    }
    // The free test goes on until the server is gone.
    let project = Project::new(&format!(
        r#"{WEB}
[suite.users]
list = {{ run = ["seq", "12"], match = '^(?<name>.+)$' }}
run = ["python3", "-c", "import os, urllib.request as u; u.urlopen(os.environ['WEB'])", "{{name}}"]
needs = ["web"]

[test.free]
run = ["sh", "-c", "until test -s starts; do sleep 0.01; done; while kill -0 $(cat starts) 2> /dev/null; do sleep 0.01; done"]
"#
    ));
    let said = project.probe(&["run", "-j4"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert!(has(&said, "13 tests run: 13 passed"), "{}", said.stderr);
    assert!(has(&said, "STARTING 13 tests with 1 service, 4 at once"), "{}", said.stderr);
    assert_eq!(project.read("starts").lines().count(), 1);
}

#[test]
fn a_service_has_a_port_and_a_directory_of_its_own_and_takes_no_job() {
    if has_no_python() {
        return;
    }
    let project = Project::new(&format!(
        r#"{WEB}
[service.other]
run = ["sh", "-c", "test -d $WEB_DIR && echo $WEB_PORT $0 > {{dir}}/seen; exec python3 -u -m http.server $0 --bind 127.0.0.1", "{{port:first}}"]
ready = {{ tcp = "127.0.0.1:{{port:first}}" }}
needs = ["web"]
cwd = "{{dir}}"
env = {{ OTHER_DIR = "{{dir}}", OTHER_PORT = "{{port:first}}" }}

[test.a]
run = ["sh", "-c", "set -e; echo $WEB_DIR $OTHER_DIR > dirs; test -z \"$WEB_PORT$PROBE_SERVICE\"; read web other < $OTHER_DIR/seen; test $web != $other; test $other = $OTHER_PORT"]
needs = ["other"]

[test.b]
run = ["sh", "-c", "test -d $WEB_DIR && test $(ls -ld $WEB_DIR | cut -c1-10) = drwx------"]
needs = ["web"]
"#
    ));
    let said = project.probe(&["run", "-j1"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    let dirs = project.read("dirs");
    let other = dirs.split_whitespace().last().expect("it was written");
    assert!(other.ends_with("/services/other"), "{other}");
    assert!(!fs::exists(other).expect("it can be asked"), "{other} is still there");
}

#[test]
fn a_service_that_nobody_can_need_does_not_start() {
    let project = with_service(
        "touch started; echo ready now; sleep 1000",
        "[library.missing]\nurl = \"nowhere\"\n[test.a]\nrun = [\"true\"]\nneeds = [\"thing\", \"missing\"]\n",
    );
    let said = project.probe(&["run"]);
    assert_eq!(said.code, 105, "{}", said.stderr);
    assert!(has(&said, "1 test by library missing"), "{}", said.stderr);
    assert!(!project.path("started").exists());
}

#[test]
fn a_service_that_does_not_become_ready_blocks_its_tests_alone() {
    let project = Project::new(
        r#"[service.ends]
run = ["sh", "-c", "echo no configuration; exit 3"]
ready = { output = 'never' }

[service.hangs]
run = ["sh", "-c", "echo $$ > pid; exec sleep 1000"]
ready = { run = ["false"] }
start-timeout = "300ms"

[service.missing]
run = ["there-is-no-such-program", "{port}"]

[test.a]
run = ["true"]
needs = ["ends"]

[test.after]
run = ["true"]
after = ["a"]

[test.b]
run = ["true"]
needs = ["hangs"]

[test.c]
run = ["true"]
needs = ["missing"]

[test.free]
run = ["true"]
"#,
    );
    let said = project.probe(&["run", "-q"]);
    assert_eq!(said.code, 105, "{}", said.stderr);
    let (_, summary) = said.stderr.split_once("────────────\n").expect("a summary");
    let (summary, _) = summary.split_once("   RUN AGAIN").expect("what is left is named");
    let mut entries: Vec<&str> = summary.split("     BLOCKED ").collect();
    entries[1..].sort_unstable();
    insta::assert_snapshot!("a_service_that_does_not_become_ready", entries.join("     BLOCKED "));
    assert!(!is_alive(&project.read("pid")), "what hangs is killed");
}

#[test]
fn who_uses_a_service_when_it_dies_is_told_so_and_who_waits_is_blocked() {
    let project = with_service(
        "echo ready now; until test -e crash; do sleep 0.01; done; echo out of disk >&2; exit 9",
        r#"
[test.fails]
run = ["sh", "-c", "touch crash; until test -e gone; do sleep 0.01; done; echo cannot reach $WORD; exit 1"]
needs = ["thing"]
retries = 3

[test.passes]
run = ["sh", "-c", "until test -e gone; do sleep 0.01; done"]
needs = ["thing"]

[test.waits]
run = ["true"]
needs = ["thing"]
after = ["long"]

[test.long]
run = ["sh", "-c", "until test -e gone; do sleep 0.01; done"]

[test.watch]
run = ["sh", "-c", "until grep -q service-died events; do sleep 0.01; done; touch gone"]
"#,
    );
    let said = project.probe(&["run", "-j8", "--report", "jsonl=events"]);
    assert_eq!(said.code, 100, "{}", said.stderr);
    let of_test = "SERVICE LOST [   TIME ] fails: exit code 1; service `thing` died while it ran (exit code 9)";
    assert!(lines(&said).contains(&of_test), "{}", said.stderr);
    for words in [
        "thing: exit code 9 (2 tests were using it; blocks 1 test)",
        "service thing said last ───\n    ready now\n    out of disk",
        "1 test by service thing\n             it died: exit code 9\n             ready now\n             out of disk\n             - waits",
        "5 tests run",
    ] {
        let words = words.replace("5 tests run", "4 tests run: 3 passed, 1 failed, 1 blocked");
        assert!(has(&said, &words), "{words}\n{}", said.stderr);
    }
    let events = project.read("events");
    assert!(events.contains(r#""status":"service-lost""#), "{events}");
    // It is not known of the test itself whether it is good.
    let again = project.probe(&["list", "--failed"]);
    assert_eq!(again.stdout.lines().count(), 0, "{}", again.stderr);
}

#[test]
fn the_death_of_a_service_is_known_before_the_failure_that_it_accounts_for() {
    // The test hears of it first.
    let project = with_service(
        "echo ready now; cat fifo > /dev/null; exec 3> other; exit 4",
        "[suite.s]\nlist = { run = [\"echo\", \"a\"], match = '(?<name>.+)' }\nrun = [\"sh\", \"-c\", \"echo go > fifo; cat other; exit 1\", \"{name}\"]\nneeds = [\"thing\"]\n",
    );
    for fifo in ["fifo", "other"] {
        assert!(
            Command::new("mkfifo").arg(project.path(fifo)).status().expect("it runs").success()
        );
    }
    for _ in 0..rounds(5) {
        let said = project.probe(&["run"]);
        assert_eq!(said.code, 100, "{}", said.stderr);
        assert!(has(&said, "SERVICE LOST"), "{}", said.stderr);
    }
}

#[test]
fn a_signal_ends_tests_before_the_service_that_they_use() {
    let project = with_service(
        "echo $$ > service; trap 'echo service >> order; exit' TERM; echo ready now; while :; do sleep 0.01; done",
        "[test.a]\nrun = [\"sh\", \"-c\", \"trap 'sleep 0.2; kill -0 $(cat service) && echo test >> order; exit 1' INT; touch runs; while :; do sleep 0.01; done\"]\nneeds = [\"thing\"]\n",
    );
    let child = project.start(&["run"]);
    wait_until(|| project.path("runs").exists(), "the test");
    let pid = Pid::from_raw(i32::try_from(child.id()).expect("a pid")).expect("it is one");
    kill_process(pid, Signal::INT).expect("it runs");
    let said = project.end(child);
    assert_eq!(said.code, 130, "{}", said.stderr);
    assert_eq!(project.read("order"), "test\nservice\n", "{}", said.stderr);
    assert!(!is_alive(&project.read("service")));
}

#[test]
fn a_run_that_is_stopped_while_a_service_starts_does_not_wait_for_it() {
    let project = with_service(
        "echo $$ > service; echo not yet; exec sleep 1000",
        "[test.a]\nrun = [\"true\"]\nneeds = [\"thing\"]\n[test.bad]\nrun = [\"sh\", \"-c\", \"until test -s service; do sleep 0.01; done; exit 1\"]\n",
    );
    let said = project.probe(&["run", "--fail-fast"]);
    assert_eq!(said.code, 100, "{}", said.stderr);
    assert!(has(&said, "1 failed, 1 not run"), "{}", said.stderr);
    assert!(!is_alive(&project.read("service")));
}

#[test]
fn nothing_of_a_service_is_left_whatever_it_does() {
    let project = with_service(
        "trap '' TERM; setsid sh -c 'echo $$ > away; exec sleep 1000' & sleep 1000 & echo $! > near; until test -s away; do sleep 0.01; done; echo ready now; while :; do sleep 1; done",
        "[test.a]\nrun = [\"true\"]\nneeds = [\"thing\"]\n",
    );
    let said = project.probe(&["run"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    let words = "did not end on SIGTERM within the `grace` of `[run]`, and was killed";
    assert!(has(&said, words), "{}", said.stderr);
    assert!(!is_alive(&project.read("away")) && !is_alive(&project.read("near")));
}

#[test]
fn a_killed_probe_leaves_nothing_of_its_services() {
    let manifest = r#"[service.one]
run = ["sh", "-c", "setsid sleep 1000 & touch {dir}/file; echo ready; exec sleep 1000"]
ready = { output = 'ready' }

[service.two]
run = ["sh", "-c", "echo data > {dir}/file; echo ready; exec sleep 1000"]
ready = { output = 'ready' }
needs = ["one"]

[suite.s]
list = { run = ["seq", "1", "200"], match = '^(?<name>.+)$' }
run = ["sh", "-c", "sleep 0.02", "{name}"]
needs = ["two"]
"#;
    let project = Project::new(manifest).write("temporary/here", "");
    for round in 0..rounds(6) {
        let mark = format!("SERVED_ROUND={}-{round}", std::process::id());
        let (name, value) = mark.split_once('=').expect("it has a value");
        let mut command = project.command(&["run", "-j4"]);
        command.env(name, value).env("TMPDIR", project.path("temporary"));
        let mut probe =
            command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it starts");
        std::thread::sleep(Duration::from_millis(rand::random_range(0..700)));
        probe.kill().expect("it runs");
        probe.wait().expect("it has ended");
        wait_until(|| marked(&mark) == 0, "the end of all processes of a killed run");
        let left = || fs::read_dir(project.path("temporary")).expect("it is there").count();
        wait_until(|| left() == 1, "the removal of the files of a killed run");
    }
}

#[test]
fn no_two_probes_give_one_port_to_two_services() {
    let mut manifest = String::new();
    for number in 0..8 {
        manifest += &format!(
            "[service.s{number}]\nrun = [\"sh\", \"-c\", \"echo $0 >> ports; echo ready; exec sleep 1000\", \"{{port}}\"]\nready = {{ output = 'ready' }}\n"
        );
    }
    let needs: Vec<String> = (0..8).map(|number| format!("\"s{number}\"")).collect();
    manifest += &format!(
        "[test.a]\nrun = [\"sh\", \"-c\", \"until test $(wc -l < ports) = 32; do sleep 0.01; done\"]\nneeds = [{}]\n",
        needs.join(", ")
    );
    let project = Project::new(&manifest);
    for _ in 0..rounds(1) {
        let _ = fs::remove_file(project.path("ports"));
        let probes: Vec<_> = (0..4).map(|_| project.start(&["run"])).collect();
        for probe in probes {
            let said = project.end(probe);
            assert_eq!(said.code, 0, "{}", said.stderr);
        }
        let ports = project.read("ports");
        assert_eq!(ports.lines().collect::<BTreeSet<_>>().len(), 32, "{ports}");
    }
}

#[test]
fn a_log_gives_every_report_of_a_run_with_services() {
    let project = with_service(
        "echo ready now; until test -e crash; do sleep 0.01; done; exit 9",
        "[test.a]\nrun = [\"sh\", \"-c\", \"touch crash; sleep 0.3; exit 1\"]\nneeds = [\"thing\"]\n[test.b]\nrun = [\"true\"]\nneeds = [\"thing\"]\nafter = [\"long\"]\n[test.long]\nrun = [\"sh\", \"-c\", \"until grep -q service-died log; do sleep 0.01; done\"]\n",
    );
    let kinds = ["junit", "html", "svg", "tap", "trace"];
    let mut arguments = vec!["run".to_owned(), "--report".to_owned(), "jsonl=log".to_owned()];
    arguments
        .extend(kinds.iter().flat_map(|kind| ["--report".to_owned(), format!("{kind}={kind}")]));
    let said = project.probe(&arguments);
    assert_eq!(said.code, 100, "{}", said.stderr);
    for kind in kinds {
        let told =
            project.probe(&["report", "--from", "log", "--report", &format!("{kind}=again")]);
        assert_eq!(told.code, 0, "{}", told.stderr);
        assert_eq!(project.read(kind), project.read("again"), "{kind}");
        assert!(project.read(kind).contains("thing"), "{kind}");
    }
    let schema: serde_json::Value =
        serde_json::from_str(&project.probe(&["schema", "events"]).stdout).expect("it is JSON");
    let schema = jsonschema::draft202012::new(&schema).expect("it is a schema");
    for line in project.read("log").lines() {
        let line = serde_json::from_str(line).expect("it is JSON");
        assert!(schema.is_valid(&line), "{line}");
    }
}

#[test]
fn services_are_shown_as_what_they_are() {
    let project = Project::new(
        r#"[library.engine]
url = "engine"
kind = "data"

[service.database]
run = ["{library.engine}", "--port={port}", "--data", "{dir}"]

[service.web]
run = ["web", "{port}"]
needs = ["database"]

[test.a]
run = ["true"]
needs = ["web"]

[test.b]
run = ["true"]
needs = ["engine", "database"]
"#,
    )
    .write("engine", "engine");
    insta::assert_snapshot!("graph_with_services", project.probe(&["graph"]).stdout);
    insta::assert_snapshot!("list_with_services", project.probe(&["list", "--needs"]).stdout);
    let json = project.probe(&["graph", "--format", "json"]).stdout;
    let graph: serde_json::Value = serde_json::from_str(&json).expect("it is JSON");
    assert_eq!(graph["services"][1]["services"], serde_json::json!(["database"]));
    assert_eq!(graph["tests"][1]["needs"], serde_json::json!(["engine"]));
}
