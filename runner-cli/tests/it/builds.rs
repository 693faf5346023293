//! Commands of libraries that hang, that are cut short, and that leave something behind.

use rustix::process::{Pid, Signal, kill_process};

use crate::support::{Project, Said, is_alive, with_limits};

fn project(script: &str, keys: &str) -> Project {
    Project::new(&format!(
        r#"[run]
grace = "200ms"

[library.engine]
command = ["sh", "make.sh"]
paths = ["engine"]
kind = "data"
{keys}

[test.needy]
run = ["true"]
needs = ["engine"]
"#
    ))
    .write("make.sh", script)
}

/// What is said of the library when nothing else is to be said.
fn said_of_library(said: &Said) -> String {
    let lines = said.stderr.lines().skip_while(|line| !line.contains("PRELOAD FAIL"));
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn a_command_that_prints_nothing_for_too_long_is_ended() {
    // Deaf to SIGTERM, as what waits for a lock may be.
    let script = "trap '' TERM; echo begun; echo $$ > pid; while :; do sleep 1000; done";
    let (made, told) = with_limits(["300 ms", "5 s", "30 s"], |limit| {
        let project = project(script, &format!("silence = \"{}\"", limit.replace(' ', "")));
        let said = project.probe(&["run"]);
        if !project.path("pid").exists() {
            return Err(said);
        }
        assert_eq!(said.code, 105, "{}", said.stderr);
        Ok((project, said_of_library(&said).replace(limit, "300 ms")))
    });
    assert!(!is_alive(&made.read("pid")));
    insta::assert_snapshot!(told);
    let said = project(script, "silence = \"300ms\"").probe(&["preload"]);
    assert_eq!(said.code, 105, "{}", said.stderr);
    assert!(said.stderr.contains("printed nothing for 300 ms, its `silence`"), "{}", said.stderr);
}

#[test]
fn a_command_that_prints_for_ever_runs_into_its_timeout() {
    let script = "echo $$ > pid; while :; do echo waiting for 4242; sleep 0.05; done";
    let (project, text) = with_limits(["400 ms", "5 s", "30 s"], |limit| {
        let keys = format!("timeout = \"{}\"\nsilence = \"1h\"", limit.replace(' ', ""));
        let project = project(script, &keys);
        let said = project.probe(&["run"]);
        if !said.stderr.contains("4242") {
            return Err(said);
        }
        assert_eq!(said.code, 105, "{}", said.stderr);
        Ok((project, said.stderr.replace(limit, "400 ms")))
    });
    assert!(!is_alive(&project.read("pid")));
    assert!(text.contains("the command ran into its `timeout` of 400 ms, and was ended"), "{text}");
    assert!(text.contains("`timeout = \"2h\"` beside its `command`"), "{text}");
    assert!(text.contains("waiting for 4242\n"), "{text}");
}

#[test]
fn a_command_that_says_something_now_and_then_is_not_silent() {
    // In all it takes longer than it may be silent.
    with_limits(["0.6", "6", "60"], |limit| {
        let script =
            "for i in 1 2 3 4 5 6 7 8; do printf .; sleep PAUSE; done; echo engine > engine";
        let pause = limit.parse::<f64>().expect("a number") / 6.0;
        let script = script.replace("PAUSE", &pause.to_string());
        let said = project(&script, &format!("silence = \"{limit}s\"")).probe(&["run"]);
        if said.code == 0 { Ok(()) } else { Err(said) }
    });
}

#[test]
fn what_a_command_said_last_is_told_when_it_is_cut_short() {
    let script = "echo waiting for a lock; echo $$ > pid; while :; do sleep 1000; done";
    let detail = "`sh make.sh` was not done; it last said: waiting for a lock";
    for (words, summary) in [("run", true), ("preload", false)] {
        let project = project(script, "");
        let child = project.start(&[words]);
        let pid = project.wait_for("pid");
        kill_process(Pid::from_child(&child), Signal::INT).expect("probe runs");
        let said = project.end(child);
        assert_eq!(said.code, 130, "{}", said.stderr);
        assert!(!is_alive(&pid));
        let lines = said.stderr.lines().filter(|line| line.contains(detail));
        let lines: Vec<&str> = lines.collect();
        assert!(lines[0].contains("INTERRUPTED"), "{}", said.stderr);
        let in_summary = lines.iter().any(|line| line.contains("library engine: "));
        assert_eq!(in_summary, summary, "{}", said.stderr);
    }
}

#[test]
fn what_a_command_leaves_in_its_group_is_killed_and_named() {
    let script = "sleep 1001 & echo $! > helper; sleep 0.01 & echo engine > engine";
    let project = project(script, "");
    let said = project.probe(&["run"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    let pid = project.read("helper");
    assert!(!is_alive(&pid));
    let left = said.stderr.lines().filter(|line| line.contains("LEFT BEHIND"));
    let left: Vec<String> = left.map(|line| line.replace(pid.trim(), "PID")).collect();
    insta::assert_snapshot!(left.join("\n"), @" LEFT BEHIND                  `sh make.sh`: process PID `sleep 1001` was killed when this command had ended; what is to live on starts by `setsid`");
}
