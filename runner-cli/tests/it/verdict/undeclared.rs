//! A race for a file that no library declares is named, with what to do about it.

use super::fixture::{project, victim};
use crate::tools;

const MANIFEST: &str = r#"[test.stray]
run = ["sh", "-c", '''
mkdir -p own
cp victim.so own/libstray.so
test $PROBE_ATTEMPT != 1 || truncate -s 1000 own/libstray.so
echo loading $PWD/own/libstray.so
exec ./opener own/libstray.so''']
"#;

#[test]
fn it_is_named_with_the_lines_to_add_and_not_repeated() {
    if !tools::has("cc") {
        return;
    }
    let project = project(MANIFEST);
    let said = project.probe(&["run"]);
    assert_eq!(said.code, 100, "{}", said.stderr);
    let summary = said.stderr.split_once("────────────\n").expect("a summary").1;
    // When it was written differs from run to run.
    let written =
        summary.split_once("declares: written ").and_then(|(_, rest)| rest.split_once(", torn"));
    let (written, _) = written.expect("its times");
    assert!(
        written.contains(" s after the test started, ") && written.ends_with(" s before it ended"),
        "{written}"
    );
    let text = summary.replace(written, "[TIMES]").replace(&victim().len().to_string(), "[SIZE]");
    insta::assert_snapshot!(text, @r#"
      SUMMARY [   TIME ] 1 test run: 0 passed, 1 failed
         RACE undeclared file: once
              likely a race for `[ROOT]/own/libstray.so`, which no library declares: written [TIMES], torn: cut at 1000 of [SIZE] bytes
              to have one test make it before the others need it, declare it:
                  [library.stray]
                  leader = true
                  paths = ["[ROOT]/own/libstray.so"]
              and in every suite and test that loads it:
                  needs = ["stray"]
              - stray
       SIGBUS [   TIME ] stray
    RUN AGAIN probe run --failed
    "#);
}

#[test]
fn it_is_repeated_if_that_is_asked_for() {
    if !tools::has("cc") {
        return;
    }
    let said = project(MANIFEST).probe(&["run", "--race-retries-undeclared"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert!(said.stderr.contains("1 passed (1 after a race)"), "{}", said.stderr);
}

#[test]
fn a_library_that_has_long_been_there_is_not_suspected() {
    if !tools::has("cc") {
        return;
    }
    let manifest = "[test.own]\nrun = [\"sh\", \"-c\", 'touch -d yesterday victim.so; echo $PWD/victim.so; kill -SEGV $$']\n";
    let said = project(manifest).probe(&["run"]);
    assert!(!said.stderr.contains("RACE") && !said.stderr.contains("likely"), "{}", said.stderr);
}
