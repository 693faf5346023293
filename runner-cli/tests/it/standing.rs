//! Services that stand without a run: for a developer at work, kept by a run, and shared on this machine.

use std::fs::File;
use std::process::Stdio;

use rustix::process::{Pid, Signal, kill_process};

use crate::support::{Project, Said, is_alive, wait_until};

/// A service that writes down each start and each end, and a test that needs it.
fn project(scope: &str) -> Standing {
    Standing(Project::new(&format!(
        r#"[service.thing]
run = ["sh", "-c", "trap 'echo stopped >> log; exit 0' TERM; echo $$ > pid; echo {{dir}} > dir; echo started >> log; echo here; echo ready now; while :; do sleep 0.02; done"]
ready = {{ output = 'ready (?<word>\w+)' }}
env = {{ WORD = "{{word}}", DIR = "{{dir}}" }}
{scope}

[service.upper]
run = ["sh", "-c", "echo upper knows $WORD; exec sleep 1000"]
ready = {{ output = 'upper knows (?<what>\w+)' }}
env = {{ UPPER = "{{what}}" }}
needs = ["thing"]

[test.a]
run = ["sh", "-c", "test $WORD = now && test -d $DIR"]
needs = ["thing"]
"#
    )))
}

/// A project whose services are stopped in the end, whatever becomes of the test.
struct Standing(Project);

impl Drop for Standing {
    fn drop(&mut self) {
        // A caretaker would go on for good.
        let _ = self.0.command(&["service", "stop"]).output();
    }
}

impl Standing {
    fn probe(&self, arguments: &[&str]) -> Said {
        self.0.probe(arguments)
    }

    fn log(&self) -> String {
        self.0.read("log").split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

/// Without what varies between two calls.
fn steady(said: &Said, text: &str) -> String {
    assert_eq!(said.code, 0, "{}", said.stderr);
    let text = text.split(", since ").next().unwrap_or_default();
    text.trim().to_owned()
}

#[test]
fn a_service_stands_until_it_is_stopped_and_everybody_uses_it() {
    let standing = project("");
    let said = standing.probe(&["service", "status"]);
    assert_eq!(said.stdout, "thing: does not stand\nupper: does not stand");
    let said = standing.probe(&["service", "start", "thing"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert_eq!(said.stderr.trim(), "SERVICE thing: ready");
    let status = standing.probe(&["service", "status"]);
    assert_eq!(steady(&status, &status.stdout), "thing: ready");
    assert!(status.stdout.contains(", kept (caretaker "), "{}", status.stdout);
    let env = standing.probe(&["service", "env", "thing"]);
    assert!(env.stdout.starts_with("export WORD='now'\nexport DIR='"), "{}", env.stdout);
    let logs = standing.probe(&["service", "logs", "thing"]);
    // A line of its caretaker may stand between them.
    let lines: Vec<&str> = logs.stdout.lines().filter(|line| !line.contains("SERVICE")).collect();
    assert!(lines.windows(2).any(|pair| pair == ["here", "ready now"]), "{}", logs.stdout);
    let said =
        standing.probe(&["exec", "--needs", "upper,thing", "--", "sh", "-c", "echo $WORD $UPPER"]);
    assert_eq!((said.code, said.stdout.as_str()), (0, "now now"), "{}", said.stderr);
    insta::assert_snapshot!(said.stderr, @"
    SERVICE [   TIME ]       thing: ready: taken as it stands; `probe service stop thing` ends it
    SERVICE [   TIME ]       upper: ready
    ");
    let said = standing.probe(&["run"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert_eq!(standing.log(), "started");
    let pid = standing.0.read("pid");
    let said = standing.probe(&["service", "stop"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert_eq!(said.stderr.trim(), "STOPPED thing: ended");
    assert_eq!(standing.log(), "started stopped");
    assert!(!is_alive(&pid));
    let directory = standing.0.read("dir");
    assert!(!std::fs::exists(directory.trim()).expect("it can be asked"), "{directory}");
    let said = standing.probe(&["service", "stop", "thing"]);
    assert_eq!(said.stderr.trim(), "`thing` does not stand");
    let said = standing.probe(&["service", "env", "thing"]);
    assert_eq!((said.code, said.stdout.as_str()), (105, ""), "{}", said.stderr);
}

#[test]
fn what_a_run_keeps_the_next_one_takes_unless_it_is_another_by_now() {
    let standing = project("");
    let said = standing.probe(&["run", "--keep-services"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    let words = "thing: ready: it stays until `probe service stop thing`";
    assert!(said.stderr.contains(words), "{}", said.stderr);
    let said = standing.probe(&["run"]);
    assert!(
        said.stderr.contains("ready: taken as it stands; `probe service stop thing` ends it"),
        "{}",
        said.stderr
    );
    assert_eq!(standing.log(), "started");
    let manifest = standing.0.read("probe.toml").replace("echo here", "echo there");
    std::fs::write(standing.0.path("probe.toml"), manifest).expect("it is written");
    let said = standing.probe(&["run"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert_eq!(standing.log(), "started started stopped", "it had one of its own");
    let status = standing.probe(&["service", "status"]);
    assert!(status.stdout.contains("as it was before `probe.toml` changed"), "{}", status.stdout);
    standing.probe(&["service", "stop"]);
    assert_eq!(standing.log(), "started started stopped stopped");
}

#[test]
fn a_service_of_the_machine_is_one_for_all_and_ends_with_its_last_user() {
    let standing = project("scope = \"machine\"");
    let script = "echo $WORD > $0; while test ! -e go; do sleep 0.02; done";
    let exec = |name| {
        let mut command =
            standing.0.command(&["exec", "--needs", "thing", "--", "sh", "-c", script, name]);
        standing.0.start_command(&mut command)
    };
    let [one, other, killed] = ["one", "other", "killed"].map(exec);
    for name in ["one", "other", "killed"] {
        assert_eq!(standing.0.wait_for(name), "now\n");
    }
    assert_eq!(standing.log(), "started");
    kill_process(Pid::from_child(&killed), Signal::KILL).expect("it runs");
    standing.0.end(killed);
    std::fs::write(standing.0.path("go"), "").expect("it is written");
    for child in [one, other] {
        let said = standing.0.end(child);
        assert_eq!(said.code, 0, "{}", said.stderr);
        assert!(said.stderr.contains("ready: shared on this machine"), "{}", said.stderr);
    }
    wait_until(|| standing.log() == "started stopped", "the end of the service");
    assert!(!is_alive(&standing.0.read("pid")));
    let said = standing.probe(&["run"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    wait_until(|| standing.log() == "started stopped started stopped", "the next one's end");
}

#[test]
fn a_service_of_the_machine_outlives_the_killed_probe_that_started_it() {
    let standing = project("scope = \"machine\"");
    let exec = |name: &str| {
        let script = format!("echo $WORD > {name}; exec sleep 1000");
        standing.0.start(&["exec", "--needs", "thing", "--", "sh", "-c", &script])
    };
    let first = exec("first");
    standing.0.wait_for("first");
    let second = exec("second");
    standing.0.wait_for("second");
    kill_process(Pid::from_child(&first), Signal::KILL).expect("it runs");
    standing.0.end(first);
    // A guardian has killed all of the first by then.
    let said =
        standing.probe(&["exec", "--needs", "thing", "--", "sh", "-c", "kill -0 $(cat pid)"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    kill_process(Pid::from_child(&second), Signal::KILL).expect("it runs");
    standing.0.end(second);
    wait_until(|| standing.log() == "started stopped", "the end of the service");
}

#[test]
fn one_that_does_not_start_or_dies_is_told_to_whoever_needs_it() {
    let standing = Standing(Project::new(
        r#"[service.fails]
run = ["sh", "-c", "echo no configuration; exit 3"]
ready = { output = 'never' }

[service.dies]
run = ["sh", "-c", "echo $$ > pid; echo ready; exec sleep 1000"]
ready = { output = 'ready' }
"#,
    ));
    let said = standing.probe(&["service", "start", "fails"]);
    assert_eq!(said.code, 105, "{}", said.stderr);
    insta::assert_snapshot!(said.stderr, @"
    SERVICE FAIL fails: exit code 3
                 no configuration
    ");
    assert_eq!(standing.probe(&["service", "start", "dies"]).code, 0);
    let script = "kill -KILL $(cat pid); while test ! -e told; do sleep 0.02; done; exit 6";
    let mut command = standing.0.command(&["exec", "--needs", "dies", "--", "sh", "-c", script]);
    let told = File::create(standing.0.path("stderr")).expect("it is made");
    let mut child = command.stdout(Stdio::null()).stderr(told).spawn().expect("probe starts");
    wait_until(|| standing.0.read("stderr").contains("SERVICE DIED"), "its death");
    std::fs::write(standing.0.path("told"), "").expect("it is written");
    assert_eq!(child.wait().expect("it ends").code(), Some(6));
    assert!(standing.0.read("stderr").contains("killed by SIGKILL"));
    let said = standing.probe(&["service", "start", "nothing"]);
    assert_eq!(said.code, 96);
    insta::assert_snapshot!(said.stderr, @"
    × there is no service `nothing`
    help: there are `fails`, `dies`
    ");
}
