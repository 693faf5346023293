//! A test that probe ends may leave a torn file, which everybody would trust: it is mended.

use std::fs;

use rustix::process::{Pid, Signal, kill_process};

use super::fixture::{placed, project, victim};
use crate::support::with_limits;
use crate::tools;

#[test]
fn what_a_test_leaves_torn_that_ran_out_of_time_is_mended_and_the_test_not_repeated() {
    if !tools::has("cc") {
        return;
    }
    let script = "echo x >> attempts; chmod u+w cache/slow.so; truncate -s 100 cache/slow.so; echo > torn; exec sleep 1000";
    let (project, said) = with_limits(["1s", "10s", "60s"], |limit| {
        let limits = format!("timeout = \"{limit}\"\ngrace = \"100ms\"\n");
        let project = project(&(placed("slow", script) + &limits));
        let said = project.probe(&["run"]);
        if project.path("torn").exists() { Ok((project, said)) } else { Err(said) }
    });
    assert_eq!(said.code, 100, "{}", said.stderr);
    assert_eq!(project.read("attempts"), "x\n");
    assert!(fs::read(project.path("cache/slow.so")).expect("read") == victim());
    let size = victim().len();
    let told = format!(
        "was left torn: cut at 100 of {size} bytes when probe ended the test; put back from the store"
    );
    assert!(said.stderr.contains(&told), "{}", said.stderr);
    assert!(said.stderr.contains("      MENDED library slow: once\n"), "{}", said.stderr);
}

#[test]
fn what_a_test_leaves_torn_when_the_run_is_interrupted_is_put_back_or_moved_aside() {
    if !tools::has("cc") {
        return;
    }
    let script = "chmod u+w cache/kept.so; truncate -s 100 cache/kept.so made.so; echo > ready; exec sleep 1000";
    let made = r#"
[library.made]
command = ["sh", "-c", "echo built >> log; cp victim.so made.so"]
paths = ["made.so"]
inputs = ["victim.so"]
"#;
    let project = project(
        &(placed("kept", script).replace("needs = [\"kept\"]", "needs = [\"kept\", \"made\"]")
            + made),
    );
    let child = project.start(&["run"]);
    project.wait_for("ready");
    kill_process(Pid::from_child(&child), Signal::INT).expect("probe runs");
    let said = project.end(child);
    assert_eq!(said.code, 130, "{}", said.stderr);
    assert!(fs::read(project.path("cache/kept.so")).expect("read") == victim(), "{}", said.stderr);
    assert!(!project.path("made.so").exists(), "{}", said.stderr);
    assert_eq!(project.read("log"), "built\n");
}

#[test]
fn what_a_killed_leader_leaves_torn_is_moved_aside_so_that_the_next_one_makes_it() {
    if !tools::has("cc") {
        return;
    }
    let manifest = r#"[library.mod]
leader = true
paths = ["made/*.so"]
inputs = ["victim.so"]

[test.a-killed]
run = ["sh", "-c", 'mkdir -p made; truncate -s 0 made/mod.so; head -c 100 victim.so > made/mod.so; echo > torn; exec sleep 1000']
needs = ["mod"]
timeout = "LIMIT"
grace = "100ms"

[test.b-makes]
run = ["sh", "-c", 'test -e made/mod.so || cp victim.so made/mod.so; ./opener made/mod.so']
needs = ["mod"]
"#;
    let (project, said) = with_limits(["1s", "10s", "60s"], |limit| {
        let project = project(&manifest.replace("LIMIT", limit));
        let said = project.probe(&["run", "-j2"]);
        if project.path("torn").exists() { Ok((project, said)) } else { Err(said) }
    });
    assert!(said.stderr.contains("2 tests run: 1 passed, 1 timed out"), "{}", said.stderr);
    assert!(said.stderr.contains("; moved aside, so that it is made anew"), "{}", said.stderr);
    assert!(fs::read(project.path("made/mod.so")).expect("read") == victim());
}
