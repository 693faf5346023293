//! What tests print: kept apart or as one, let through, stripped of colours, and whole on disk.

use std::process::{Command, Output};

use crate::support::Project;

/// Writes to both streams in turn, each time after the other has been written.
const IN_TURN: &str = r#"[test.turns]
run = ["sh", "-c", "for i in 1 2 3; do echo out $i; echo err $i >&2; done; exit 1"]
"#;

fn stderr_of(probe: &mut Command) -> String {
    let Output { stderr, .. } = probe.output().expect("the binary starts");
    stderr.escape_ascii().to_string()
}

#[test]
fn streams_are_shown_apart_or_in_the_order_of_writing() {
    let split = "  stdout ───\n    out 1\n    out 2\n    out 3\n  stderr ───\n    err 1\n    err 2\n    err 3\n";
    let combined =
        "  output ───\n    out 1\n    err 1\n    out 2\n    err 2\n    out 3\n    err 3\n";
    for (words, environment, manifest, expected) in [
        (&[][..], None, "", split),
        (&[], None, "output = 'combined'\n", combined),
        (&["--output", "split"], None, "output = 'combined'\n", split),
        (&["--output", "combined"], None, "", combined),
        (&[], Some("combined"), "", combined),
        (&["--output", "split"], Some("combined"), "", split),
    ] {
        let project = Project::new(&format!("{IN_TURN}{manifest}"));
        let mut probe = project.command(&[&["run"], words].concat());
        probe.envs(environment.map(|value| ("PROBE_OUTPUT", value)));
        let said = project.said(&probe.output().expect("the binary starts"));
        assert_eq!(said.code, 100);
        assert!(
            said.stderr.contains(expected),
            "{words:?} {environment:?} {manifest}: {}",
            said.stderr
        );
    }
    assert_eq!(Project::new(IN_TURN).probe(&["run", "--output", "mixed"]).code, 2);
}

#[test]
fn a_long_combined_output_is_kept_in_order_and_in_one_file() {
    let project = Project::new(
        r#"[test.loud]
run = ["sh", "-c", "for i in $(seq 1 8000); do echo out $i; echo err $i >&2; done; exit 1"]
output = "combined"
"#,
    );
    let said = project.probe(&["run"]);
    assert_eq!(said.code, 100);
    let kept: Vec<&str> = said
        .stderr
        .lines()
        .filter_map(|line| line.trim().strip_prefix("the whole of it: [ROOT]/"))
        .collect();
    let [kept] = kept[..] else { panic!("one file is named: {}", said.stderr) };
    assert!(kept.ends_with(".1.output"), "{kept}");
    let expected: String = (1..=8000).map(|i| format!("out {i}\nerr {i}\n")).collect();
    assert!(project.read(kept) == expected);
}

#[test]
fn what_is_not_captured_goes_to_the_streams_of_probe_and_one_test_runs_at_a_time() {
    let project = Project::new(
        r#"[run]
jobs = 8

[suite.s]
list = { run = ["seq", "1", "4"], match = '^(?<name>.+)$' }
run = ["sh", "-c", "mkdir busy || exit 9; echo out {name}; echo err {name} >&2; rmdir busy; test {name} != 4"]
"#,
    );
    for option in ["--no-capture", "--nocapture"] {
        let said = project.probe(&["run", option]);
        assert_eq!(said.code, 100);
        assert_eq!(said.stdout, "out 1\nout 2\nout 3\nout 4");
        insta::allow_duplicates! { insta::assert_snapshot!(said.stderr) };
    }
    let mut probe = project.command(&["run", "1"]);
    let output = probe.env("PROBE_NO_CAPTURE", "1").output().expect("the binary starts");
    assert_eq!(output.stdout, b"out 1\n");
    let said = project.probe(&["run", "--no-capture", "-j3"]);
    assert!(said.stderr.contains("4 tests, 3 at once"), "what is typed counts: {}", said.stderr);
}

#[test]
fn colours_of_tests_are_shown_where_there_are_colours() {
    let project = Project::new(
        r#"[test.bytes]
run = ["sh", "-c", "printf '\\377 raw\\n\\033[31mred\\nstill\\n'; exit 1"]
"#,
    );
    let plain = stderr_of(&mut project.command(&["run"]));
    assert!(plain.contains(r"    \xff raw\n    red\n    still\n"), "{plain}");
    assert!(!plain.contains(r"\x1b"), "{plain}");
    let coloured = stderr_of(project.command(&["run"]).env("CLICOLOR_FORCE", "1"));
    let expected = r"    \xff raw\n    \x1b[31mred\n    still\x1b[0m\n";
    assert!(coloured.contains(expected), "{coloured}");
}

#[test]
fn the_whole_of_a_long_output_has_every_byte_that_was_printed() {
    let project = Project::new(
        r#"[test.bytes]
run = ["sh", "-c", "cat bytes; exit 1"]
"#,
    );
    // Every byte there is, escape sequences, and no text in any encoding.
    let bytes: Vec<u8> =
        (0..=u8::MAX).chain(*b"\x1b[31m\xe9\x1b[0m\r\n").cycle().take(300_000).collect();
    std::fs::write(project.path("bytes"), &bytes).expect("write");
    let said = project.probe(&["run"]);
    let kept =
        said.stderr.lines().find_map(|line| line.trim().strip_prefix("the whole of it: [ROOT]/"));
    let kept = std::fs::read(project.path(kept.expect("it is named"))).expect("it is there");
    assert!(kept == bytes);
}

/// A test for each way to end, each of which prints something.
const ENDINGS: &str = r#"[run]
timeout = "1h"
jobs = 1

[profile.quiet]
status-level = "fail"
failure-output = "never"

[library.data]
command = ["sh", "-c", "echo > data"]
paths = ["data"]
kind = "data"

[test.a-passes]
run = ["sh", "-c", "echo a passes"]
needs = ["data"]

[test.b-flaky]
run = ["sh", "-c", "echo b at $PROBE_ATTEMPT; test $PROBE_ATTEMPT = 2"]
retries = 1
after = ["a-passes"]

[test.c-leaks]
run = ["sh", "-c", "echo c leaks; sleep 1000 &"]
leaks = "report"
after = ["b-flaky"]

[test.d-fails]
run = ["sh", "-c", "echo d fails; exit 1"]
after = ["c-leaks"]
"#;

/// What a run says, without what is another in every run.
fn shown(words: &[&str], variables: &[(&str, &str)]) -> String {
    let project = Project::new(ENDINGS);
    let mut probe = project.command(&[&["run"], words].concat());
    let output = probe.envs(variables.iter().copied()).output().expect("the binary starts");
    let said = project.said(&output);
    assert_eq!(said.code, 100, "{}", said.stderr);
    let lines = said.stderr.lines().map(|line| match line.split_once("; again in ") {
        Some((begin, _)) => format!("{begin}; again in DELAY\n"),
        None => match line.split_once("left behind: process ") {
            Some((begin, _)) => format!("{begin}left behind: PROCESS\n"),
            None => format!("{line}\n"),
        },
    });
    lines.filter(|line| !line.contains("LEFT BEHIND")).collect()
}

#[test]
fn a_status_level_shows_its_lines_and_those_of_the_levels_before_it() {
    for level in ["none", "fail", "retry", "flaky", "slow", "leak", "pass", "all"] {
        let said = shown(&["--status-level", level, "--failure-output", "never"], &[]);
        insta::assert_snapshot!(format!("level_{level}"), said);
    }
}

#[test]
fn outputs_are_shown_when_they_are_asked_for() {
    for when in ["immediate", "final", "immediate-final", "never"] {
        let words = ["--success-output", when, "--failure-output", when, "--status-level", "none"];
        insta::assert_snapshot!(format!("output_{when}"), shown(&words, &[]));
    }
}

#[test]
fn short_forms_and_the_command_line_come_before_variables_and_these_before_the_manifest() {
    let says = |words: &[&str], variables: &[(&str, &str)], expected: [bool; 4]| {
        let said = shown(words, variables);
        let found = ["START ", "PASS ", "a passes", "d fails\n"].map(|word| said.contains(word));
        assert_eq!(found, expected, "{words:?} {variables:?}: {said}");
    };
    let pass = [("PROBE_STATUS_LEVEL", "pass"), ("PROBE_SUCCESS_OUTPUT", "final")];
    says(&[], &[], [false, true, false, true]);
    says(&["-P", "quiet"], &[], [false, false, false, false]);
    says(&["-P", "quiet"], &pass, [false, true, true, false]);
    says(&["-P", "quiet", "--failure-output", "final"], &[], [false, false, false, true]);
    says(&["--success-output", "never"], &pass, [false, true, false, true]);
    says(&["-q"], &[], [false, false, false, true]);
    says(&["-q", "--success-output", "never"], &pass, [false, false, false, true]);
    says(&["-v"], &[], [true, true, true, true]);
    says(&["-v", "-P", "quiet"], &pass, [true, true, true, false]);
    assert_eq!(Project::new(ENDINGS).probe(&["run", "-q", "-v"]).code, 2);
}
