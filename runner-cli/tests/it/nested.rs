//! A probe that is started by what probe runs: its manifest and its reports are its own affair.

use crate::support::Project;

/// Everything that probe starts says what it finds of probe's own variables.
const MANIFEST: &str = r#"[library.words]
command = ["sh", "-c", "env > seen/command; echo words > words.txt"]
paths = ["words.txt"]
kind = "data"

[suite.listed]
list = { run = ["sh", "-c", "env > seen/listing; echo one"], match = '^(?<name>.+)$' }
run = ["sh", "-c", "env > seen/test", "{name}"]
needs = ["words"]

[profile.outer]
jobs = 1
"#;

#[test]
fn what_stands_for_an_option_of_the_outer_probe_is_none_of_the_inner_one() {
    let project = Project::new(MANIFEST).write("seen/here", "");
    let manifest = project.path("probe.toml");
    let variables = [
        ("PROBE_MANIFEST_PATH", manifest.to_str().expect("UTF-8")),
        ("PROBE_PROFILE", "outer"),
        ("PROBE_REPORT", "jsonl=events.jsonl"),
        ("PROBE_JOBS", "1"),
        ("PROBE_RETRIES", "0"),
        ("PROBE_STATUS_LEVEL", "all"),
        ("PROBE_DETACHED", "1"),
        // About the machine, and everybody's.
        ("PROBE_OFFLINE", "1"),
        ("PROBE_COLOR", "never"),
    ];
    let run = |words: &[&str]| {
        let output = project.command(words).envs(variables).output().expect("the binary starts");
        assert!(output.status.success(), "{words:?}: {}", project.said(&output).stderr);
    };
    run(&["run"]);
    run(&["exec", "--", "sh", "-c", "env > seen/exec"]);
    let seen = |name: &str| {
        let text = project.read(&format!("seen/{name}"));
        let names = text.lines().filter_map(|line| Some(line.split_once('=')?.0));
        let mut names: Vec<&str> = names.filter(|name| name.starts_with("PROBE")).collect();
        names.sort_unstable();
        format!("{name}: {}", names.join(" "))
    };
    let seen: Vec<String> = ["listing", "command", "test", "exec"].map(seen).into();
    insta::assert_snapshot!(seen.join("\n"), @"
    listing: PROBE PROBE_COLOR PROBE_LIBRARY_WORDS PROBE_OFFLINE PROBE_RUN_ID PROBE_SLOT PROBE_STORE
    command: PROBE_COLOR PROBE_DETACHED PROBE_OFFLINE PROBE_STORE
    test: PROBE PROBE_ATTEMPT PROBE_COLOR PROBE_LIBRARY_WORDS PROBE_OFFLINE PROBE_RUN_ID PROBE_SLOT PROBE_STORE PROBE_TEST_NAME
    exec: PROBE PROBE_COLOR PROBE_LIBRARY_WORDS PROBE_OFFLINE PROBE_STORE
    ");
}

#[test]
fn an_inner_probe_runs_its_own_manifest() {
    let project = Project::new(&format!(
        "[test.outer]\nrun = [\"sh\", \"-c\", \"echo x >> started; cd inner && exec {} run\"]\n",
        env!("CARGO_BIN_EXE_probe")
    ))
    .write("inner/probe.toml", "[test.inner]\nrun = [\"touch\", \"ran\"]\n");
    let mut command = project.command(&["run"]);
    command.env("PROBE_MANIFEST_PATH", project.path("probe.toml"));
    let said = project.said(&command.output().expect("the binary starts"));
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert_eq!(project.read("started"), "x\n");
    assert!(project.path("inner/ran").exists());
}
