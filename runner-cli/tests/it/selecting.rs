//! Which tests a command line means, and what is said where that is not what somebody may have thought.

use crate::support::Project;

fn project() -> Project {
    Project::new(
        r#"[test.slow]
run = ["true"]
tags = ["slow"]

[test.seed]
run = ["true"]

[test.migrate]
run = ["true"]
after = ["slow", "seed"]

[test.free]
run = ["true"]
"#,
    )
}

#[test]
fn what_a_selected_test_comes_after_is_brought_and_named() {
    let project = project();
    let alone = "also runs `slow`, which `migrate` comes after\n";
    let both = "also runs `slow` and `seed`, which `migrate` comes after\n";
    for (selector, note, tests) in [
        ("!tag:slow", alone, "slow\nseed\nmigrate\nfree"),
        ("migrate", both, "slow\nseed\nmigrate"),
        ("free", "", "free"),
    ] {
        let said = project.probe(&["list", "-s", selector]);
        assert_eq!((said.stdout.as_str(), said.stderr.as_str()), (tests, note.trim_end()));
        let said = project.probe(&["graph", "-s", selector]);
        assert_eq!(said.stderr, note.trim_end());
        let said = project.probe(&["run", "-s", selector]);
        assert_eq!(said.code, 0);
        assert!(said.stderr.starts_with(note), "{}", said.stderr);
        let run = format!(
            " {} run: ",
            match tests.lines().count() {
                1 => "1 test".to_owned(),
                count => format!("{count} tests"),
            }
        );
        assert!(said.stderr.contains(&run), "{}", said.stderr);
    }
}

#[test]
fn nothing_selected_is_said_by_every_command() {
    let project = project();
    for words in [
        &["list"][..],
        &["list", "--needs"],
        &["list", "--format", "json"],
        &["graph"],
        &["graph", "--critical"],
        &["graph", "--format", "dot"],
        &["run"],
    ] {
        let said = project.probe(&[words, &["-s", "tag:slow,!tag:slow"]].concat());
        assert_eq!(said.code, 4, "{words:?}");
        let why = "no test is selected: `probe list` shows all";
        assert!(said.stderr.contains(why), "{words:?}: {}", said.stderr);
    }
    let empty = Project::new("");
    for words in [&["list"][..], &["graph"], &["run"]] {
        let said = empty.probe(words);
        assert_eq!(said.code, 4, "{words:?}");
        assert!(said.stderr.contains("the manifest describes no test"), "{}", said.stderr);
    }
}

#[test]
fn what_fits_no_test_is_said_and_the_rest_is_run() {
    let said = project().probe(&["list", "-s", "!tag:slwo", "fre", "sed"]);
    assert_eq!((said.code, said.stdout.as_str()), (0, "free"));
    insta::assert_snapshot!(said.stderr, @"
    warning: no test's name contains `sed`: did you mean `seed`?
    warning: no test's tag contains `slwo`: did you mean `slow`?
    ");
}

#[test]
fn a_kind_that_is_none_is_wrong_usage() {
    let said = project().probe(&["list", "-s", "!tags:slow"]);
    assert_eq!(said.code, 2);
    assert!(
        said.stderr.contains("there is no kind `tags`: did you mean `tag:slow`?"),
        "{}",
        said.stderr
    );
}

#[test]
fn a_copy_of_a_stress_run_is_run_again_by_its_name() {
    let said = project().probe(&["run", "free@stress-2"]);
    assert!(said.stderr.contains("1 test run: 1 passed"), "{}", said.stderr);
}

#[test]
fn what_a_terminal_would_obey_in_a_name_is_escaped() {
    let manifest = "[suite.unit]\nfiles = [\"t/*\"]\nrun = [\"test\", \"-e\", \"{file}\"]\n";
    let project = Project::new(manifest).write("t/a\nPASS b\u{1b}[31mc", "");
    let shown = "unit t/a\\nPASS b\\u{1b}[31mc";
    assert_eq!(project.probe(&["list"]).stdout, shown);
    let said = project.probe(&["run"]);
    assert!(said.code == 0 && said.stderr.contains(shown), "{}", said.stderr);
    assert_eq!(project.probe(&["run", shown]).code, 0, "as it is shown it can be asked for");
}
