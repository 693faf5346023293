//! `run --debug`: one test with the terminal and the standard input.

use std::io::Write;
use std::process::Stdio;

use crate::support::Project;

const MANIFEST: &str = r#"[library.data]
command = ["sh", "-c", "echo whole > data"]
paths = ["data"]
kind = "data"

[suite.unit]
files = ["*.sh"]
run = ["sh", "{file}", "{args}"]
needs = ["data"]
timeout = "1ms"
retries = 3

[test.later]
run = ["sh", "-c", "exit 3"]
after = ["first"]

[test.first]
run = ["sh", "-c", "echo > first"]
"#;

fn project() -> Project {
    Project::new(MANIFEST)
        .write(
            "ask.sh",
            "sleep 0.2; read line; echo \"heard $line, $1, $PROBE_TEST_NAME, $PROBE_SLOT\"; cat \"$PROBE_LIBRARY_DATA\"; test -d \"$TEST_TMPDIR\" && echo has files of its own; echo >> times",
        )
        .write("ask-more.sh", "true")
}

#[test]
fn one_test_has_the_standard_input_and_what_it_has_in_a_run_but_no_limits() {
    let project = project();
    let mut probe = project.command(&["run", "--debug", "ask.sh", "--", "more words"]);
    probe.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = probe.spawn().expect("the binary starts");
    let mut stdin = child.stdin.take().expect("it is piped");
    stdin.write_all(b"a word\n").expect("it is read");
    drop(stdin);
    let said = project.end(child);
    assert_eq!(said.code, 0, "{}", said.stderr);
    insta::assert_snapshot!(said.stdout, @"
    heard a word, more words, unit ask.sh, 0
    whole
    has files of its own
    ");
    let note = "`unit ask.sh` has the terminal, and no timeout: `sh ask.sh more words` in `[ROOT]";
    assert!(said.stderr.contains(note), "{}", said.stderr);
    assert_eq!(project.read("times"), "\n", "it runs once");
}

#[test]
fn probe_ends_as_the_test_does_and_says_what_does_not_run_before() {
    let project = project();
    let said = project.probe(&["run", "--debug", "later"]);
    assert_eq!(said.code, 3, "{}", said.stderr);
    assert!(
        said.stderr.contains("`later` comes after `first`, which does not run now"),
        "{}",
        said.stderr
    );
    assert!(!project.path("first").exists());
}

#[test]
fn only_one_test_can_have_the_terminal() {
    let project = project();
    let said = project.probe(&["run", "--debug", "ask"]);
    assert_eq!(said.code, 2);
    insta::assert_snapshot!(said.stderr, @"
    × 2 tests have `ask` in their names, and one can have the terminal
    help: name one of them whole:
          - unit ask-more.sh
          - unit ask.sh
    ");
    let said = project.probe(&["run", "--debug", "nobody"]);
    assert_eq!(said.code, 4);
    assert!(said.stderr.contains("no test is called `nobody`"), "{}", said.stderr);
    let said = project.probe(&["run", "--debug", "later", "--failed"]);
    assert_eq!(said.code, 2, "{}", said.stderr);
}
