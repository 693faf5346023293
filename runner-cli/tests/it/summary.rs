//! The end of a run: what was slow, what is left of each failure, and the command that runs it again.

use crate::support::{Project, Said};

/// The part of a run below its lines.
fn summary(said: &Said) -> &str {
    said.stderr.split_once("────────────\n").expect("a summary").1
}

fn in_ci(project: &Project, words: &[&str]) -> Said {
    let mut probe = project.command(words);
    project.said(&probe.env("CI", "true").output().expect("the binary starts"))
}

/// A library that cannot be had, tests that need it, and one that fails with one after it.
const FAILURES: &str = r#"[library.engine]
url = "no-such-file.so"

[suite.api]
list = { run = ["seq", "-f", "case %g", "1", "7"], match = '^(?<name>.+)$' }
run = ["echo", "{name}"]
needs = ["engine"]

[test.seed]
run = ["sh", "-c", "exit 3", "{args}"]

[test.query]
run = ["true"]
after = ["seed"]

[test.good]
run = ["true"]

[profile.ci]
slow = "1h"
"#;

#[test]
fn the_summary_says_each_cause_once_and_ends_with_the_command_that_runs_the_failures_again() {
    let project = Project::new(FAILURES);
    let said = project.probe(&["run", "-j1"]);
    assert_eq!(said.code, 100);
    insta::assert_snapshot!(summary(&said));
    let last = said.stderr.lines().last().expect("a line");
    let words: Vec<&str> = last.split_whitespace().collect();
    let ["RUN", "AGAIN", "probe", again @ ..] = &words[..] else { panic!("{last}") };
    let said = project.probe(&[again, &["-j1"]].concat());
    let counts = "1 test run: 0 passed, 1 failed, 8 blocked, 1 skipped";
    assert!(said.stderr.contains(counts), "{}", said.stderr);
}

#[test]
fn the_command_has_what_was_typed_of_project_and_tests() {
    let project = Project::new(FAILURES);
    for (words, expected) in [
        (&["seed"][..], "probe run --failed"),
        (&["-P", "ci", "seed"], "probe run --failed -P ci"),
        (
            &["--manifest-path", "./probe.toml", "seed", "--run-ignored", "all", "--", "two words"],
            "probe run --failed --manifest-path ./probe.toml --run-ignored all -- 'two words'",
        ),
        (&["--stress-count", "2", "seed"], "probe run -s 'name:=seed' --stress-count 2"),
    ] {
        let said = project.probe(&[&["run", "-j1"], words].concat());
        assert_eq!(said.code, 100, "{}", said.stderr);
        let last = said.stderr.lines().last();
        assert_eq!(last, Some(&*format!("   RUN AGAIN {expected}")), "{}", said.stderr);
    }
    let said = project.probe(&["run", "good"]);
    assert!(!said.stderr.contains("RUN AGAIN"), "{}", said.stderr);
}

#[test]
fn in_ci_the_command_names_the_tests_unless_they_are_many() {
    let project = Project::new(FAILURES);
    let said = in_ci(&project, &["run", "-j1", "seed", "query", "case 1"]);
    let expected = "   RUN AGAIN probe run -s 'name:=seed' -s 'name:=api case 1' -s 'name:=query'";
    assert_eq!(said.stderr.lines().last(), Some(expected), "{}", said.stderr);
    let many = Project::new(
        "[suite.s]\nlist = { run = [\"seq\", \"11\"], match = '(?<name>.+)' }\nrun = [\"false\", \"{name}\"]\n",
    );
    let said = in_ci(&many, &["run"]);
    assert_eq!(said.code, 100);
    assert!(!said.stderr.contains("RUN AGAIN"), "{}", said.stderr);
}

#[test]
fn the_command_selects_any_printable_name_and_nothing_else() {
    for name in ["add[1,2]", " x", "\"q\", \\", "it's, $HOME `!`", "a=b:c", "!tag:x"] {
        let project = Project::new(
            "[suite.s]\nlist = { run = [\"cat\", \"names\"], match = '^(?<name>.+)$' }\n\
             run = [\"grep\", \"-vxF\", \"-e\", \"{name}\", \"bad\"]\n",
        )
        .write("names", &format!("{name}\n{name}3\nok\n"))
        .write("bad", &format!("{name}\n"));
        let said = in_ci(&project, &["run"]);
        assert_eq!(said.code, 100, "{}", said.stderr);
        let last = said.stderr.lines().last().expect("a line").trim_start();
        let again = last.strip_prefix("RUN AGAIN probe ").unwrap_or_else(|| panic!("{last}"));
        let words = shlex::split(again).unwrap_or_else(|| panic!("{again}"));
        let said = in_ci(&project, &words.iter().map(String::as_str).collect::<Vec<_>>());
        let counts = "1 test run: 0 passed, 1 failed, 2 skipped";
        assert!(said.stderr.contains(counts), "{again}\n{}", said.stderr);
    }
}

#[test]
fn what_was_slow_and_passed_is_named_with_its_time() {
    let project = Project::new(
        r#"[run]
slow = "1h"

[test.fast]
run = ["true"]

[test.slow]
run = ["sleep", "0.05"]
slow = "1ms"

[test.slow-and-bad]
run = ["sh", "-c", "sleep 0.05; exit 1"]
slow = "1ms"
"#,
    );
    let said = project.probe(&["run", "-j1"]);
    assert_eq!(said.code, 100);
    insta::assert_snapshot!(summary(&said), @"
      SUMMARY [   TIME ] 3 tests run: 2 passed (1 slow), 1 failed
         SLOW [   TIME ] slow
         FAIL [   TIME ] slow-and-bad: exit code 1
    RUN AGAIN probe run --failed
    ");
}
